/** The load generator, a process of its own: brings everybody in, lets them speak, and prints what came of it. */
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuMs, memoryKb } from './process.ts'
import type { Scenario } from './scenarios.ts'
import { bodyOf, createTally } from './tally.ts'
import { type TongueName, tongues } from './tongues.ts'

export interface Job {
  readonly tongue: TongueName
  readonly port: number
  readonly serverPid: number
  readonly scenario: Scenario
  readonly warmUpMs: number
  readonly forMs: number
  /** Who is not in by then is not waited for, and nothing is measured. */
  readonly entryMsMax: number
}

export interface Outcome {
  readonly deliveries: number
  readonly forMs: number
  readonly serverCpuMs: number
  /** How busy this process was itself, 1 for always. */
  readonly loadBusy: number
  readonly lost: number
  readonly doubled: number
  /** Connections that the server ended. */
  readonly closed: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Until everybody was in; at most so many at a time as the tongue says. */
  readonly entryMs: number
  /** What that cost the server. */
  readonly entryCpuMs: number
  readonly connections: number
  /** What the server held before anybody came, when all were in, and at the end. */
  readonly memoryKb: { readonly empty: number; readonly entered: number; readonly ended: number }
}

const settleMs = 300
/** Nothing comes any more: what is missing then is lost. */
const quietMs = 1_500
const readBytes = 64 * 1024

interface Member {
  readonly socket: Socket
  /** The end of what was heard while coming in, and what is waited for. */
  heard: string
  awaits: { readonly words: string; found(): void } | null
}

const print = (result: Outcome | { failed: string }): void => {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
}

async function main({ tongue, port, serverPid, scenario, warmUpMs, forMs, entryMsMax }: Job): Promise<void> {
  const words = tongues[tongue]
  const { rooms, perRoom, senders, pace, idle, stalled, timed } = scenario
  const talkers = rooms * perRoom
  const connections = talkers + idle + stalled
  const members: Member[] = []
  /** One buffer for all reads: nothing of it is kept. */
  const shared = Buffer.allocUnsafe(readBytes)
  const window = 'window' in pace ? pace.window : 0
  let measuring = false
  let speaking = false
  let closed = 0

  const dirty = new Set<number>()
  const next = new Int32Array(rooms * senders)
  const tally = createTally({
    ...{ perRoom, senders, rooms, timed },
    echoes: words.echoes,
    onDone(sender) {
      if (window === 0 || !speaking) return
      if (dirty.size === 0) setImmediate(pump)
      dirty.add(sender)
    },
  })

  function speak(sender: number, lines: number): void {
    const room = Math.floor(sender / senders)
    let bytes = ''
    for (let line = 0; line < lines; line++) {
      const number = next[sender] ?? 0
      const body = bodyOf(sender, number)
      // As long as the ids that clients make.
      bytes += words.say(room, `line-${body.slice(1, 13)}-abc`, body)
      next[sender] = number + 1
      tally.sent(sender, number)
    }
    members[room * perRoom + (sender % senders)]?.socket.write(bytes, 'latin1')
  }

  function pump(): void {
    for (const sender of dirty) {
      const room = window - ((next[sender] ?? 0) - tally.done(sender))
      if (speaking && room > 0) speak(sender, room)
    }
    dirty.clear()
  }

  function hear(index: number, member: Member, chunk: Buffer): void {
    if (measuring && index < talkers && tally.take(index, chunk)) return
    member.heard = (member.heard + chunk.toString('latin1')).slice(member.awaits ? -4096 - chunk.length : -64)
    if (words.asks && member.heard.includes(words.asks.question)) {
      member.socket.write(words.asks.answer)
      member.heard = member.heard.replace(words.asks.question, '')
    }
    if (!member.awaits || !member.heard.includes(member.awaits.words)) return
    const { found } = member.awaits
    member.awaits = null
    member.heard = ''
    found()
  }

  const awaited = (member: Member, wanted: string): Promise<void> =>
    wanted === ''
      ? Promise.resolve()
      : new Promise(resolve => {
          member.awaits = { words: wanted, found: resolve }
        })

  async function enter(index: number): Promise<void> {
    const room = index < talkers ? Math.floor(index / perRoom) : index < talkers + stalled ? 0 : null
    const member: Member = {
      heard: '',
      awaits: null,
      socket: connect({
        port,
        host: '127.0.0.1',
        noDelay: true,
        onread: {
          buffer: shared,
          callback(bytes, buffer) {
            hear(index, member, (buffer as Buffer).subarray(0, bytes))
            return true
          },
        },
      }),
    }
    members[index] = member
    member.socket.on('error', () => {})
    member.socket.on('close', () => {
      closed += 1
    })
    const hello = words.hello(`m${index}`)
    if (hello !== '') {
      member.socket.write(hello, 'latin1')
      await awaited(member, words.helloDone)
    }
    const join = words.join(room)
    if (join === '') return
    member.socket.write(join, 'latin1')
    await awaited(member, words.joinDone(room))
  }

  const empty = memoryKb(serverPid)
  const beganMs = performance.now()
  const emptyCpuMs = cpuMs(serverPid)
  let coming = 0
  let inside = 0
  const giveUp = setTimeout(
    () => print({ failed: `only ${inside} of ${connections} were in after ${entryMsMax / 1000} s` }),
    entryMsMax,
  )
  const bring = async () => {
    while (coming < connections) {
      await enter(coming++)
      inside += 1
    }
  }
  await Promise.all(Array.from({ length: Math.min(words.atOnce, connections) }, bring))
  clearTimeout(giveUp)
  const entryMs = performance.now() - beganMs
  const entryCpuMs = cpuMs(serverPid) - emptyCpuMs
  await sleep(settleMs)
  const entered = memoryKb(serverPid)
  for (const member of members.slice(talkers, talkers + stalled)) member.socket.pause()

  measuring = true
  speaking = true
  const spoken = rooms * senders
  let ticking: NodeJS.Timeout | undefined
  if (window > 0) for (let sender = 0; sender < spoken; sender++) speak(sender, window)
  else if ('perSecond' in pace) {
    const startMs = performance.now()
    let lines = 0
    ticking = setInterval(() => {
      const due = ((performance.now() - startMs) * pace.perSecond) / 1000
      for (; lines < due; lines++) speak(lines % spoken, 1)
    }, 1)
  }
  await sleep(warmUpMs)
  tally.forgetLatency()
  const before = { delivered: tally.delivered(), serverMs: cpuMs(serverPid), own: process.cpuUsage() }
  const startMs = performance.now()
  await sleep(forMs)
  const measuredMs = performance.now() - startMs
  const deliveries = tally.delivered() - before.delivered
  const serverCpuMs = cpuMs(serverPid) - before.serverMs
  const own = process.cpuUsage(before.own)
  const [p50Ms, p99Ms] = timed ? [tally.latencyMs(0.5), tally.latencyMs(0.99)] : [0, 0]
  speaking = false
  clearInterval(ticking)
  for (let quietSinceMs = performance.now(), seen = -1; tally.lost() > 0; await sleep(20)) {
    if (tally.delivered() !== seen) quietSinceMs = performance.now()
    else if (performance.now() - quietSinceMs > quietMs) break
    seen = tally.delivered()
  }
  print({
    ...{ deliveries, serverCpuMs, entryMs, entryCpuMs, connections, closed, p50Ms, p99Ms },
    forMs: measuredMs,
    loadBusy: (own.user + own.system) / 1000 / measuredMs,
    lost: tally.lost(),
    doubled: tally.doubled(),
    memoryKb: { empty, entered, ended: memoryKb(serverPid) },
  })
}

// Started by `main.ts`, with its job as the only argument.
await main(JSON.parse(process.argv[2] ?? '{}'))
