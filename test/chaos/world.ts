/** A world of real processes: shipped clients, a hostile network, the real server on a disk; healed in the end, and judged. */
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Line } from '../../src/chat/types.ts'
import type { Update } from '../../src/client/update.ts'
import { loadDriver } from '../../src/store/driver.ts'
import { createRandom, type Random } from '../sim/random.ts'
import { createWitness } from '../sim/witness.ts'
import { hasten } from './pace.ts'
import { type Person, startPerson } from './person.ts'
import type { Ending, Plan } from './plan.ts'
import { losePower, watching } from './power.ts'
import { newPlace, type ServerProcess, startServer, watcherPath } from './process.ts'
import { createProxy } from './proxy.ts'
import { createRest, standing } from './rest.ts'

/** A mistake put in on purpose: into the server’s process by name, or around the update of each client. */
export interface Mistake {
  readonly server?: string
  readonly update?: (update: Update) => Update
}

export interface Outcome {
  readonly wrongs: readonly string[]
  /** How often what happened, by name. */
  readonly counts: ReadonlyMap<string, number>
  /** The longest start of a server, and the longest end of one that was asked to stop. */
  readonly startMsMax: number
  readonly stopMsMax: number
}

/** Everybody is back and answered long before that, even on a loaded machine; a mistake may be found sooner. */
const quietMsMax = { usual: 90_000, planted: 5_000 }
/** How long an ending waits for somebody to talk. */
const talkMsMax = 5_000
/** A server that was told to stop, and takes three seconds at most where it is given the time, is gone by then. */
const stopMsMax = 15_000

/** Lines of one person that wait. */
const waitingMax = 20

const names = ['ann', 'bob', 'cat', 'dan', 'eve']

const noMistake: Mistake = {}

export async function runPlan(plan: Plan, mistake = noMistake): Promise<Outcome> {
  hasten()
  const random = createRandom(plan.seed ^ 0x2545f491)
  const counts = new Map<string, number>()
  const noted = (what: string, count = 1) => void counts.set(what, (counts.get(what) ?? 0) + count)
  const wrongs: string[] = []
  const quietMs = mistake === noMistake ? quietMsMax.usual : quietMsMax.planted
  const folder = newPlace()
  const data = join(folder, 'data')
  const journal = join(folder, 'journal')
  const losesPower = plan.endings.some(({ how }) => how === 'power')
  const env = losesPower ? watching(watcherPath(), journal, 'history.db', plan.syncMs) : {}
  const witness = createWitness(
    device => createHash('sha256').update(device).digest('base64url').slice(0, 12),
    () => performance.now(),
  )
  const rest = createRest()
  const proxy = await createProxy({
    random,
    cutPart: plan.cutPart,
    delayMsMax: plan.delayMsMax,
    noted,
  })
  let server = null as ServerProcess | null
  let longestStart = 0
  let longestStop = 0
  let lines = 0
  /** Lines that were answered for. */
  let answered = 0

  async function start(killAfterMs?: number): Promise<void> {
    const begun = await startServer({
      folder: data,
      seed: plan.seed,
      plant: mistake.server,
      env,
      ...(killAfterMs === undefined ? {} : { killAfterMs }),
    })
    if (!begun.ok) {
      if (killAfterMs === undefined) wrongs.push(begun.text)
      return
    }
    server = begun.server
    longestStart = Math.max(longestStart, server.startMs)
    proxy.aim(server.port)
  }

  async function end(how: Ending['how']): Promise<void> {
    const ending = server
    if (ending === null) return
    server = null
    noted(how)
    const gone = ending.end(how === 'stop' ? 'SIGTERM' : 'SIGKILL')
    if (how !== 'stop') proxy.aim(null)
    const { code, endMs } = await gone
    proxy.aim(null)
    for (const text of ending.told) wrongs.push(`The server says: ${text}`)
    if (how === 'stop') {
      longestStop = Math.max(longestStop, endMs)
      if (code !== 0) wrongs.push(`The server that was told to stop ended with ${code}.`)
      if (endMs > stopMsMax) wrongs.push(`The server took ${Math.round(endMs)} ms to stop.`)
    } else if (how === 'power') {
      const { unsynced, lost, checkpointed } = losePower(journal, random)
      noted('writes unsynced', unsynced)
      noted('writes lost', lost)
      noted('pages checkpointed', checkpointed)
    }
  }

  const people: Person[] = []
  function born(place: number, port = proxy.port): void {
    people[place] = startPerson({
      nick: names[place] ?? `u${place}`,
      port,
      ...(mistake.update ? { wrap: mistake.update } : {}),
      turned(person, before, input) {
        witness.turned(person, before, input)
        if (person.model().outbox.length < before.outbox.length) answered++
        if (input.got === 'unlinked') noted('connections lost')
        else if (input.got === 'linked') noted('connections made')
        rest.look()
      },
    })
  }

  /** @param where '' for the room on show, else a room or `@nick` and a blank */
  function say(person: Person, where: string): void {
    // Who waits for much already says no more: what is held has no name yet that a witness could know it by.
    if (!person.isAlive() || person.model().outbox.length > waitingMax || person.model().held.length > 0)
      return
    const body = `line${++lines}${random.chance(plan.longPart) ? ` ${longWords(random)}` : ''}`
    const was = person.model().outbox.length
    person.enter(where + body)
    if (person.model().outbox.length > was) {
      noted('lines said')
      witness.typed(person, body)
    }
  }

  let isOver = false
  async function speak(place: number): Promise<void> {
    for (let count = 0; count < plan.lines || !isOver; count++) {
      await pause(random.next() * plan.pauseMsMax)
      const person = people[place]
      if (!person) return
      if (person.model().link.at !== 'joined' && person.model().server === null) {
        if (isOver && !(await rest.until(() => person.model().server !== null, quietMs))) return
        continue
      }
      const other = people[(place + 1) % people.length]?.model().nick
      const part = random.below(10)
      say(person, part === 0 ? `@${other} ` : part < 3 ? '#dev ' : '#lobby ')
      if (!random.chance(plan.crashPart)) continue
      noted('client crashed')
      witness.ended(person)
      person.crash()
      born(place)
    }
  }

  async function goThrough(endings: readonly Ending[]): Promise<void> {
    for (const { how, afterMs, downMs, startKilledMs } of endings) {
      // In the middle of the talk, not before it: who was cut off needs a moment to be back.
      const before = answered
      await rest.until(() => answered > before, talkMsMax)
      await pause(afterMs)
      await end(how)
      await pause(downMs)
      if (startKilledMs !== null) {
        noted('start killed')
        await start(startKilledMs)
        if (losesPower) losePower(journal, random)
      }
      await start()
    }
    isOver = true
  }

  /** Everything is whole again; then everybody says one more word in each room, and somebody new reads it all. */
  async function comeToRest(): Promise<void> {
    const isQuiet = () => rest.isQuiet(people)
    const late = (what: string) => void wrongs.push(`${what} in ${quietMs} ms.`, ...standing(people))
    if (!(await rest.until(isQuiet, quietMs))) return late('It does not come to rest')
    for (const person of people)
      for (const room of person.model().rooms.keys()) if (!room.startsWith('@')) say(person, `${room} `)
    if (!(await rest.until(isQuiet, quietMs))) return late('The last words do not come to rest')
    // Without a hostile network between.
    born(people.length, server?.port)
    if (!(await rest.until(isQuiet, quietMs))) late('A fresh reader does not get in')
  }

  try {
    await start()
    for (let place = 0; place < plan.people; place++) born(place)
    // Nothing proves anything before somebody is there.
    await rest.until(() => people.some(one => one.model().server !== null), quietMs)
    await Promise.all([goThrough(plan.endings), ...people.map((_, place) => speak(place))])

    proxy.heal()
    await comeToRest()
    for (const person of people) person.freeze()
    await end('stop')
    wrongs.push(...witness.verdict(await logIn(data), people))
  } catch (error) {
    wrongs.push(`It cannot be judged: ${error instanceof Error ? error.message : error}`)
  } finally {
    for (const person of people) person.crash()
    proxy.close()
    await server?.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  return { wrongs, counts, startMsMax: longestStart, stopMsMax: longestStop }
}

/** No two alike, so that the index of words grows too. */
const longWords = (random: Random): string =>
  Array.from({ length: 1_000 }, () => random.below(1e9).toString(36)).join(' ')

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))

/** What the disk holds when everybody has gone, in the order in which it was kept. */
async function logIn(folder: string): Promise<readonly Line[]> {
  const db = (await loadDriver())?.open(join(folder, 'history.db'))
  if (!db) return []
  try {
    const sound = db.prepare('PRAGMA integrity_check').all().map(Object.values)
    if (sound.flat().join() !== 'ok') throw new Error(`The history is damaged: ${sound.flat().join('; ')}`)
    return db
      .prepare(
        'SELECT room.name AS room, seq, at, author, id, nick, kind, body FROM line JOIN room ON room.number = line.room ORDER BY place',
      )
      .all()
      .map(row => ({
        room: String(row.room),
        seq: Number(row.seq),
        at: Number(row.at),
        author: String(row.author),
        // Plants that keep a line twice tell the copies apart behind this letter.
        id: String(row.id).split('~')[0] ?? '',
        from: String(row.nick),
        kind: row.kind as Line['kind'],
        body: String(row.body),
      }))
  } finally {
    db.close()
  }
}
