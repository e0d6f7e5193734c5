/** Text as a reader counts it: grapheme clusters, their borders, and the terminal cells of each. */
import { eastAsianWidth } from 'get-east-asian-width'
import { late } from './late.ts'
import { clusterCellsMax, measures, usualMeasures } from './measures.ts'

/** What a reader takes for one character. `cells` is what it fills in a terminal. */
export interface Cluster {
  readonly text: string
  readonly cells: number
}

// Made on first need: most sessions hold only text of the plain ranges below, and the making takes 9 ms.
let segmenter: Intl.Segmenter | undefined
function segments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return segmenter.segment(text)
}

// Hangul vowels and finals (1160–11FF, D7B0–D7FF) are drawn into the cells of the leading consonant.
const cellless = late(
  String.raw`^[\p{Mn}\p{Me}\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u1160-\u11ff\ud7b0-\ud7ff]$`,
  'u',
)
const emojiStyle = late(String.raw`^\p{Extended_Pictographic}\ufe0f$`, 'u')
const keycap = /^[0-9#*]\ufe0f?\u20e3$/
const joined = late(String.raw`\p{Extended_Pictographic}[\u{1f3fb}-\u{1f3ff}\ufe0e\ufe0f]?\u200d`, 'u')
const toned = late(String.raw`^\p{Extended_Pictographic}[\u{1f3fb}-\u{1f3ff}]`, 'u')
const tone = /[\u{1f3fb}-\u{1f3ff}]/u
const flag = /^[\u{1f1e6}-\u{1f1ff}]{2}$/u
const pictograph = late(String.raw`^\p{Emoji_Presentation}`, 'u')
const spacingMark = late(String.raw`^\p{Mc}$`, 'u')

function cellsOfPoint(point: number): 0 | 1 | 2 {
  if (cellless().test(String.fromCodePoint(point))) return 0
  return eastAsianWidth(point)
}

/**
 * The cells of one cluster. A family, a flag, a keycap and a skin tone fill what the terminal has said they do, usually
 * two; elsewhere the parts that take room add up to two at most (as in Devanagari or Thai), which is what most terminals
 * do with them.
 */
function cellsOfCluster(cluster: string): number {
  const now = measures()
  if (cluster.length > 1) {
    if (joined().test(cluster)) {
      const whole = tone.test(cluster) ? now.tonedJoined : now.joined
      if (whole !== 'apart') return whole
      const sum = cluster.split('\u200d').reduce((cells, part) => cells + cellsOfCluster(part), 0)
      return Math.min(sum, clusterCellsMax)
    }
    if (emojiStyle().test(cluster)) return now.selector
    if (toned().test(cluster)) return now.tone
    if (flag.test(cluster)) return now.flag
    if (keycap.test(cluster)) return now.keycap
  }
  if (now.emoji !== usualMeasures.emoji && pictograph().test(cluster)) return now.emoji
  let sum = 0
  for (const character of cluster) {
    if (now.vowel < 2 && sum > 0 && spacingMark().test(character)) continue
    sum += cellsOfPoint(character.codePointAt(0) ?? 0)
  }
  return Math.min(sum, now.conjunct === 'apart' ? clusterCellsMax : now.conjunct)
}

/**
 * A character is plain when the border between it and any plain neighbour is a cluster border, and its cells are
 * known without a look at what follows. Runs of plain characters need no Segmenter. The answer is
 * `units * 4 + cells`, or 0 where the character is not plain.
 */
const narrow = 1 * 4 + 1
const wide = 1 * 4 + 2
const pair = 2 * 4

export function plainStep(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if (unit < 0x7f) return unit >= 0x20 ? narrow : 0
  if (unit < 0x300) return unit < 0xa0 || unit === 0xad ? 0 : narrow
  if (unit < 0x1100) {
    // Greek and Cyrillic, then the letters of Armenian, Hebrew, Arabic and Thai.
    if (unit >= 0x370 && unit <= 0x52f) return unit >= 0x483 && unit <= 0x489 ? 0 : narrow
    if (unit >= 0x531 && unit <= 0x58a) return narrow
    if (unit >= 0x5d0 && unit <= 0x5ea) return narrow
    if (unit >= 0x620 && unit <= 0x64a) return narrow
    if (unit >= 0xe01 && unit <= 0xe32 && unit !== 0xe31) return narrow
    return unit >= 0xe40 && unit <= 0xe46 ? narrow : 0
  }
  if (unit < 0x2600) {
    if (unit >= 0x1e00 && unit <= 0x1fff) return narrow
    if (unit >= 0x2010 && unit <= 0x2027) return narrow
    if (unit >= 0x2030 && unit <= 0x205e) return narrow
    if (unit >= 0x20a0 && unit <= 0x20c0) return narrow
    if (unit >= 0x2100 && unit <= 0x22ff) return narrow
    return unit >= 0x2500 && unit <= 0x25fc ? narrow : 0
  }
  if (unit < 0xd800) {
    if (unit >= 0x4e00 && unit <= 0x9fff) return wide
    if (unit >= 0xac00 && unit <= 0xd7a3) return wide
    if (unit >= 0x3400 && unit <= 0x4dbf) return wide
    if (unit >= 0x3041 && unit <= 0x3096) return wide
    if (unit >= 0x309b && unit <= 0x30ff) return wide
    if (unit >= 0x3000 && unit <= 0x3029) return wide
    return unit >= 0x2800 && unit <= 0x28ff ? narrow : 0
  }
  if (unit < 0xe000) {
    if (unit < 0xd83c || unit > 0xd83e) return 0
    const point = text.codePointAt(at) ?? 0
    // Pictographs that are wide by themselves; skin tones join what stands before them and flags go in pairs.
    const emoji = pair + (measures().emoji === 1 ? 1 : 2)
    if (point >= 0x1f400 && point <= 0x1f4fc) return point === 0x1f43f || point === 0x1f441 ? 0 : emoji
    if (point >= 0x1f600 && point <= 0x1f64f) return emoji
    return point >= 0x1f90c && point <= 0x1f93a ? emoji : 0
  }
  if (unit < 0xf900) return narrow
  if (unit >= 0xff01 && unit <= 0xff60) return wide
  return unit === 0xfffd ? narrow : 0
}

/**
 * Walks the clusters of `text` from the border `start` on, with the offsets of each in UTF-16 units. `visit` ends the
 * walk by answering false.
 */
export function eachCluster(
  text: string,
  visit: (from: number, to: number, cells: number) => boolean,
  start = 0,
): void {
  let at = start
  while (at < text.length) {
    let step = plainStep(text, at)
    while (step > 0) {
      const next = at + (step >> 2)
      const following = next < text.length ? plainStep(text, next) : narrow
      if (following === 0) break
      if (!visit(at, next, (step & 3) === 2 ? 2 : 1)) return
      at = next
      if (at >= text.length) return
      step = following
    }
    // A run for the Segmenter: it ends between two plain characters, where a border is certain.
    const end = endOfRun(text, at)
    for (const { segment, index } of segments(text.slice(at, end))) {
      const from = at + index
      if (!visit(from, from + segment.length, cellsOfCluster(segment))) return
    }
    at = end
  }
}

function endOfRun(text: string, start: number): number {
  let at = start
  let afterPlain = false
  while (at < text.length) {
    const step = plainStep(text, at)
    if (step > 0 && afterPlain) return at
    afterPlain = step > 0
    at += step > 0 ? step >> 2 : 1
  }
  return text.length
}

/** The clusters of `text` in order; joined they are `text` again. */
export function clusters(text: string): readonly Cluster[] {
  const found: Cluster[] = []
  eachCluster(text, (from, to, cells) => {
    found.push({ text: text.slice(from, to), cells })
    return true
  })
  return found
}

/** Whether a plain character ends at `at` and another starts there: then a border is certain. */
function isPlainBorder(text: string, at: number): boolean {
  if (plainStep(text, at) === 0) return false
  return plainStep(text, startOfPoint(text, at)) > 0
}

/** Where the code point that ends at `at` starts. */
function startOfPoint(text: string, at: number): number {
  const isPair = text.charCodeAt(at - 1) >> 10 === 0x37 && text.charCodeAt(at - 2) >> 10 === 0x36
  return isPair ? at - 2 : at - 1
}

/** The first cluster border at or after `at`. */
export function borderFrom(text: string, at: number): number {
  if (at <= 0) return 0
  if (at >= text.length) return text.length
  if (isPlainBorder(text, at)) return at
  const around = segments(text).containing(at)
  if (around === undefined || around.index === at) return at
  return around.index + around.segment.length
}

/** The first cluster border after `at`; `text.length` at the end. */
export function borderAfter(text: string, at: number): number {
  return borderFrom(text, at + 1)
}

/** The last cluster border before `at`; 0 at the start. */
export function borderBefore(text: string, at: number): number {
  if (at <= 1) return 0
  if (at > text.length) return text.length
  const start = startOfPoint(text, at)
  if (isPlainBorder(text, start)) return start
  return segments(text).containing(at - 1)?.index ?? start
}
