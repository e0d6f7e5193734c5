/** Pages of the past cut to a size in bytes, so that one page is no more than a peer takes at once. */
import { lineBytes } from '../chat/telling.ts'
import type { Line, Paging } from '../chat/types.ts'

/** As many of the lines, from where the page begins, as go into so many bytes; at least one of them. */
export function inBytes({ from, limit }: Paging, lines: readonly Line[], bytesMax: number) {
  const isForward = 'after' in from
  let bytes = 0
  let count = 0
  for (const line of isForward ? lines : lines.toReversed()) {
    bytes += lineBytes(line)
    if (bytes > bytesMax && count > 0) {
      const fitting = isForward ? lines.slice(0, count) : lines.slice(-count)
      return { lines: fitting, limit: count }
    }
    count += 1
  }
  return { lines, limit }
}
