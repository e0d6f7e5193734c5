/** How many bytes a text takes on the wire. */

/** Bytes of `text` in UTF-8; a lone surrogate counts as the three bytes of U+FFFD. */
export function utf8Bytes(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) continue
    bytes += unit < 0x800 ? 1 : 2
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(at + 1)
      // A pair is four bytes over two units: two more, and its second unit is spent.
      if (next >= 0xdc00 && next < 0xe000) at++
    }
  }
  return bytes
}

/** Whether `text` takes more bytes than that. Most texts are far from it, and then nothing is counted. */
export const isOverUtf8 = (text: string, bytesMax: number): boolean =>
  text.length * 3 > bytesMax && utf8Bytes(text) > bytesMax

/** `text` cut, between code points, to at most `bytesMax` bytes of UTF-8. */
export function truncateUtf8(text: string, bytesMax: number): string {
  if (!isOverUtf8(text, bytesMax)) return text
  let cut = ''
  let bytes = 0
  for (const point of text) {
    bytes += utf8Bytes(point)
    if (bytes > bytesMax) break
    cut += point
  }
  return cut
}
