/** Where a line tool speaks or listens: `#room`, `@nick`, or the lobby where nothing is said. */
import { checkNick, lobby } from '../base/names.ts'
import { checkRoom } from '../base/rooms.ts'
import type { Read } from './commands.ts'

/** The place that `word` names; `builds` is `#builds`. */
export function readPlace(word: string): Read<string> {
  if (word.startsWith('@')) {
    const checked = checkNick(word.slice(1))
    return checked.ok ? { ok: true, value: `@${checked.nick}` } : checked
  }
  const checked = checkRoom(word)
  return checked.ok ? { ok: true, value: checked.room } : checked
}

/** `[#room|@nick] [text…]`: the first word is a place where it looks like one. `text` is null where none is given. */
export function readAddressed(words: readonly string[]): Read<{ place: string; text: string | null }> {
  const [first, ...rest] = words
  if (first === undefined) return { ok: true, value: { place: lobby, text: null } }
  // An unset variable in quotes, where a place was meant: what was for one person must not go to all.
  if (first.trim() === '')
    return {
      ok: false,
      text: 'the first word is empty. Give #room, @nick or the text there, and check the variable it comes from; nothing was sent.',
    }
  if (!/^[#@]/.test(first)) return { ok: true, value: { place: lobby, text: words.join(' ') } }
  // In one word it could be meant for one person or for all; what is private is not guessed.
  if (/\s/.test(first))
    return {
      ok: false,
      text: 'whom is that for? Put #room or @nick in a word of its own before the text, such as: earshot send "@bob" "hello there"',
    }
  const place = readPlace(first)
  if (!place.ok) return place
  return { ok: true, value: { place: place.value, text: rest.length === 0 ? null : rest.join(' ') } }
}
