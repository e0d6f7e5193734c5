/** Many who read and some who do not: `slow.ts PEOPLE STALLED STALLEDMS`, best where the system's own buffers are small. */
import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createLines } from '../../src/wire/lines.ts'
import type { ClientMessage, ServerMessage } from '../../src/wire/messages.ts'
import { newPlace, type ServerProcess, startServer } from './process.ts'

type Welcome = Extract<ServerMessage, { type: 'welcome' }>

interface Peer {
  readonly socket: Socket
  readonly nick: string
  welcome: Welcome | null
  /** Numbers of the lines of the lobby, and gaps as pairs, as they came. */
  readonly seqs: number[]
  readonly gaps: { from: number; to: number }[]
  bye: string | null
  say(message: ClientMessage): void
}

const [people = 0, stalled = 0, stalledMs = 0] = process.argv.slice(2).map(Number)
const limitsGiven = {
  stalledMs,
  serverPingMs: Math.round((stalledMs * 2) / 3),
  serverDeadMs: Math.round(stalledMs * 1.5),
  sayBurst: 1e6,
  sayPerSecond: 1e6,
}
const body = 'x'.repeat(1_000)
const pauseMs = 10
const patienceMs = 300_000

const gone = new Map<string, number>()
const wakers = new Set<() => void>()
const wake = () => {
  for (const look of wakers) look()
}

function until(what: string, holds: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (!holds()) return
      clearTimeout(timer)
      wakers.delete(look)
      resolve()
    }
    const timer = setTimeout(() => reject(new Error(`Waited in vain: ${what}.`)), patienceMs)
    wakers.add(look)
    look()
  })
}

function openPeer(port: number, nick: string, more: Partial<ClientMessage> = {}): Peer {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => {})
  const lines = createLines({ lineBytesMax: 1024 * 1024 })
  const peer: Peer = {
    socket,
    nick,
    welcome: null,
    seqs: [],
    gaps: [],
    bye: null,
    say: message => void socket.write(`${JSON.stringify(message)}\n`),
  }
  function hear(message: ServerMessage): void {
    if (message.type === 'welcome') peer.welcome = message
    else if (message.type === 'line') peer.seqs.push(message.seq)
    else if (message.type === 'backlog') peer.seqs.push(...message.lines.map(line => line.seq))
    else if (message.type === 'gap') peer.gaps.push(message)
    else if (message.type === 'bye') peer.bye = message.reason
    else if (message.type === 'ping') peer.say({ type: 'pong' })
    else return
    wake()
  }
  socket.on('data', chunk => {
    // Whoever hesitates is greeted as a person would be; a native client reads nothing in that.
    for (const read of lines.feed(chunk))
      if ('line' in read && read.line.startsWith('{')) hear(JSON.parse(read.line))
  })
  peer.say({ type: 'hello', v: 1, nick, ...more } as ClientMessage)
  return peer
}

/** The process’s memory at its highest so far, in MiB. */
const peakMiB = ({ pid }: ServerProcess): number =>
  Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)

const contiguous = (seqs: readonly number[]): boolean =>
  seqs.every((seq, index) => index === 0 || seq === (seqs[index - 1] ?? 0) + 1)

async function prove(server: ServerProcess): Promise<object> {
  const all: Peer[] = []
  for (let count = 0; count < people; count++) {
    all.push(openPeer(server.port, `p${count}`))
    if (count % 50 === 49) await until('all are in', () => all.every(one => one.welcome !== null))
  }
  await until('all are in', () => all.every(one => one.welcome !== null))
  const asleep = all.slice(0, stalled)
  const awake = all.slice(stalled)
  const before = peakMiB(server)
  for (const { socket } of asleep) socket.pause()
  const begunMs = performance.now()
  const [speaker] = awake
  assert.ok(speaker)
  let said = 0
  const speaking = setInterval(() => {
    speaker.say({ type: 'say', id: `s${++said}`, room: '#lobby', kind: 'say', body })
  }, pauseMs)
  try {
    await until('all who stall are cut', () => asleep.every(one => gone.has(one.nick)))
  } finally {
    clearInterval(speaking)
  }
  const cutMs = asleep.map(one => Math.round((gone.get(one.nick) ?? 0) - begunMs))
  await until('all others have every line', () => awake.every(one => one.seqs.at(-1) === said))
  for (const one of awake) {
    assert.ok(!gone.has(one.nick), `${one.nick} was cut, who reads`)
    assert.equal(one.seqs.length, said, `${one.nick} has every line once`)
    assert.ok(contiguous(one.seqs), `${one.nick} has them in order`)
  }
  const after = peakMiB(server)

  // They read on: first what was under way, then from where they were.
  const back: { old: Peer; peer: Peer }[] = []
  for (const old of asleep) {
    const ended = new Promise(resolve => old.socket.once('close', resolve))
    old.socket.resume()
    await ended
    assert.ok(old.welcome)
    const { device, secret, epoch } = old.welcome
    const last = { '#lobby': old.seqs.at(-1) ?? 0 }
    back.push({ old, peer: openPeer(server.port, old.nick, { device, secret, epoch, last } as object) })
  }
  await until('all are back', () => back.every(({ peer }) => peer.seqs.at(-1) === said))
  for (const { old, peer } of back) {
    const had = old.seqs.at(-1) ?? 0
    const [gap] = peer.gaps
    assert.ok(contiguous(old.seqs) && contiguous(peer.seqs), `${old.nick} has no hole`)
    assert.equal(peer.seqs[0], (gap?.to ?? had) + 1, `${old.nick} goes on where they were`)
    if (gap) assert.equal(gap.from, had + 1)
  }
  return {
    people,
    stalled,
    lines: said,
    cutMsMin: Math.min(...cutMs),
    cutMsMax: Math.max(...cutMs),
    saidWhy: asleep.filter(one => one.bye === 'slow').length,
    peakMiB: after,
    grownMiB: after - before,
  }
}

const started = await startServer({
  folder: join(newPlace(), 'data'),
  seed: 1,
  env: { EARSHOT_HASTE: JSON.stringify(limitsGiven) },
  onEvent({ event, nick }) {
    if (event !== 'left' || nick === undefined) return
    if (!gone.has(nick)) gone.set(nick, performance.now())
    wake()
  },
})
if (!started.ok) throw new Error(started.text)
try {
  process.stdout.write(`${JSON.stringify(await prove(started.server))}\n`)
} finally {
  await started.server.end('SIGKILL')
}
process.exit(0)
