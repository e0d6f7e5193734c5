/** Marks over letters in a name: accents that people write with, and those that only decorate it or pile up on it. */
import { late } from './late.ts'

// Most accents become one letter with what they stand on (é, ü, ệ, й, ᾅ), and are not looked at here. What is left are
// those of languages whose letters have no such form: Yoruba ọ́, Navajo ą́, Lingala ɛ́, Guaraní g̃, Marshallese m̧. They
// need one such mark over a letter, and of these alone. All else in these blocks strikes through, underlines, encloses,
// or writes letters over letters. Marks of one script, such as vowels of Hebrew or Thai, are in blocks of their own.
const blocks = '\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f'
const written = '\\u0300-\\u0304\\u0306-\\u030c\\u031b\\u0323-\\u0328\\u0331'

const accent = `(?<=\\p{L})[${written}]`
const source = `(?!${accent})[${blocks}]|\\p{Me}`
const decoration = late(source, 'u')
const decorations = late(source, 'gu')
/** No script writes one mark twice over one letter. */
const twice = late('(\\p{M})(\\p{M}*)\\1', 'u')
const beyondAscii = /[^\0-\x7f]/

/** Whether a normalised name has marks that nobody writes with. */
export const isDecorated = (name: string): boolean =>
  beyondAscii.test(name) && (decoration().test(name) || twice().test(name))

/** The name without them, normalised. */
export function undecorated(name: string): string {
  let plain = name.normalize('NFKC')
  while (isDecorated(plain))
    plain = plain.replace(decorations(), '').replace(twice(), '$1$2').normalize('NFKC')
  return plain
}
