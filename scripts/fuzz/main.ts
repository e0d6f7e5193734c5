/** `npm run fuzz -- [--minutes N] [--inputs N] [--long] [--target NAME] [--help] …`: hostile bytes for every decoder. */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { News } from './process.ts'
import { fuzz, type Outcome } from './run.ts'
import { keepCorpus } from './seeds.ts'
import { longInputs } from './target.ts'
import { targets } from './targets.ts'

const help = `npm run fuzz -- [options]: hostile bytes for every decoder, each in a process of its own.

  --target NAME[,NAME]  only those; left out: all of the table below
  --minutes N           for each target; a minute where no number of inputs is given either
  --inputs N            for each target, but for those below that say why they take fewer
  --long                each target as many as are many for it
  --seed S              the same seed and corpus give the same inputs (1)
  --replay FILE         runs one input of one target and says what comes of it
  --keep                writes a few small inputs that reach far beside the seeds
  --seeds FOLDER        where escapes are left and seeds are read (test/seeds/fuzz)
  --datagrams N         instead sends so many malformed datagrams at a real server and scanner on loopback

Targets, and how many inputs are many for each:
`

const { values } = parseArgs({
  options: {
    /** For each target; a minute where no number of inputs is given either. */
    minutes: { type: 'string' },
    /** For each target, at most what is many for those that say so; it ends with whichever comes first. */
    inputs: { type: 'string' },
    /** Each target as many as are many for it. */
    long: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    /** One of the table, or several with commas between. Left out: all. */
    target: { type: 'string' },
    seed: { type: 'string', default: '1' },
    /** Runs one input of one target and says what comes of it. */
    replay: { type: 'string' },
    /** Where escapes are left, and seeds are read. */
    seeds: { type: 'string', default: fileURLToPath(new URL('../../test/seeds/fuzz', import.meta.url)) },
    /** Instead sends so many malformed datagrams at a real server and a real scanner on loopback. */
    datagrams: { type: 'string' },
    /** Writes a few small inputs that together reach most of what was reached beside the seeds. */
    keep: { type: 'boolean', default: false },
  },
})

/** Off a terminal a line each so often: a run that is cut has said what it did. */
const tellEveryMs = 10_000
const toldAtMs = new Map<string, number>()

function fail(text: string): never {
  process.stderr.write(`${text}\n`)
  process.exit(2)
}

function number(text: string, flag: string): number {
  const value = Number(text)
  return value > 0 ? value : fail(`${flag} wants a number above zero, such as ${flag} 10.`)
}

function targetRow({ name, means, long }: (typeof targets)[number]): string {
  const many = (long?.inputs ?? longInputs).toLocaleString('en').padStart(10)
  return `  ${name.padEnd(16)} ${many}  ${means}${long === undefined ? '' : `\n${' '.repeat(31)}${long.why}`}\n`
}

if (values.help) {
  process.stdout.write(
    help +
      targets
        .filter(one => !one.isPlanted)
        .map(targetRow)
        .join(''),
  )
  process.exit(0)
}

const names = targets.filter(target => !target.isPlanted).map(({ name }) => name)
const wanted = values.target?.split(',') ?? names
for (const name of wanted)
  if (!targets.some(target => target.name === name))
    fail(`There is no target “${name}”. There are: ${names.join(', ')}.`)

if (values.datagrams !== undefined) await sendDatagrams(number(values.datagrams, '--datagrams'))
else if (values.replay !== undefined) await replay(wanted, values.replay)
else await fuzzAll()

async function replay([name, ...more]: readonly string[], file: string): Promise<void> {
  const target = targets.find(one => one.name === name)
  if (!target || more.length > 0) return fail('An input is replayed with --target NAME.')
  await target.run(Uint8Array.from(readFileSync(file)))
  process.stdout.write(`${name} takes ${file} as it should.\n`)
}

async function sendDatagrams(count: number): Promise<void> {
  const { flood } = await import('../../test/discovery/flood.ts')
  const { sent, answered, grownMiB, rows, ms } = await flood(count, number(values.seed, '--seed'))
  process.stdout.write(
    `${sent.toLocaleString('en')} malformed datagrams, ${rate({ inputs: sent, ms })}: the known server kept its row, ${answered} answers, ${rows} rows at most, ${grownMiB} MiB more\n`,
  )
}

/** Of a target, as asked for, but no more than are many for it; where nothing was asked for, time is the only bound. */
function inputsOf(name: string): number {
  const long = targets.find(target => target.name === name)?.long
  if (values.inputs === undefined) return values.long ? (long?.inputs ?? longInputs) : Number.MAX_SAFE_INTEGER
  return Math.min(number(values.inputs, '--inputs'), long?.inputs ?? Number.MAX_SAFE_INTEGER)
}

async function fuzzAll(): Promise<void> {
  const fit: string[] = []
  for (const name of wanted) {
    const why = await targets.find(target => target.name === name)?.unfit?.()
    if (why) process.stdout.write(`${name}: left out, ${why}\n`)
    else fit.push(name)
  }
  const isTimed = values.minutes !== undefined || (values.inputs === undefined && !values.long)
  const outcomes = await fuzz({
    targets: fit,
    seed: Math.floor(number(values.seed, '--seed')),
    inputs: inputsOf,
    forMs: isTimed ? number(values.minutes ?? '1', '--minutes') * 60_000 : Number.MAX_SAFE_INTEGER,
    escapesMax: 10,
    seedsFolder: values.seeds,
    chooses: values.keep,
    onNews: tellNews,
  })
  process.stdout.write('\n')
  for (const outcome of outcomes) tellOutcome(outcome)
  if (values.keep)
    for (const { target, end } of outcomes)
      if (end)
        keepCorpus(
          values.seeds,
          target,
          end.chosen.map(text => Uint8Array.from(Buffer.from(text, 'latin1'))),
        )
  process.exit(outcomes.every(({ escapes, end }) => end !== null && escapes.length === 0) ? 0 : 1)
}

function tellNews(target: string, news: News): void {
  if (news.did === 'progress') {
    const { inputs, percent, kept } = news
    const line = `${target}: ${inputs.toLocaleString('en')} inputs, ${rate(news)}, ${percent.toFixed(1)} % reached, ${kept} kept, ${news.escapes} escapes`
    if (process.stderr.isTTY) process.stderr.write(`\r${line} \x1b[K`)
    else if (news.ms - (toldAtMs.get(target) ?? 0) >= tellEveryMs) {
      toldAtMs.set(target, news.ms)
      process.stdout.write(`${line}\n`)
    }
  }
  if (news.did === 'end')
    process.stdout.write(`${target}: over after ${news.inputs.toLocaleString('en')} inputs, ${rate(news)}\n`)
  if (news.did === 'escape') {
    const file = relative(process.cwd(), news.file)
    process.stdout.write(`\nESCAPE ${target}: ${news.why.slice(0, 600)}\n`)
    process.stdout.write(`  again with: npm run fuzz -- --target ${target} --replay ${file}\n`)
  }
}

function rate({ inputs, ms }: { inputs: number; ms: number }): string {
  return `${Math.round(inputs / (ms / 1000)).toLocaleString('en')}/s`
}

function tellOutcome({ target, end, escapes, broke }: Outcome): void {
  const figures =
    end === null
      ? `BROKE OFF, ${broke ?? 'see above'}`
      : `${end.inputs.toLocaleString('en')} inputs in ${(end.ms / 1000).toFixed(1)} s, ${rate(end)}, ${end.percent.toFixed(1)} % of its code reached, ${end.kept} inputs kept, ${end.grownMiB} MiB more, of them ${end.heldMiB} held`
  process.stdout.write(`${target}: ${figures}, ${escapes.length} escapes\n`)
}
