/** `npm run record`: plays a short session with the built program and writes the README’s pictures; `--check` compares. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { labAvailable } from '../../test/network/lab.ts'
import { ptyWorks } from '../../test/screens/screen.ts'
import { setup, top } from '../setup.mjs'
import { animation, firstDifference, held, heldText, pathOf, Stale } from './held.ts'
import { stillText } from './still.ts'
import { type Recording, record } from './story.ts'
import { animated } from './svg.ts'

/** Read out where pictures are not seen. */
const title =
  'A terminal: Earshot lists three servers of the network; ann joins one, asks a question and is answered, goes to another room, answers somebody alone, searches what was said, and looks up the keys.'

/** GitHub shows larger pictures, too, but nobody waits for them. */
const bytesMax = 150_000

function picturesOf({ frames, poster, screens }: Recording): Map<string, string> {
  const pictures = new Map([[animation, animated(frames, poster, title)]])
  for (const [name, still] of Object.entries(screens)) pictures.set(name, `${stillText(still)}\n`)
  return pictures
}

/** Plays the session and fails with `Stale` unless each picture shows it as it is. */
async function compare(): Promise<number> {
  const pictures = picturesOf(await record(held()))
  for (const [name, text] of pictures)
    if (heldText(name) !== text)
      throw new Stale(`scripts/recording/${name}: ${firstDifference(heldText(name), text)}`)
  return pictures.size
}

async function write(): Promise<void> {
  await setup()
  const pictures = picturesOf(await record(null))
  let changed = 0
  for (const [name, text] of pictures) {
    if (Buffer.byteLength(text) > bytesMax)
      throw new Error(`${name} has more than ${bytesMax} bytes: tell a shorter story.`)
    if (heldText(name) === text) continue
    changed += 1
    writeFileSync(pathOf(name), text)
  }
  // The README holds the screens as text.
  spawnSync(process.execPath, ['--import', 'tsx', 'scripts/docs.ts'], { cwd: top, stdio: 'inherit' })
  process.stdout.write(
    `${changed} of ${pictures.size} pictures are new; once more, to see whether they stay …\n`,
  )
}

async function main(check: boolean): Promise<number> {
  const reason =
    labAvailable() ?? ((await ptyWorks()) ? null : 'No terminal can be made: node-pty is missing.')
  if (reason !== null) {
    process.stderr.write(`Nothing can be recorded here. ${reason}\n`)
    return 1
  }
  try {
    if (!check) await write()
    process.stdout.write(`${await compare()} pictures show what is seen.\n`)
    return 0
  } catch (problem) {
    if (!(problem instanceof Stale)) throw problem
    const advice = check
      ? 'Renew the README’s pictures, as root, and look at them: npm run record'
      : 'Two sessions were not the same: the story waits for too little there.'
    process.stderr.write(`stale: ${problem.message}\n${advice}\n`)
    return 1
  }
}

// What a terminal still holds open must not hold up the end.
process.exit(
  await main(process.argv.includes('--check')).catch(problem => {
    process.stderr.write(`${problem instanceof Error ? problem.stack : problem}\n`)
    return 1
  }),
)
