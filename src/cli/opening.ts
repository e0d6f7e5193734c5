/** What every errand begins with: signals, the server that is meant, and waiting for one that is not there. */
import type { Target } from '../client/types.ts'
import type { Sighting } from '../discovery/types.ts'
import { exitOnBug } from './bug.ts'
import type { Patience, Read } from './commands.ts'
import { type Credentials, credentialsOf } from './credentials.ts'
import { type Found, findServer, searchOf } from './find.ts'
import { listening } from './listening.ts'
import type { Given } from './main.ts'
import { usualNick } from './nick.ts'
import { complain } from './saying.ts'
import type { Where } from './seek.ts'
import { onSignal } from './signals.ts'
import type { Calling } from './visitor.ts'

/** The server an errand goes to. */
export interface Meant {
  readonly target: Target
  /** Its identity; null where an address was given. */
  readonly meant: string | null
  /** Its name, where it was found by its beacon. */
  readonly named: string | null
  readonly credentials: Credentials
  /** Whether one that is heard while no server was met yet is it. */
  isMeant(sighting: Sighting): boolean
  /** A server that is away is waited for, also the first time; null: it must be there. */
  readonly patience: Patience | null
  /** Monotonic milliseconds until which it may take to be met; infinite where nobody set a bound. */
  readonly untilMs: number
  /** Where it is looked for when it is away; null: nowhere. */
  readonly where: Where | null
}

/** A command under way. */
export interface UnderWay {
  /** Resolves with the exit code. */
  readonly done: Promise<number>
  /** Ends it before; called a second time, at once. */
  stop(code: number): void
}

/**
 * Runs an errand from its options to its exit code.
 *
 * @param read what its arguments say
 * @param leaving what an interruption is told as before the server was found; null: nothing
 */
export async function runErrand<T>(
  options: Given['options'],
  read: Read<T>,
  leaving: string | null,
  start: (server: Meant, calling: Calling, value: T) => UnderWay,
): Promise<number> {
  exitOnBug()
  let interrupt = (code: number): void => {
    if (leaving !== null) complain(leaving)
    process.exit(code)
  }
  onSignal(code => interrupt(code))
  if (!read.ok) {
    complain(read.text)
    return 2
  }
  const credentials = await credentialsOf(options)
  if (!credentials.ok) {
    complain(credentials.text)
    return 1
  }
  const patience = isPatience(options.wait) ? options.wait : null
  const untilMs = performance.now() + (patience?.ms ?? Number.POSITIVE_INFINITY)
  const found = await find(options, patience, untilMs)
  if (!found.ok) {
    complain(found.text)
    return found.code
  }
  const { discoveryPort, interfaces } = listening(options)
  const server: Meant = {
    target: found.target,
    meant: found.meant,
    named: found.named,
    credentials: credentials.start,
    isMeant: found.isMeant,
    patience,
    untilMs,
    where: options.scan === false ? null : { discoveryPort, interfaces },
  }
  const calling =
    typeof options.nick === 'string'
      ? { nick: options.nick, isNamed: true }
      : { nick: usualNick(), isNamed: false }
  const { done, stop } = start(server, calling, read.value)
  interrupt = stop
  return await done
}

const isPatience = (given: unknown): given is Patience =>
  typeof given === 'object' && given !== null && 'ms' in given

async function find(options: Given['options'], patience: Patience | null, untilMs: number): Promise<Found> {
  const search = searchOf(options)
  const found = await findServer(search)
  if (found.ok || !found.mayCome || patience === null) return found
  complain(
    `no server is there yet${search.server === null ? '' : ' that goes by this name'}; waiting for it.`,
  )
  const later = await findServer({ ...search, waitMs: Math.max(1, untilMs - performance.now()) })
  if (later.ok || !later.mayCome) return later
  return { ...later, text: `none came within ${patience.ms / 1000} s, so nothing was done.` }
}
