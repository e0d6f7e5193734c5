/** Room names: their grammar, and the one spelling of a room however it is typed. */
import { cleanLine } from './clean.ts'
import { late } from './late.ts'
import { isDecorated } from './marks.ts'
import { fold } from './names.ts'
import { isOneScript, mixture } from './scripts.ts'
import { utf8Bytes } from './utf8.ts'

/** A room name without its #, in code points. Longer: `checkRoom` says so. */
export const roomPointsMax = 32
/** A room name in UTF-8. Longer: `checkRoom` says so. */
export const roomBytesMax = 96

const valid = late(String.raw`^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*$`, 'u')
const ignorable = late(String.raw`\p{Default_Ignorable_Code_Point}`, 'u')

/**
 * The room somebody means: `#` and the folded name, so that #Dev and #dev are one room. The # may be left out.
 * Otherwise a sentence with what is wrong and what to do.
 */
export function checkRoom(raw: string): { ok: true; room: string } | { ok: false; text: string } {
  const name = fold(raw.slice(0, 1024).trim().replace(/^#/, ''))
  if (name === '') return { ok: false, text: 'A room needs a name, such as #dev.' }
  if ([...name].length > roomPointsMax || utf8Bytes(name) > roomBytesMax)
    return { ok: false, text: `A room’s name has at most ${roomPointsMax} characters.` }
  if (!valid().test(name) || ignorable().test(name) || cleanLine(name) !== name)
    return {
      ok: false,
      text: 'A room’s name begins with a letter or a digit and holds letters, digits, “_” and “-” only, such as #dev.',
    }
  return { ok: true, room: `#${name}` }
}

/**
 * Why no new room is called that, as a sentence; null where one may be. A valid name alone is looked at; a room that is
 * there keeps the one it has. A word is in one alphabet, and words of several may stand side by side: #api-вопросы.
 */
export function objectionToRoom(room: string): string | null {
  if (isDecorated(room))
    return 'The letters of a room’s name may have accents, but no strokes through them and no piles of marks.'
  const mixed = room
    .slice(1)
    .split(/[_-]/)
    .find(word => !isOneScript(word))
  return mixed === undefined
    ? null
    : `Each word of a room’s name is in one alphabet of today, and “${mixed}” ${mixture(mixed)}.`
}

/** Direct conversations are rooms too; their names begin with @ on the wire, and nobody types them. */
export const isDirect = (room: string): boolean => room.startsWith('@')
