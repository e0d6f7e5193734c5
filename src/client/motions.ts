/** Where words and lines of a text begin and end, as offsets on cluster borders. */
import { borderFrom, eachCluster } from '../base/clusters.ts'
import { late } from '../base/late.ts'

const wordPoint = late(String.raw`^[\p{L}\p{N}_]`, 'u')

function isWordAt(text: string, at: number): boolean {
  // A cluster is part of a word by its first code point; the two units hold it.
  return wordPoint().test(text.slice(at, at + 2))
}

/** The start of the word left of `at`. */
export function wordStart(text: string, at: number): number {
  // One walk from the front: step by step backwards would ask the Segmenter for each border anew.
  let start = 0
  let inWord = false
  eachCluster(text.slice(0, at), from => {
    const isWord = isWordAt(text, from)
    if (isWord && !inWord) start = from
    inWord = isWord
    return true
  })
  return start
}

/** The end of the word right of `at`. */
export function wordEnd(text: string, at: number): number {
  let end = text.length
  let inWord = false
  eachCluster(
    text,
    from => {
      const isWord = isWordAt(text, from)
      if (inWord && !isWord) end = from
      inWord = isWord
      return end === text.length
    },
    at,
  )
  return end
}

/** The start of the line `at` stands in. */
export function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1
}

/** The end of the line `at` stands in, before its newline. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

/** The same column one line up (-1) or down (1), at most the line's end; null where there is no such line. */
export function otherLine(text: string, at: number, by: -1 | 1): number | null {
  const start = lineStart(text, at)
  const end = lineEnd(text, at)
  if (by < 0 ? start === 0 : end === text.length) return null
  const otherStart = by < 0 ? lineStart(text, start - 1) : end + 1
  const other = text.slice(otherStart, lineEnd(text, otherStart))
  let column = 0
  eachCluster(text.slice(start, at), (_from, _to, cells) => {
    column += cells
    return true
  })
  let used = 0
  let offset = 0
  eachCluster(other, (_from, to, cells) => {
    used += cells
    if (used > column) return false
    offset = to
    return true
  })
  return borderFrom(text, otherStart + offset)
}
