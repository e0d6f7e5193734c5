/** The limits one server is run with: the usual ones, some of them changed by name, or those that slow people lifted. */
import { nearest } from '../base/nearest.ts'
import { type Limits, limits } from './limits.ts'

export type LimitName = keyof Limits

/** What both sides count on, or what is read before anybody could say otherwise; the same everywhere. */
const fixed: readonly LimitName[] = [
  'clientLineBytesMax',
  'serverLineBytesMax',
  'nickPointsMax',
  'nickBytesMax',
  'backlogLines',
  'pageLinesMax',
  'clientPingMs',
  'clientDeadMs',
  'textLineBytesMax',
  'pipeListNamesMax',
]
/** What keeps people from doing more or faster. The bounds of what one peer may cost in memory are none of these. */
const slowing = /(?:Burst|PerSecond)$|^(?:connections|greeting|rooms|directs)/
/** As good as none, and still a number that a timer or a bucket can count with. */
const valueMax = 1_000_000_000

const isName = (name: string): name is LimitName => Object.hasOwn(limits, name)

export const isAdjustable = (name: string): name is LimitName => isName(name) && !fixed.includes(name)
export const isLifted = (name: string): boolean => isAdjustable(name) && slowing.test(name)

export const adjustable: readonly LimitName[] = Object.keys(limits).filter(isAdjustable)

type Change = { readonly none: true } | { readonly name: LimitName; readonly value: number }

/**
 * Changes as they are written: `none` or `name=number`, several with commas between them.
 *
 * @returns the changes, or a sentence that says what was expected
 */
function read(text: string): { ok: true; changes: readonly Change[] } | { ok: false; text: string } {
  const changes: Change[] = []
  for (const part of text.split(',').map(one => one.trim())) {
    if (part === 'none') {
      changes.push({ none: true })
      continue
    }
    const [, name = '', number = ''] = /^([A-Za-z]+)\s*=\s*([\d._]+)$/.exec(part) ?? []
    if (name === '') return { ok: false, text: 'limits are “none”, or NAME=NUMBER such as sayPerSecond=10' }
    if (!isName(name)) {
      const near = nearest(name, adjustable)
      return {
        ok: false,
        text:
          near === null
            ? `there is no limit “${name}”. There are: ${adjustable.join(', ')}`
            : `there is no limit “${name}”. Did you mean “${near}”?`,
      }
    }
    if (!isAdjustable(name))
      return { ok: false, text: `${name} is the same for every server, for clients count on it` }
    const value = Number(number.replaceAll('_', ''))
    const isRate = name.endsWith('PerSecond')
    if (!(value <= valueMax) || (isRate ? value <= 0 : value < 1 || !Number.isInteger(value)))
      return {
        ok: false,
        text: isRate
          ? `${name} is a number above 0, at most ${valueMax}`
          : `${name} is a whole number from 1 to ${valueMax}`,
      }
    changes.push({ name, value })
  }
  return { ok: true, changes }
}

/** The text itself where it can be followed; else a sentence that says what was expected. */
export function checkChanges(text: string): { ok: true; value: string } | { ok: false; text: string } {
  const checked = read(text)
  return checked.ok ? { ok: true, value: text } : checked
}

export interface Adjusted {
  readonly limits: Limits
  /** Whether `none` was among them. */
  readonly isLifted: boolean
  /** The numbers that were given by name. */
  readonly changed: Readonly<Record<string, number>>
}

/** @param texts checked before; a later one has the last word, and a name more than `none` */
export function adjusted(texts: readonly string[]): Adjusted {
  const changed: Record<string, number> = {}
  let lifts = false
  for (const text of texts) {
    const checked = read(text)
    for (const change of checked.ok ? checked.changes : [])
      if ('none' in change) lifts = true
      else changed[change.name] = change.value
  }
  const lifted = lifts ? Object.fromEntries(adjustable.filter(isLifted).map(name => [name, valueMax])) : {}
  return { limits: { ...limits, ...lifted, ...changed }, isLifted: lifts, changed }
}
