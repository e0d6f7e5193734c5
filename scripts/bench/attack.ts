/** How long the words of honest people take while somebody attacks the server, beside the same minute without it. */
import { createSocket } from 'node:dgram'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { defaultPort } from '../../src/wire/limits.ts'
import { createLines } from '../../src/wire/lines.ts'
import { createLab, type Host, type Running } from '../../test/network/lab.ts'
import { createDrip } from '../../test/server/drip.ts'
import { openPeer, type Peer } from '../../test/server/peer.ts'
import { createChance } from '../fuzz/chance.ts'
import { createMutator } from '../fuzz/mutate.ts'
import { udp as packets } from '../fuzz/targets/udp.ts'
import { pins } from './talk/measure.ts'
import { cpuMs } from './talk/process.ts'

// A network of its own, of a server with the usual limits, friends at one address and an enemy at many.

interface Attack {
  readonly name: string
  readonly means: string
}

export const attacks: readonly Attack[] = [
  { name: 'lines', means: '15 members at one address say as many lines as the server lets them' },
  { name: 'drip', means: '1,000 connections from 20 addresses that say a byte now and then' },
  { name: 'udp', means: '20,000 malformed datagrams a second at the port of discovery' },
]

export interface Attacked extends Attack {
  readonly quiet: Figures
  readonly attacked: Figures
  /** Of the quiet windows, those before the second half beside the others: what the machine does by itself. */
  readonly noise: number
}

export interface Figures {
  readonly said: number
  readonly lost: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** How busy the server was, 1 for always: told apart from how busy the machine was. */
  readonly busy: number
}

const bounds = {
  windows: 6,
  windowMs: 4_000,
  settleMs: 1_000,
  patienceMs: 30_000,
  lifetimeMs: 300_000,
} as const
const speakers = 20
/** Who attacks with lines, anew in each window: few enough for what one address may. */
const loud = 15
/** Of each of them; a session may say three. */
const perSecond = 2.5
const server = '10.77.1.2'
const sources = Array.from({ length: 20 }, (_, index) => `10.77.1.${100 + index}`)
const entry = fileURLToPath(new URL('../../dist/earshot.js', import.meta.url))
const self = fileURLToPath(import.meta.url)

interface Window {
  readonly serverCpuMs: number
  readonly said: number
  readonly latencies: readonly number[]
}

export async function measureAttacks(): Promise<readonly Attacked[]> {
  const lab = createLab()
  try {
    lab.bridge('one')
    const host = await lab.host('server', [{ bridge: 'one', cidr: `${server}/24` }])
    const friends = await lab.host('friends', [{ bridge: 'one', cidr: '10.77.1.3/24' }])
    const enemy = await lab.host('enemy', [{ bridge: 'one', cidr: sources.map(one => `${one}/24`) }])
    const serving = start(host, 0, [entry, 'serve', '--memory'])
    await serving.waitForLine(/23277/, bounds.patienceMs)
    const talking = start(friends, 1, ['--import', 'tsx', self, 'talk'])
    await talking.waitForLine(/"ready"/, bounds.patienceMs)
    const results: Attacked[] = []
    for (const attack of attacks) {
      const attacking = start(enemy, 1, ['--import', 'tsx', self, attack.name])
      const quiet: Window[] = []
      const attacked: Window[] = []
      for (let window = 0; window < bounds.windows; window++) {
        quiet.push(await measure(talking, serving.pid))
        const from = attacking.lines.length
        attacking.write('go\n')
        await attacking.waitForLine(/"going"/, bounds.patienceMs, from)
        await sleep(bounds.settleMs)
        attacked.push(await measure(talking, serving.pid))
        attacking.write('rest\n')
        await attacking.waitForLine(/"resting"/, bounds.patienceMs, from)
        await sleep(bounds.settleMs)
      }
      attacking.kill('SIGKILL')
      const half = Math.floor(quiet.length / 2)
      const noise = figuresOf(quiet.slice(half)).p99Ms / figuresOf(quiet.slice(0, half)).p99Ms
      results.push({ ...attack, quiet: figuresOf(quiet), attacked: figuresOf(attacked), noise })
    }
    return results
  } finally {
    await lab.close()
  }
}

/** The attacker has the core of the honest ones, who go first there: what the server suffers is asked about. */
function start(host: Host, core: number, args: readonly string[]): Running {
  const isAttack = attacks.some(({ name }) => args.at(-1) === name)
  const command = [
    ...(pins ? ['taskset', '-c', String(core)] : []),
    ...(isAttack ? ['nice', '-n', '15'] : []),
  ]
  const [program = '', ...rest] = [...command, process.execPath, ...args]
  return host.spawn(program, rest, { lifetimeMs: bounds.lifetimeMs })
}

async function measure(talking: Running, serverPid: number): Promise<Window> {
  const from = talking.lines.length
  const before = cpuMs(serverPid)
  talking.write('measure\n')
  const told = JSON.parse(await talking.waitForLine(/"latencies"/, bounds.patienceMs, from))
  return { ...told, serverCpuMs: cpuMs(serverPid) - before }
}

function figuresOf(windows: readonly Window[]): Figures {
  const all = windows.flatMap(({ latencies }) => latencies).sort((a, b) => a - b)
  const said = windows.reduce((sum, window) => sum + window.said, 0)
  const at = (part: number): number =>
    all[Math.min(all.length - 1, Math.floor(all.length * part))] ?? Number.NaN
  const serverCpuMs = windows.reduce((sum, window) => sum + window.serverCpuMs, 0)
  const busy = serverCpuMs / (windows.length * (bounds.windowMs + bounds.settleMs))
  return { said, lost: said - all.length, p50Ms: at(0.5), p99Ms: at(0.99), busy }
}

const print = (line: object) => console.log(JSON.stringify(line))
function onOrder(act: (order: string) => void): void {
  process.stdin.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n')) if (line !== '') act(line)
  })
}

async function join(nick: string): Promise<Peer> {
  const peer = await openPeer(defaultPort, server)
  peer.say({ type: 'hello', v: 1, nick })
  await peer.hear('welcome')
  // That it was heard is said by the first word after it.
  peer.say({ type: 'ping' })
  return peer
}

/** Twenty speak in the lobby, one listens. */
async function talk(): Promise<void> {
  const listener = await join('listener')
  const members = await Promise.all(Array.from({ length: speakers }, (_, index) => join(`honest${index}`)))
  const lines = createLines({ lineBytesMax: 1024 * 1024 })
  const sentAt = new Map<string, number>()
  let latencies: number[] = []
  listener.socket.on('data', chunk => {
    const nowMs = performance.now()
    for (const read of lines.feed(chunk)) {
      const body = 'line' in read ? /"body":"(honest \d+)"/.exec(read.line)?.[1] : undefined
      const saidMs = body === undefined ? undefined : sentAt.get(body)
      if (body === undefined || saidMs === undefined) continue
      latencies.push(nowMs - saidMs)
      sentAt.delete(body)
    }
  })
  let number = 0
  onOrder(async () => {
    latencies = []
    sentAt.clear()
    const first = number
    const untilMs = performance.now() + bounds.windowMs
    for (let nextMs = performance.now(); nextMs < untilMs; nextMs += 1_000 / (speakers * perSecond)) {
      await sleep(Math.max(0, nextMs - performance.now()))
      const body = `honest ${number}`
      sentAt.set(body, performance.now())
      members[number % speakers]?.speak(`id-${number}`, body)
      number += 1
    }
    await sleep(bounds.settleMs)
    print({ said: number - first, latencies })
  })
  print({ ready: true })
}

/** What an attack is made of: it begins, and takes back all it did. */
interface Deed {
  go(): Promise<void>
  rest(): void
}

function floodLines(): Deed {
  let members: readonly Peer[] = []
  let number = 0
  let timer: NodeJS.Timeout | undefined
  return {
    async go() {
      members = await Promise.all(Array.from({ length: loud }, () => join(`loud${number++}`)))
      timer = setInterval(() => {
        for (const { socket, speak } of members)
          for (let count = 0; count < 20 && socket.writableLength < 16_384; count++)
            speak(`l-${number++}`, 'loud '.repeat(20))
      }, 20)
    },
    // What waits to be heard would be heard for half a minute more.
    rest() {
      clearInterval(timer)
      for (const member of members) member.close()
    },
  }
}

const drip = (): Deed =>
  createDrip(number => ({
    port: defaultPort,
    host: server,
    localAddress: sources[number % sources.length] ?? '',
  }))

function floodUdp(): Deed {
  const mutator = createMutator(
    createChance(1),
    packets.tokens.map(token => Buffer.from(token)),
    packets.bytesMax,
  )
  const chance = createChance(2)
  const base = () => packets.seeds[chance.below(packets.seeds.length)] ?? new Uint8Array(0)
  // Made before: the attacker shall not be busy with that.
  const made = Array.from({ length: 5_000 }, () => mutator.change(base(), base()))
  const socket = createSocket('udp4')
  let sent = 0
  let timer: NodeJS.Timeout | undefined
  return {
    async go() {
      let lastMs = performance.now()
      timer = setInterval(() => {
        const nowMs = performance.now()
        for (let due = Math.min(1_000, (nowMs - lastMs) * 20); due > 0; due--)
          socket.send(made[sent++ % made.length] ?? '', defaultPort, server)
        lastMs = nowMs
      }, 5)
    },
    rest: () => clearInterval(timer),
  }
}

async function attack(deed: Deed): Promise<void> {
  onOrder(async order => {
    if (order === 'go') await deed.go()
    else deed.rest()
    print(order === 'go' ? { going: true } : { resting: true })
  })
}

const [, started, role] = process.argv
if (started === self) {
  if (role === 'talk') await talk()
  if (role === 'lines') await attack(floodLines())
  if (role === 'drip') await attack(drip())
  if (role === 'udp') await attack(floodUdp())
}
