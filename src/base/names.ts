/** Nicks and rooms: their grammar, when two names are the same, and a valid name for whatever one is called. */
import { cleanLine } from './clean.ts'
import { clusters } from './clusters.ts'
import { fold } from './fold.ts'
import { late } from './late.ts'
import { isDecorated, undecorated } from './marks.ts'
import { inOneScript, isOneScript, mixture } from './scripts.ts'
import { skeleton } from './skeleton.ts'
import { utf8Bytes } from './utf8.ts'

export { fold }

/** The room everyone is in. */
export const lobby = '#lobby'

/** A nick, in code points. Longer: `checkNick` says so. */
export const nickPointsMax = 24
/** A nick in UTF-8. Longer: `checkNick` says so. */
export const nickBytesMax = 64

/** Units looked at of a name that is no valid nick yet; far more than any nick has. */
const rawUnitsMax = 1024
/** Units looked at letter by letter for a name to suggest; what is cut off would not fit. */
const nearUnitsMax = 128
/** Numbers tried behind a taken nick; twice the connections a server takes. */
const suggestionsMax = 10_000
/** Names that would speak for the server, or to everybody; with digits behind them as well. */
const reservedNicks: ReadonlySet<string> = new Set([
  'server',
  'system',
  'earshot',
  'admin',
  'administrator',
  'operator',
  'root',
  'everyone',
  'everybody',
  'here',
  'all',
])
/** What someone is called whose name leaves nothing, or is not to be had: the superuser of a container. */
const nobody = 'guest'

const firstPoint = late(String.raw`^[\p{L}\p{N}]`, 'u')
const foreign = late(String.raw`[^\p{L}\p{M}\p{N}_.-]`, 'u')
const ignorable = late(String.raw`\p{Default_Ignorable_Code_Point}`, 'u')
const strangers = late(String.raw`[^\p{L}\p{M}\p{N}_.-]|\p{Default_Ignorable_Code_Point}`, 'gu')
const strangeStart = late(String.raw`^[^\p{L}\p{N}]+`, 'u')
const strangeEnds = late(String.raw`^[^\p{L}\p{N}]+|[_.-]+$`, 'gu')
const counted = late(String.raw`^(.*[^\p{N}])([2-9])$`, 'su')
/** A nick as most are: none of the patterns above has to be made for it. */
const usual = /^[A-Za-z0-9][\w.-]*$/

/** A valid nick in NFKC, or a sentence for the user with what is wrong and what to do. It never repeats `raw`. */
export function checkNick(raw: string): { ok: true; nick: string } | { ok: false; text: string } {
  const problem = problemWith(raw)
  if (problem === null) return { ok: true, nick: raw.normalize('NFKC') }
  const near = nickFrom(raw)
  return { ok: false, text: near === nobody ? `${problem} Try another one.` : `${problem} Try “${near}”.` }
}

function problemWith(raw: string): string | null {
  const tooLong = `A nick has at most ${nickPointsMax} characters.`
  if (raw.length > rawUnitsMax) return tooLong
  const nick = raw.normalize('NFKC')
  if (nick.trim() === '') return 'A nick cannot be empty.'
  if (/\s/u.test(nick)) return 'A nick has no spaces.'
  const problem = usual.test(nick) ? null : problemWithLetters(nick)
  if (problem !== null) return problem
  if ([...nick].length > nickPointsMax) return tooLong
  if (utf8Bytes(nick) > nickBytesMax)
    return `A nick has at most ${nickBytesMax} bytes, and this one has more.`
  if (cleanLine(nick) !== nick) return 'A nick has at most a few marks over one letter.'
  return null
}

function problemWithLetters(nick: string): string | null {
  if (ignorable().test(nick)) return 'A nick has no invisible characters.'
  const stranger = foreign().exec(nick)
  if (stranger !== null) {
    const sign = stranger[0]
    // Only ASCII is repeated: anything else could be what the user cannot see or the terminal should not.
    const which = /[!-~]/.test(sign) ? ` “${sign}” is none of these.` : ''
    return `A nick holds letters, digits, “_”, “.” and “-” only.${which}`
  }
  return firstPoint().test(nick) ? null : 'A nick starts with a letter or a digit.'
}

/**
 * Why nobody new is called that, as a sentence; null where they may be. A valid nick alone is looked at, never who is
 * there. Whoever has had such a name since before keeps it, so what only names somebody is not asked this.
 */
export function objectionTo(nick: string): string | null {
  if (!isOneScript(nick))
    return `A nick’s letters come from one alphabet of today, and “${nick}” ${mixture(nick)}.`
  if (isDecorated(nick))
    return 'A nick’s letters may have accents, but no strokes through them and no piles of marks.'
  if (isReserved(nick)) return `“${nick}” would speak for the server or to everybody.`
  return null
}

/** One of the names nobody may have, or one of them counted up: “admin2” speaks for the server as “admin” does. */
function isReserved(nick: string): boolean {
  // The last digits may as well be letters of the name, as in “a11”, so it is looked at with each of them.
  for (let name = nick; ; name = name.slice(0, -1)) {
    if (isReservedName(name)) return true
    if (!/[0-9]$/.test(name)) return false
  }
}

/** Whatever letters and digits it is written in. */
const isReservedName = (nick: string): boolean => {
  const folded = fold(nick).replaceAll('0', 'o')
  return [folded.replaceAll('1', 'l'), folded.replaceAll('1', 'i'), skeleton(nick)].some(name =>
    reservedNicks.has(name),
  )
}

/** The nearest valid nick to anything: a system user's name, ten thousand hostile characters, nothing. */
export function nickFrom(raw: string): string {
  const words = undecorated(cleanLine(raw.slice(0, rawUnitsMax)))
    .trim()
    .replace(/\s+/gu, '_')
  const near = usual.test(words)
    ? words
    : words.replace(strangers(), '').replace(strangeStart(), '').normalize('NFKC')
  const nick = fitted(isOneScript(near) ? near : mostOf(near), '')
  return problemWith(nick) === null && objectionTo(nick) === null ? nick : nobody
}

/** What is left in one alphabet may have had letters of another before, behind, or between a letter and its mark. */
const mostOf = (near: string): string =>
  inOneScript(near.slice(0, nearUnitsMax)).normalize('NFKC').replace(strangeEnds(), '')

/** `nick` cut on a cluster border so that it fits the bounds together with `suffix`, without “_”, “.” or “-” at the cut. */
function fitted(nick: string, suffix: string): string {
  let points = [...suffix].length
  let bytes = utf8Bytes(suffix)
  let kept = ''
  for (const cluster of clusters(nick)) {
    points += [...cluster.text].length
    bytes += utf8Bytes(cluster.text)
    if (points > nickPointsMax || bytes > nickBytesMax) return kept.replace(/[_.-]+$/, '') + suffix
    kept += cluster.text
  }
  return kept + suffix
}

/**
 * A free nick near `wanted`: alice, alice2, alice3 … Where ten thousand are taken the last one comes back, and whoever
 * uses it hears again that it is taken.
 */
export function suggestNick(wanted: string, isTaken: (nick: string) => boolean): string {
  const nick = nickFrom(wanted)
  if (!isTaken(nick)) return nick
  // alice2 is followed by alice3, not by alice22; a longer number is part of the name.
  const [, before = nick, digit = '1'] = counted().exec(nick) ?? []
  const first = Number(digit) + 1
  let suggestion = nick
  for (let number = first; number < first + suggestionsMax; number++) {
    suggestion = fitted(before, String(number))
    if (!isTaken(suggestion)) break
  }
  return suggestion
}
