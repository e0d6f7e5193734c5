/** A world: people, cables, a server and its disk, to which a schedule happens; healed in the end, and judged. */
import type { Hub } from '../../src/chat/hub.ts'
import type { Line } from '../../src/chat/types.ts'
import { createUpdate, type Update } from '../../src/client/update.ts'
import { type Cable, createCable } from './cable.ts'
import { createClock } from './clock.ts'
import { createDisk, type DiskFaults } from './disk.ts'
import { type Process, startProcess } from './process.ts'
import { createRandom, type Random } from './random.ts'
import type { Happening, Schedule } from './schedule.ts'
import { startUser, type User } from './user.ts'
import { createWitness } from './witness.ts'

/** A mistake put in on purpose: around the real parts, never in them. */
export interface Planted {
  readonly hub?: (hub: Hub, random: Random) => Hub
  readonly update?: (update: Update) => Update
  readonly disk?: DiskFaults
  readonly isLeaky?: 'up' | 'down'
  /** The history is called a new one at each start. */
  readonly newEpochs?: true
}

export interface Outcome {
  readonly wrongs: readonly string[]
  /** Things that happened. */
  readonly events: number
  /** How often what happened, by name. */
  readonly counts: ReadonlyMap<string, number>
  /** The last of them in words, where they were asked for. */
  readonly trace: readonly string[]
}

/** Everybody is back and answered long before that, in virtual time. */
const quietMsMax = 10 * 60_000
const eventsMax = 300_000
const traceMax = 400

export function runSchedule(
  schedule: Schedule,
  { planted = {}, traced = false }: { planted?: Planted; traced?: boolean } = {},
): Outcome {
  const clock = createClock()
  const random = createRandom(schedule.seed ^ 0x5bd1e995)
  const counts = new Map<string, number>()
  const trace: string[] = []
  const noted = (what: string) => void counts.set(what, (counts.get(what) ?? 0) + 1)
  const write = (text: string) => {
    trace.push(`${Math.round(clock.nowMs())} ms  ${text}`)
    if (trace.length > traceMax) trace.shift()
  }

  let ids = 0
  const newId = () => `id${(++ids).toString(36).padStart(8, '0')}`
  const digest = (secret: string) => `x${secret}`
  const witness = createWitness(device => digest(device).slice(0, 12), clock.nowMs)
  const past: Line[] = Array.from({ length: schedule.past }, (_, index) => botLine(`p${index}`, index + 1))
  const disk = createDisk({ clock, random, commitMs: schedule.commitMs, faults: planted.disk ?? {}, past })
  let process = null as Process | null
  let isStopping = false
  let starts = 0
  /** Until when nobody gets through to the server from each place. */
  const cutUntilMs: number[] = []
  const sessions = new Map<number, { session: string; cable: Cable }>()
  let lines = 0

  function startServer(): void {
    if (process !== null) return
    starts++
    witness.started()
    process = startProcess({
      clock,
      disk,
      epoch: planted.newEpochs ? `e${starts}` : 'e1',
      newId,
      digest,
      wrap: hub => planted.hub?.(hub, random) ?? hub,
      heard: (session, message) => {
        if (traced) write(`${session} says ${JSON.stringify(message)}`)
        witness.heard(session, message)
      },
      told: (session, message) => {
        if (traced) write(`${session} is told ${JSON.stringify(message)}`)
        witness.told(session, message)
      },
      kept: witness.kept,
      lost: witness.lost,
      noted,
    })
  }

  function endServer(how: 'kill' | 'power' | 'stop', ms: number): void {
    const ending = process
    if (ending === null) return
    if (how === 'stop') {
      ending.stop()
      isStopping = true
    }
    clock.after(how === 'stop' ? 500 : 0, () => {
      if (process !== ending) return
      process = null
      isStopping = false
      ending.end(how === 'power')
      if (how === 'power') disk.losePower()
      else disk.kill()
      clock.after(ms, startServer)
    })
  }

  const wraps = planted.update ?? (update => update)
  const users: User[] = []
  function born(place: number, nick: string): void {
    const update = wraps(
      createUpdate({ nowMs: clock.nowMs, wallMs: clock.nowMs, newId, random: random.next }),
    )
    users[place] = startUser({
      clock,
      random,
      nick,
      update,
      connect: user => connect(place, user),
      turned(user, before, input) {
        if (traced && input.got !== 'said') write(`${nick} ${JSON.stringify(input)}`)
        witness.turned(user, before, input)
      },
    })
  }

  function connect(place: number, user: User): Cable | null {
    const server = process
    if (server === null || isStopping || clock.nowMs() < (cutUntilMs[place] ?? 0)) return null
    const session = `${user.nick}-${newId()}`
    const { delayMsMax } = schedule
    const cable = createCable(
      { clock, random, delayMsMax, isLeaky: planted.isLeaky },
      {
        toServer(message) {
          // Planted: what an old connection still brings is taken for the new one’s.
          const late = planted.isLeaky === 'up' ? sessions.get(place)?.session : undefined
          process?.take(late ?? session, message)
        },
        serverLost: () => server.lost(session),
        toClient(message) {
          const isLate = planted.isLeaky === 'down' && user.cable() !== null
          if (user.isDriving(cable) || isLate) user.take({ got: 'said', message })
        },
        clientLost: text => user.unplugged(cable, text),
      },
    )
    sessions.set(place, { session, cable })
    server.admit(session, cable)
    return cable
  }

  function type(user: User, before: string): void {
    const body = `line${++lines}`
    user.enter(before + body)
    witness.typed(user, body)
  }

  function cut(place: number, how: 'reset' | 'silent' | 'stall', ms: number): void {
    const nowMs = clock.nowMs()
    if (how !== 'stall' || random.chance(0.5))
      cutUntilMs[place] = Math.max(cutUntilMs[place] ?? 0, nowMs + ms)
    const cable = users[place]?.cable()
    if (how === 'reset') cable?.reset()
    else if (how === 'silent') cable?.sever()
    else cable?.stall(ms)
  }

  function bot(count: number): void {
    if (process === null) return
    for (let index = 0; index < count; index++) process.botSays(botLine(`b${++lines}`, 0))
  }

  function happen(one: Happening) {
    noted(one.does === 'cut' || one.does === 'serverEnd' ? `${one.does} ${one.how}` : one.does)
    if (traced) write(`*** ${JSON.stringify(one)}`)
    if (one.does === 'serverEnd') return endServer(one.how, one.ms)
    if (one.does === 'flood') return bot(one.lines)
    if (one.does === 'slow') {
      disk.slowDown(one.factor)
      return clock.after(one.ms, () => disk.slowDown(1))
    }
    if (one.does === 'refuse') {
      disk.refuse(true)
      return clock.after(one.ms, () => disk.refuse(false))
    }
    const user = users[one.who]
    if (!user) return
    if (one.does === 'crash' || one.does === 'quit') {
      if (one.does === 'quit') user.enter('/quit')
      user.crash()
      return clock.after(one.ms, () => rise(one.who))
    }
    if (!user.isAlive()) return
    switch (one.does) {
      case 'say':
        return type(user, '')
      case 'sayTo':
        return type(user, `@${users[one.other]?.model().nick} `)
      case 'sayIn':
        return type(user, `${one.room} `)
      case 'open':
        return user.enter(`@${users[one.other]?.model().nick}`)
      case 'join':
        return user.enter(`/join ${one.room}`)
      case 'leave':
        return user.enter(`/leave ${one.room}`.trim())
      case 'next':
        return user.enter('/next')
      case 'rename':
        return user.enter(`/nick ${user.nick}${++lines}`)
      case 'topic':
        return user.enter(`/topic t${++lines}`)
      case 'lag':
        return process?.lag(sessions.get(one.who)?.session ?? '', one.ms)
      case 'cut':
        return cut(one.who, one.how, one.ms)
    }
  }

  /** Somebody whose client ended starts another one. */
  function rise(place: number): void {
    const user = users[place]
    if (!user || user.isAlive()) return
    witness.ended(user)
    born(place, user.nick)
  }

  const settle = (ms: number): boolean => {
    const untilMs = clock.nowMs() + ms
    while (clock.events() < eventsMax) if (!clock.step(untilMs)) return true
    return false
  }

  startServer()
  for (let place = 0; place < schedule.users; place++) born(place, names[place] ?? `u${place}`)
  for (const one of schedule.happenings) clock.after(one.atMs, () => happen(one))
  settle(schedule.happenings.at(-1)?.atMs ?? 0)

  // Everything is whole again; then everybody says one more word, and so does somebody in each room.
  const heal = () => {
    if (traced) write('*** all is healed')
    cutUntilMs.length = 0
    disk.slowDown(1)
    disk.refuse(false)
    startServer()
  }
  heal()
  let isQuiet = settle(quietMsMax)
  heal()
  for (let place = 0; place < users.length; place++) rise(place)
  isQuiet &&= settle(quietMsMax)
  for (const user of users) type(user, '')
  for (const room of new Set(users.flatMap(user => [...user.model().rooms.keys()])))
    if (!room.startsWith('@')) process?.botSays({ ...botLine(`b${++lines}`, 0), room })
  isQuiet &&= settle(quietMsMax)

  const wrongs = [...witness.verdict(disk.lines(), users)]
  if (!isQuiet) wrongs.unshift('It never comes to rest.')
  return { wrongs, events: clock.events(), counts, trace }
}

const names = ['ann', 'bob', 'cat', 'dan']

const botLine = (id: string, seq: number): Line => ({
  room: '#lobby',
  id,
  author: 'bot',
  from: 'bot',
  kind: 'say',
  body: `said by ${id}`,
  seq,
  at: 0,
})
