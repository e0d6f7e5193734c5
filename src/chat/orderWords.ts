/** How keeping order is typed and told: the words behind `/ban` and its like, and times as people write and read them. */
import { cleanLine } from '../base/clean.ts'
import { readDuration } from '../base/duration.ts'
import { limits } from '../wire/limits.ts'
import { firstWord } from './commands.ts'
import { type Act, needsWhom } from './roles.ts'
import type { Moderate } from './types.ts'

/** Ten years; longer is for good. */
const forMsMax = 3650 * 86_400_000

/** What `/ban bob [for 5m] [why]` and its like ask for; or a sentence that says how it is used. */
export function readOrderCommand(
  act: Act,
  argument: string,
): { readonly ok: true; readonly said: Moderate } | { readonly ok: false; readonly text: string } {
  if (!needsWhom(act)) {
    const text = argument.trim()
    return { ok: true, said: { type: 'moderate', act, ...(text === '' ? {} : { text }) } }
  }
  const { word, rest } = firstWord(argument.trim())
  const whom = word.replace(/^@/, '')
  if (whom === '') return { ok: false, text: `Whom? /${act} NICK.` }
  let said: Moderate = { type: 'moderate', act, whom }
  let text = rest
  const next = firstWord(text)
  if (act === 'ban' && next.word.toLowerCase() === 'address') {
    said = { ...said, byAddress: true }
    text = next.rest
  }
  text = text.trim()
  const time = timeIn(text)
  // Left standing it would be a reason, and they would be back long before anybody expects it.
  if (act === 'kick' && (time !== null || isTimeInWords(text)))
    return { ok: false, text: kickText(cleanLine(whom, 24), time?.word ?? '30m') }
  // The time was forgotten or mistyped, and the usual one may be far too long.
  if (act !== 'kick' && time === null && (/^for(?:$|\s+\d)/i.test(text) || isTimeInWords(text)))
    return { ok: false, text: 'For how long? “for 30m”, “for 2h”, “for 7d”, or “for good”.' }
  if (time !== null) said = { ...said, forMs: time.forMs }
  const why = time?.why ?? text
  return { ok: true, said: why === '' ? said : { ...said, text: why } }
}

const kickText = (whom: string, time: string): string =>
  `A kick is for a moment, usually ${spanText(limits.kickMs)}, and takes no time of its own. To say how long they stay out: /ban ${whom} for ${time}.`

/** The time that stands before a reason or behind it, `for 2h being rude` or `being rude for 2h`, and that reason. */
function timeIn(
  text: string,
): { readonly word: string; readonly forMs: number; readonly why: string } | null {
  for (const place of [/^()for\s+(\S+)(.*)$/is, /^(.*\s)for\s+(\S+)()$/is]) {
    const [, before = '', word = '', behind = ''] = place.exec(text) ?? []
    const forMs = readSpan(word)
    if (forMs !== null) return { word, forMs, why: `${before}${behind}`.trim() }
  }
  return null
}

/** `for two hours`, `for a while`: a time to people alone. */
const isTimeInWords = (text: string): boolean =>
  /^for\s+(?:long$|a\s+while\b|(?:(?:half|an?)\s+)?(?:\S+\s+)?(?:seconds|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)\b)/i.test(
    text,
  )

/** `30m` in milliseconds; 0 for good; null where it is no time. */
function readSpan(word: string): number | null {
  if (/^(?:good|ever)$/i.test(word)) return 0
  const ms = readDuration(word, ['s', 'm', 'h', 'd', 'w'])
  return ms !== null && ms > forMsMax ? 0 : ms
}

/** `90 s`, `10 min`, `24 h`, `7 days`: never less than is left. */
export function spanText(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 120) return `${Math.max(1, seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  const hours = Math.ceil(minutes / 60)
  return hours < 72 ? `${hours} h` : `${Math.ceil(hours / 24)} days`
}

/** More names than these are counted. */
const namesMax = 8

/** `ann`, `ann and bob`, `ann, bob and 3 more`: nobody reads more than a few. */
export function listed(names: readonly string[]): string {
  const told = names.length > namesMax ? names.slice(0, namesMax - 1) : names
  const rest = names.length - told.length
  const all = rest === 0 ? told : [...told, `${rest} more`]
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}

/** A reason, one harmless line behind a colon; nothing for none. */
export const because = (why: string): string => (why === '' ? '' : `: ${cleanLine(why)}`)
