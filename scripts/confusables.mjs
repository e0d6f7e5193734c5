/**
 * `node --import tsx scripts/confusables.mjs`: writes the table of look-alike letters, src/base/confusables.ts, anew.
 * The letters come from confusables.txt of UTS #39 for Unicode 13.0, which the development dependency `unhomoglyph`
 * 1.0.6 carries as JSON, so this needs no network; their scripts and forms are known to the Node that runs it.
 */
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { fold } from '../src/base/fold.ts'
import { isOneScript } from '../src/base/scripts.ts'

const unicode = '13.0'
const require = createRequire(import.meta.url)
const target = fileURLToPath(new URL('../src/base/confusables.ts', import.meta.url))

/** Whether the letter can be met in a name when its skeleton is made: in NFKC, then decomposed. @param {string} letter */
const mayOccur = letter =>
  /^[\p{L}\p{M}\p{N}_.-]$/u.test(letter) &&
  !/\p{Default_Ignorable_Code_Point}/u.test(letter) &&
  isOneScript(letter) &&
  letter.normalize('NFKC').normalize('NFD') === letter

// “m” is like “rn” to a careless eye in some fonts, and no terminal’s font is one of them.
const isHangul = /^\p{scx=Hangul}+$/u
/** @type {Record<string, string>} */
const list = require('unhomoglyph/data.json')
const all = /** @type {[letter: string, like: string][]} */ (Object.entries(list))
  .filter(([letter]) => mayOccur(letter) && letter !== 'm')
  .map(([letter, like]) => /** @type {const} */ ([letter, fold(like.replaceAll('rn', 'm')).normalize('NFD')]))
  // Jamo of several strokes are listed as the jamo they are made of; syllables are no less different for it.
  .filter(([letter, like]) => letter !== like && !(isHangul.test(letter) && isHangul.test(like)))

const makers = new Map()
for (const [, like] of all) makers.set(like, (makers.get(like) ?? 0) + 1)
const letters = new Set(all.map(([letter]) => letter))
/** Whether anything else has the same skeleton, so that the row tells two names apart from one. */
const isMet = (/** @type {string} */ like) =>
  makers.get(like) > 1 ||
  [...like].every(part => (mayOccur(part) && !letters.has(part)) || makers.has(part) || fold(part) !== part)

/** @type {Map<string, number[]>} */
const byLike = new Map()
for (const [letter, like] of all)
  if (isMet(like)) byLike.set(like, [...(byLike.get(like) ?? []), letter.codePointAt(0) ?? 0])

const digits = (/** @type {number} */ number) => number.toString(36)
const shown = (/** @type {string} */ text) =>
  /^[a-z]+$/.test(text) ? text : [...text].map(one => `+${digits(one.codePointAt(0) ?? 0)}`).join('')
const groups = [...byLike].map(([like, points]) => {
  let last = 0
  const steps = points
    .sort((a, b) => a - b)
    .map(point => {
      const step = digits(point - last)
      last = point
      return step
    })
  return `${shown(like)}:${steps.join(',')}`
})
const rows = groups
  .join(';')
  .replace(/.{1,116}/g, '$&\n')
  .trim()

writeFileSync(
  target,
  `/** Letters that look like others, by what they look like; written by scripts/confusables.mjs, not by hand. */

/*! Look-alike letters: from confusables.txt of UTS #39 for Unicode ${unicode}, © Unicode, Inc., https://www.unicode.org/license.txt */

// Cut down to what can occur in a name. \`like:point,step,step;…\`, numbers in base 36, \`like\` in letters or as \`+point\` each.
export const confusables = \`
${rows}
\`
`,
)
process.stdout.write(
  `${byLike.size} likenesses of ${[...byLike.values()].flat().length} letters, ${rows.length} bytes.\n`,
)
