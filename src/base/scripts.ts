/** Which alphabets a name is written in: letters of several make names that look like others. */
import { likeness } from './likeness.ts'

// UTS #39 calls this “highly restrictive”: one script, or Latin beside those of Chinese, Japanese and Korean. Scripts that
// are in use today (UAX #31, tables 5 and 7); nobody has a name in hieroglyphs.
const together = ['Latin Han Hiragana Katakana', 'Latin Han Bopomofo', 'Latin Han Hangul']
const alone = (
  'Latin Greek Cyrillic Armenian Hebrew Arabic Thaana Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada ' +
  'Malayalam Sinhala Thai Lao Tibetan Myanmar Georgian Ethiopic Khmer Adlam Balinese Bamum Batak Canadian_Aboriginal ' +
  'Chakma Cham Cherokee Hanifi_Rohingya Javanese Kayah_Li Lepcha Limbu Lisu Mandaic Meetei_Mayek Miao Mongolian ' +
  'New_Tai_Lue Newa Nko Nyiakeng_Puachue_Hmong Ol_Chiki Osage Saurashtra Sundanese Syloti_Nagri Syriac Tai_Le Tai_Tham ' +
  'Tai_Viet Tifinagh Vai Wancho Yi'
).split(' ')
const scripts = [...alone, 'Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul']

const beyondAscii = /[^\0-\x7f]/

const sets = [...alone, ...together]
const latin = sets.filter(set => set.startsWith('Latin'))

const made = new Map<string, RegExp>()

/** Whether it is written in those scripts alone, and in what belongs to all of them: digits, most marks. */
function isIn(set: string, name: string): boolean {
  let known = made.get(set)
  if (!known) {
    // When first needed: most names are ASCII, and the classes are large.
    const classes = [...set.split(' '), 'Common', 'Inherited'].map(script => `\\p{scx=${script}}`)
    known = new RegExp(`^[${classes.join('')}]*$`, 'u')
    made.set(set, known)
  }
  return known.test(name)
}

/** Whether all letters come from one script of today, or from those that Chinese, Japanese and Korean mix with Latin. */
export const isOneScript = (name: string): boolean =>
  !beyondAscii.test(name) || (/[a-z]/i.test(name) ? latin : sets).some(set => isIn(set, name))

/** The first script of each of its letters, in the order in which they come. */
function scriptsOf(letters: readonly string[]): string[] {
  // Digits and marks are of every script.
  const found = letters.map(letter =>
    isIn('Common', letter) ? undefined : scripts.find(script => isIn(script, letter)),
  )
  return [...new Set(found.filter(script => script !== undefined))]
}

/** What is wrong with a name that is not in one script, such as “mixes Cyrillic and Latin”. */
export function mixture(name: string): string {
  const named = scriptsOf([...name]).map(script =>
    script === 'Han' ? 'Chinese' : script.replaceAll('_', ' '),
  )
  return named.length < 2 ? 'has others' : `mixes ${named.slice(0, -1).join(', ')} and ${named.at(-1)}`
}

/**
 * What is left of a name in the one alphabet that most of it is written in: letters of others are replaced by what they
 * look like there, or left out. Not normalised. '' where all of its alphabets are dead.
 */
export function inOneScript(name: string): string {
  if (isOneScript(name)) return name
  const letters = [...name]
  let best = ''
  let most = 0
  const found = scriptsOf(letters)
  for (const set of sets) {
    if (!set.split(' ').some(script => found.includes(script))) continue
    // Where two are as many, the name’s first letter decides.
    const fitting =
      letters.filter(letter => isIn(set, letter)).length + (isIn(set, letters[0] ?? '') ? 0.5 : 0)
    if (fitting > most) [best, most] = [set, fitting]
  }
  return best === '' ? '' : letters.map(letter => within(best, letter)).join('')
}

/** The letter, or what it looks like in that alphabet, or nothing. */
function within(set: string, letter: string): string {
  if (isIn(set, letter)) return letter
  const likes = [...letter.normalize('NFD')].flatMap(part => [...likeness(part)])
  if (!likes.every(like => isIn(set, like))) return ''
  return letter === letter.toLowerCase() ? likes.join('') : likes.join('').toUpperCase()
}
