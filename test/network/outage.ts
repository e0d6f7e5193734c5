/** Outages of a real network link, as long or as many as asked for: what is said meanwhile arrives once, and the draft stays. */
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { schedule, usualPace } from '../../src/discovery/schedule.ts'
import { entry } from '../cli/earshot.ts'
import { type PtyProgram, spawnInPty } from '../screens/screen.ts'
import { createRandom } from '../sim/random.ts'
import { createHeard } from './hearing.ts'
import { createLab, type Host, type Lab, type Running } from './lab.ts'

const earshot = (host: Host, ...args: string[]): Running =>
  host.spawn(process.execPath, [entry, ...args], { lifetimeMs: lifetimeMs })
const lifetimeMs = 30 * 60_000
const patienceMs = 90_000

async function hosts(lab: Lab, ...names: readonly string[]): Promise<Host[]> {
  lab.bridge('lan')
  const made: Host[] = []
  for (const [index, name] of names.entries())
    made.push(await lab.host(name, [{ bridge: 'lan', cidr: `10.99.0.${index + 1}/24` }]))
  return made
}

/** Says so many lines from several clients side by side, each as fast as the server takes them. */
async function post(host: Host, lines: number, word: string): Promise<void> {
  const posters = 10
  const each = lines / posters
  await Promise.all(
    Array.from({ length: posters }, async (_, poster) => {
      const client = earshot(host, 'join', '10.99.0.1', '--plain', '--no-scan', '--nick', `poster${poster}`)
      await client.waitForLine(/You are poster/, patienceMs)
      for (let count = 1; count <= each; count++) client.write(`${word}-${poster * each + count}.\n`)
      client.end()
      assert.deepEqual((await client.exited).code, 0, client.lines.join('\n'))
    }),
  )
}

/** Joins on a full screen that is high enough to show everything. */
async function onScreen(host: Host, nick: string): Promise<PtyProgram> {
  const inside = ['netns', 'exec', host.namespace, process.execPath, entry]
  const joining = ['join', '10.99.0.1', '--nick', nick]
  const home = `/run/earshot-lab/${host.namespace}`
  return await spawnInPty('ip', [...inside, ...joining], {
    columns: 100,
    rows: 400,
    env: {
      XDG_DATA_HOME: `${home}/data`,
      XDG_CONFIG_HOME: `${home}/config`,
      XDG_STATE_HOME: `${home}/state`,
    },
  })
}

/** Pulls a cable while others talk, and puts it back. @returns how long it took then until everything was on the screen */
export async function proveCut({
  cutMs,
  lines,
}: {
  cutMs: number
  lines: number
}): Promise<{ backMs: number }> {
  const lab = createLab()
  let screen: PtyProgram | undefined
  try {
    const [server, ann, poster] = await hosts(lab, 'server', 'ann', 'poster')
    assert.ok(server && ann && poster)
    await earshot(server, 'serve', '--name', 'den', '--json').waitForLine(/"listening"/, patienceMs)
    screen = await onScreen(ann, 'ann')
    await screen.waitFor('You are ann', patienceMs)
    screen.type('half a thought')
    await screen.waitFor(/> half a thought/, patienceMs)
    await post(poster, 10, 'before')
    await screen.waitFor(/before-10\./, patienceMs)

    await ann.unplug()
    const over = new Promise(resolve => setTimeout(resolve, cutMs))
    await post(poster, lines, 'while')
    assert.doesNotMatch(screen.text(), /while-/)
    await over
    await ann.plug()
    const pluggedMs = performance.now()
    const shown = (text: string) => [...text.matchAll(/while-(\d+)\./g)].map(match => Number(match[1]))
    const all = (text: string) => new Set(shown(text)).size === lines
    const text = await screen.waitFor(all, patienceMs)
    const backMs = performance.now() - pluggedMs
    assert.equal(shown(text).length, lines, 'each is shown once')
    assert.match(text, /> half a thought/)
    screen.type(', finished\r')
    await screen.waitFor(/ann │ half a thought, finished.*✓/, patienceMs)
    return { backMs }
  } finally {
    screen?.kill()
    await lab.close()
  }
}

/** What is done to a link, and how it is made good again. */
const harms: Readonly<Record<string, { harm(host: Host): Promise<void>; mend(host: Host): Promise<void> }>> =
  {
    'cable pulled': { harm: host => host.unplug(), mend: host => host.plug() },
    'link set down': {
      harm: host => ip(host, 'link', 'set', 'eth0', 'down'),
      mend: async host => {
        await ip(host, 'link', 'set', 'eth0', 'up')
        await host.plug()
        await ip(host, 'route', 'replace', 'default', 'via', '10.99.0.1')
      },
    },
    'address gone': {
      harm: async host => host.removeAddress('10.99.0.2/24'),
      mend: async host => {
        host.addAddress('10.99.0.2/24')
        await ip(host, 'route', 'replace', 'default', 'via', '10.99.0.1')
      },
    },
    'default route gone': {
      harm: host => ip(host, 'route', 'del', 'default'),
      mend: host => ip(host, 'route', 'replace', 'default', 'via', '10.99.0.1'),
    },
  }

async function ip(host: Host, ...args: string[]): Promise<void> {
  const { code, stderr } = await host.run('ip', args)
  assert.equal(code, 0, `ip ${args.join(' ')}: ${stderr}`)
}

/** The longest a server may stay unheard after a flap: a beacon, and a look at the machine’s interfaces. */
export const foundAgainMsMax = usualPace.beaconEveryMs * (1 + schedule.jitter) + usualPace.pollMs

/** Flaps of one of two links while both sides talk. @returns how long the server was unheard after a flap at most */
export async function proveFlaps({ flaps, seed }: { flaps: number; seed: number }): Promise<{
  foundMsMax: number
}> {
  const random = createRandom(seed)
  const lab = createLab()
  try {
    const [server, ann, bob] = await hosts(lab, 'server', 'ann', 'bob')
    assert.ok(server && ann && bob)
    await ip(ann, 'route', 'replace', 'default', 'via', '10.99.0.1')
    await earshot(server, 'serve', '--name', 'den', '--json').waitForLine(/"listening"/, patienceMs)
    const one = earshot(ann, '--plain', '--nick', 'ann')
    const two = earshot(bob, '--plain', '--nick', 'bob')
    for (const client of [one, two]) {
      await client.waitForLine(/1 {2}den/, patienceMs)
      client.write('1\n')
      await client.waitForLine(/You are (ann|bob)/, patienceMs)
    }
    const scan = ann.spawn(
      process.execPath,
      ['--import', 'tsx', fileURLToPath(new URL('./scan.ts', import.meta.url))],
      { lifetimeMs },
    )
    const heard = createHeard(scan)
    let foundMsMax = 0
    const ways = Object.keys(harms)
    for (let flap = 1; flap <= flaps; flap++) {
      const way = ways[(flap - 1 + seed) % ways.length] ?? ''
      const harm = harms[way]
      assert.ok(harm)
      await harm.harm(ann)
      one.write(`ann-${flap}.\n`)
      two.write(`bob-${flap}.\n`)
      await new Promise(resolve => setTimeout(resolve, random.next() * random.pick([200, 1_500, 4_000])))
      const before = await heard.latest()
      await harm.mend(ann)
      foundMsMax = Math.max(foundMsMax, await heard.newerThan(before, patienceMs))
      // Each says no more than the server takes at once, and both have all before the next flap.
      await two.waitForLine(new RegExp(`ann: ann-${flap}\\.`), patienceMs)
      await one.waitForLine(new RegExp(`bob: bob-${flap}\\.`), patienceMs)
    }
    for (const [client, word] of [
      [one, 'bob'],
      [two, 'ann'],
    ] as const)
      for (let flap = 1; flap <= flaps; flap++) {
        const often = client.lines.filter(line => line.includes(`${word}: ${word}-${flap}.`)).length
        assert.equal(often, 1, `${word}-${flap} is shown ${often} times`)
      }
    return { foundMsMax }
  } finally {
    await lab.close()
  }
}
