/** What one letter looks like to the eye. */
import { confusables } from './confusables.ts'

let likes: Map<string, string> | undefined

/** Opened when the first name beyond ASCII comes. */
function opened(): Map<string, string> {
  if (likes) return likes
  likes = new Map()
  for (const group of confusables.replaceAll('\n', '').split(';')) {
    const [like = '', steps = ''] = group.split(':')
    const text = like.startsWith('+')
      ? like
          .slice(1)
          .split('+')
          .map(digits => String.fromCodePoint(Number.parseInt(digits, 36)))
          .join('')
      : like
    let point = 0
    for (const step of steps.split(',')) {
      point += Number.parseInt(step, 36)
      likes.set(String.fromCodePoint(point), text)
    }
  }
  return likes
}

/** Small letters, decomposed, that look like `letter`; itself where nothing does. For keys, and for names to suggest. */
export const likeness = (letter: string): string => opened().get(letter) ?? letter
