/** What happens to a world: a list of plain values made from a seed, so that it can be kept, printed and cut down. */
import { createRandom, type Random } from './random.ts'

export type Happening = { readonly atMs: number } & (
  | { readonly does: 'say' | 'next' | 'rename' | 'topic'; readonly who: number }
  | { readonly does: 'sayTo' | 'open'; readonly who: number; readonly other: number }
  | { readonly does: 'sayIn' | 'join' | 'leave'; readonly who: number; readonly room: string }
  | {
      readonly does: 'cut'
      readonly who: number
      readonly how: 'reset' | 'silent' | 'stall'
      readonly ms: number
    }
  /** Takes less than is said, for so long. */
  | { readonly does: 'lag'; readonly who: number; readonly ms: number }
  | { readonly does: 'crash' | 'quit'; readonly who: number; readonly ms: number }
  | { readonly does: 'serverEnd'; readonly how: 'kill' | 'power' | 'stop'; readonly ms: number }
  | { readonly does: 'slow'; readonly factor: number; readonly ms: number }
  | { readonly does: 'refuse'; readonly ms: number }
  /** Somebody else says so many lines in the lobby. */
  | { readonly does: 'flood'; readonly lines: number }
)

export interface Schedule {
  /** For whatever is left to chance while it runs. */
  readonly seed: number
  readonly users: number
  /** The longest a message takes on its way. */
  readonly delayMsMax: number
  readonly commitMs: number
  /** Lines in the lobby before anybody came. */
  readonly past: number
  readonly happenings: readonly Happening[]
}

const rooms = ['#dev', '#dev', '#ops', '#lobby'] as const

export function scheduleOf(seed: number): Schedule {
  const random = createRandom(seed)
  const users = 2 + random.below(3)
  const count = 6 + random.below(25)
  const happenings: Happening[] = []
  // Mostly things come close upon each other: that is where they meet.
  let atMs = 1_000
  while (happenings.length < count) {
    atMs += Math.round(random.next() * random.pick([0, 5, 50, 50, 500, 500, 3_000, 15_000]))
    const part = random.below(100)
    if (part < 1 && random.chance(0.6)) happenings.push(...longPast(random, users, atMs))
    else if (part < 5) happenings.push(...lostAnswer(random, users, atMs))
    else if (part < 8) happenings.push(...lostRefusal(random, users, atMs))
    else if (part < 10) happenings.push(...refusedAgain(random, users, atMs))
    else if (part < 13) happenings.push(...leftAndSaid(random, users, atMs))
    else happenings.push(happening(random, users, atMs))
  }
  happenings.push(...lags(createRandom(seed ^ 0x2c1b3c6d), users, happenings))
  return {
    seed,
    users,
    delayMsMax: random.pick([1, 10, 100, 400]),
    commitMs: random.pick([1, 10, 10, 100]),
    past: random.pick([0, 0, 0, 0, 0, 3, 49, 50, 51]),
    happenings: happenings.sort((a, b) => a.atMs - b.atMs),
  }
}

/** Some take less than is said, close upon what else happens; at times much is said then. */
function lags(random: Random, users: number, happenings: readonly Happening[]): Happening[] {
  return Array.from({ length: random.pick([0, 0, 1, 2, 4]) }, (): Happening[] => {
    const who = random.below(users)
    const atMs =
      (happenings[random.below(happenings.length)]?.atMs ?? 0) - random.below(random.pick([1, 30, 300]))
    const ms = Math.round(random.next() * random.pick([0, 20, 300, 3_000, 20_000]))
    const soon = () => atMs + 1 + random.below(Math.max(1, ms))
    const own: Happening[] = random.chance(0.5) ? [{ atMs: soon(), does: 'say', who }] : []
    const lines = random.pick([60, 60, 60, 260, 600])
    const flood: Happening[] = random.chance(0.15) ? [{ atMs: soon(), does: 'flood', lines }] : []
    return [{ atMs, does: 'lag', who, ms }, ...own, ...flood]
  }).flat()
}

/** Much is said while somebody is away, and more when they come back. */
function longPast(random: Random, users: number, atMs: number): Happening[] {
  const who = random.below(users)
  const lines = random.pick([60, 60, 60, 60, 60, 60, 60, 260, 560, 560])
  const backMs = atMs + 3_000
  const saying = Array.from(
    { length: 6 },
    (): Happening => ({
      atMs: backMs + Math.round(random.next() * 2_000),
      does: 'say',
      who: random.below(users),
    }),
  )
  return [
    { atMs, does: 'say', who },
    {
      atMs: atMs + random.below(40),
      does: 'cut',
      who,
      how: random.pick(['reset', 'silent', 'stall']),
      ms: backMs - atMs,
    },
    { atMs: atMs + 200, does: 'flood', lines },
    ...(random.chance(0.5) ? [{ atMs: backMs, does: 'slow', factor: 20, ms: 3_000 } as const] : []),
    ...saying,
  ]
}

/** Something is said whose answer is lost, and then something else is done. */
function lostAnswer(random: Random, users: number, atMs: number): Happening[] {
  const who = random.below(users)
  const room = random.pick(rooms)
  const soon = () => atMs + Math.round(random.next() * random.pick([1, 20, 200, 2_000]))
  const cutMs = soon()
  const thenMs = cutMs + Math.round(random.next() * 1_000)
  return [
    random.chance(0.3)
      ? { atMs, does: 'sayTo', who, other: (who + 1) % users }
      : { atMs, does: 'sayIn', who, room },
    random.chance(0.2) ? { atMs, does: 'refuse', ms: random.below(300) } : { atMs, does: 'say', who },
    {
      atMs: cutMs,
      does: 'cut',
      who,
      how: random.pick(['reset', 'silent', 'stall']),
      ms: random.below(5_000),
    },
    random.pick<Happening>([
      { atMs: thenMs, does: 'leave', who, room },
      { atMs: thenMs, does: 'leave', who, room: '' },
      { atMs: thenMs, does: 'rename', who: random.chance(0.5) ? who : (who + 1) % users },
      { atMs: thenMs, does: 'serverEnd', how: 'kill', ms: random.below(2_000) },
      { atMs: thenMs, does: 'cut', who, how: 'reset', ms: 0 },
    ]),
  ]
}

/** The store refuses for a moment, more is said meanwhile, and the connection breaks before that is heard. */
function lostRefusal(random: Random, users: number, atMs: number): Happening[] {
  const who = random.below(users)
  const soon = () => atMs + random.below(random.pick([30, 300, 800]))
  const saying = Array.from({ length: 4 }, (): Happening => ({ atMs: soon(), does: 'say', who }))
  return [
    ...(random.chance(0.3) ? [{ atMs, does: 'slow', factor: 20, ms: 1_500 } as const] : []),
    { atMs, does: 'refuse', ms: random.pick([20, 100, 100, 300]) },
    ...saying,
    { atMs: soon(), does: 'cut', who, how: random.pick(['reset', 'reset', 'silent']), ms: random.below(500) },
  ]
}

/** A line is kept and the answer lost; when it comes again, it could not be said any more. */
function refusedAgain(random: Random, users: number, atMs: number): Happening[] {
  const who = random.below(users)
  const other = (who + 1) % users
  const cutMs = atMs + random.below(random.pick([20, 60, 300]))
  return [
    random.chance(0.5) ? { atMs, does: 'sayTo', who, other } : { atMs, does: 'say', who },
    { atMs: cutMs, does: 'cut', who, how: 'reset', ms: random.below(1_000) },
    random.chance(0.8)
      ? { atMs: cutMs + random.below(200), does: 'rename', who: other }
      : { atMs: cutMs + random.below(200), does: 'flood', lines: 60 },
    { atMs: cutMs + random.below(600), does: 'refuse', ms: 3_000 },
  ]
}

/** A conversation is left while something is said to it, its answer is lost, and the other one is renamed as all comes again. */
function leftAndSaid(random: Random, users: number, atMs: number): Happening[] {
  const who = random.below(users)
  const other = (who + 1) % users
  const leftMs = atMs + random.pick([50, 500, 2_000])
  const cutMs = leftMs + 1 + random.below(random.pick([20, 200, 1_000]))
  const later = (ms: number) => cutMs + random.below(ms)
  const renamed = (): Happening => ({ atMs: later(2_500), does: 'rename', who: other })
  const isFirst = random.chance(0.7)
  return [
    { atMs, does: 'open', who, other },
    { atMs: atMs + 1, does: 'sayTo', who: isFirst ? who : other, other: isFirst ? other : who },
    ...(random.chance(0.6) ? [{ atMs: leftMs, does: 'slow', factor: 20, ms: 1_000 } as const] : []),
    { atMs: leftMs, does: 'leave', who, room: '' },
    ...(random.chance(0.8) ? [{ atMs: leftMs + 1, does: 'sayTo', who, other } as const] : []),
    { atMs: cutMs, does: 'cut', who, how: random.pick(['reset', 'reset', 'silent']), ms: 0 },
    ...(random.chance(0.3) ? [{ atMs: later(1_500), does: 'sayTo', who: other, other: who } as const] : []),
    ...(random.chance(0.2) ? [{ atMs: later(1_000), does: 'sayTo', who, other } as const] : []),
    renamed(),
    renamed(),
    renamed(),
  ]
}

function happening(random: Random, users: number, atMs: number): Happening {
  const who = random.below(users)
  const other = (who + 1 + random.below(users - 1)) % users
  const room = random.pick(rooms)
  const awhileMs = Math.round(random.next() * random.pick([10, 300, 3_000, 40_000]))
  const at = { atMs }
  const part = random.below(100)
  if (part < 36) return { ...at, does: 'say', who }
  if (part < 44) return { ...at, does: 'sayTo', who, other }
  if (part < 50) return { ...at, does: 'sayIn', who, room }
  if (part < 55) return { ...at, does: 'join', who, room }
  if (part < 60) return { ...at, does: 'leave', who, room: random.chance(0.5) ? '' : room }
  if (part < 63) return { ...at, does: 'next', who }
  if (part < 65) return { ...at, does: 'rename', who }
  if (part < 67) return { ...at, does: 'topic', who }
  if (part < 68) return { ...at, does: 'open', who, other }
  if (part < 85)
    return { ...at, does: 'cut', who, how: random.pick(['reset', 'silent', 'stall']), ms: awhileMs }
  if (part < 87) return { ...at, does: random.chance(0.3) ? 'quit' : 'crash', who, ms: awhileMs }
  if (part < 94)
    return { ...at, does: 'serverEnd', how: random.pick(['kill', 'kill', 'power', 'stop']), ms: awhileMs }
  if (part < 97) return { ...at, does: 'slow', factor: random.pick([5, 50]), ms: awhileMs }
  return { ...at, does: 'refuse', ms: Math.min(awhileMs, 5_000) }
}
