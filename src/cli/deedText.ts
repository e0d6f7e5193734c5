/** Something done to keep order, as one line for whoever runs the server. */
import { cleanLine } from '../base/clean.ts'
import type { Deed } from '../chat/types.ts'

/** @param deed as it was done, or as it was read from a file, which can hold anything */
export function deedText({ by, act, whom, also, place, why }: Partial<Record<keyof Deed, unknown>>): string {
  const others = Array.isArray(also) ? `and with the same client ${also.join(', ')}` : undefined
  const parts = [`${by}:`, act, whom, others, place, why === undefined ? undefined : `(${why})`]
  return cleanLine(parts.filter(part => typeof part === 'string').join(' '))
}
