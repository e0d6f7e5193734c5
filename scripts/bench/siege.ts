/** Who takes part in the benchmark under attack, each a process of its own: honest people, an enemy, and a bystander. */
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { defaultPort } from '../../src/wire/limits.ts'
import { createLines } from '../../src/wire/lines.ts'
import { createDrip, type Drip } from '../../test/server/drip.ts'
import { openPeer, type Peer } from '../../test/server/peer.ts'
import { createChance } from '../fuzz/chance.ts'
import { createMutator } from '../fuzz/mutate.ts'
import { udp as packets } from '../fuzz/targets/udp.ts'
import { sharedMs } from './clock.mjs'

export const places = {
  server: '10.77.1.2',
  friends: '10.77.1.3',
  enemy: Array.from({ length: 20 }, (_, index) => `10.77.1.${100 + index}`),
} as const

/** A window has words enough that one pause of the machine’s own is not among the hundredth part that is slowest. */
export const times = { windowMs: 8_000, settleMs: 1_000 } as const

/** At whom an attack is aimed; both are at the address of the server. */
export type Aim = 'server' | 'bystander'

const portOf = (aim: Aim): number => (aim === 'server' ? defaultPort : defaultPort + 100)
const speakers = 40
/** Who attacks with lines, anew in each window: few enough for what one address may. */
const loud = 15
/** Of each of them; a session may say three. */
const perSecond = 2.5

const print = (line: object) => console.log(JSON.stringify(line))
function onOrder(act: (order: string) => void): void {
  process.stdin.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n')) if (line !== '') act(line)
  })
}

async function join(nick: string): Promise<Peer> {
  const peer = await openPeer(defaultPort, places.server)
  peer.say({ type: 'hello', v: 1, nick })
  await peer.hear('welcome')
  // That it was heard is said by the first word after it.
  peer.say({ type: 'ping' })
  return peer
}

/** When a word was said, and when it was heard. */
export type Heard = readonly [saidMs: number, heardMs: number]

/** Forty speak in the lobby, one listens. */
async function talk(): Promise<void> {
  const listener = await join('listener')
  const members = await Promise.all(Array.from({ length: speakers }, (_, index) => join(`honest${index}`)))
  const lines = createLines({ lineBytesMax: 1024 * 1024 })
  const sentAt = new Map<string, number>()
  let heard: Heard[] = []
  listener.socket.on('data', chunk => {
    const nowMs = sharedMs()
    for (const read of lines.feed(chunk)) {
      const body = 'line' in read ? /"body":"(honest \d+)"/.exec(read.line)?.[1] : undefined
      const saidMs = body === undefined ? undefined : sentAt.get(body)
      if (body === undefined || saidMs === undefined) continue
      heard.push([saidMs, nowMs])
      sentAt.delete(body)
    }
  })
  let number = 0
  onOrder(async () => {
    heard = []
    sentAt.clear()
    const first = number
    const untilMs = performance.now() + times.windowMs
    for (let nextMs = performance.now(); nextMs < untilMs; nextMs += 1_000 / (speakers * perSecond)) {
      await sleep(Math.max(0, nextMs - performance.now()))
      const body = `honest ${number}`
      sentAt.set(body, sharedMs())
      members[number % speakers]?.speak(`id-${number}`, body)
      number += 1
    }
    await sleep(times.settleMs)
    print({ said: number - first, heard })
  })
  print({ ready: true })
}

/** The least that bears the same: everybody is let in, and what they say is dropped. Nobody has the port of datagrams. */
async function standBy(): Promise<void> {
  const door = createServer(socket => void socket.on('error', () => {}).resume())
  await new Promise<void>(resolve => door.listen(portOf('bystander'), places.server, resolve))
  print({ ready: true })
}

/** What an attack is made of: it begins, and takes back all it did. */
interface Deed {
  go(port: number): Promise<void>
  rest(): void
  /** Lines said, connections begun or datagrams sent, so far. */
  count(): number
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
    count: () => number,
  }
}

function drip(): Deed {
  let dripping: Drip | undefined
  let begun = 0
  return {
    async go(port) {
      dripping = createDrip(number => {
        begun += 1
        return {
          port,
          host: places.server,
          localAddress: places.enemy[number % places.enemy.length] ?? '',
        }
      })
      await dripping.go()
    },
    rest: () => dripping?.rest(),
    count: () => begun,
  }
}

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
    async go(port) {
      let lastMs = performance.now()
      timer = setInterval(() => {
        const nowMs = performance.now()
        for (let due = Math.min(1_000, (nowMs - lastMs) * 20); due > 0; due--)
          socket.send(made[sent++ % made.length] ?? '', port, places.server)
        lastMs = nowMs
      }, 5)
    },
    rest: () => clearInterval(timer),
    count: () => sent,
  }
}

function attack(deed: Deed): void {
  let before = 0
  let sinceMs = 0
  onOrder(async order => {
    if (order === 'rest') deed.rest()
    else {
      await deed.go(portOf(order === 'server' ? order : 'bystander'))
      before = deed.count()
      sinceMs = performance.now()
    }
    print({ done: order, count: deed.count() - before, forMs: performance.now() - sinceMs })
  })
}

const [, started, role] = process.argv
if (started === fileURLToPath(import.meta.url)) {
  if (role === 'talk') await talk()
  if (role === 'bystander') await standBy()
  if (role === 'lines') attack(floodLines())
  if (role === 'drip') attack(drip())
  if (role === 'udp') attack(floodUdp())
}
