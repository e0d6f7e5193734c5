/** What a name looks like: two names with one skeleton are the same to the eye. */
import { fold } from './fold.ts'
import { likeness } from './likeness.ts'

const beyondAscii = /[^\0-\x7f]/

/**
 * For keys only, never for showing. It is made of the name as it was given: “I” looks like “l”, which its folded form
 * no longer knows. “rn” and “m” stay different.
 */
export function skeleton(name: string): string {
  // The rows of ASCII; the table has them too.
  if (!beyondAscii.test(name)) return name.replace(/[1I]/g, 'l').toLowerCase().replaceAll('0', 'o')
  let seen = ''
  for (const letter of name.normalize('NFKC').normalize('NFD')) seen += likeness(letter)
  return fold(seen)
}
