/** How wide text is in a terminal, and text cut or filled to a width. */
import { eachCluster } from './clusters.ts'

export { clusters } from './clusters.ts'
export { wrap } from './wrap.ts'

/** The cells `text` fills in a row. A control character fills none; `cleanText` has removed those before. */
export function width(text: string): number {
  let sum = 0
  eachCluster(text, (_from, _to, cells) => {
    sum += cells
    return true
  })
  return sum
}

/**
 * `text` where it fits into `cells`, else its start with `ellipsis` after it; never wider than `cells`. Where not even
 * the ellipsis fits, as much of the ellipsis as does.
 */
export function truncate(text: string, cells: number, ellipsis = '…'): string {
  const room = cells - width(ellipsis)
  let used = 0
  let cut = 0
  let fits = true
  eachCluster(text, (_from, to, taken) => {
    used += taken
    if (used <= room) cut = to
    fits = used <= cells
    return fits
  })
  if (fits) return text
  if (room >= 0) return text.slice(0, cut) + ellipsis
  return ellipsis === '' ? '' : truncate(ellipsis, cells, '')
}

/** `text` exactly `cells` wide: cut with “…”, or filled with spaces at its end. */
export function pad(text: string, cells: number): string {
  const cut = truncate(text, cells)
  const filled = cut + ' '.repeat(Math.max(0, cells - width(cut)))
  // A sign that writes itself onto what follows, as Arabic number signs do, takes the first blank into its cluster.
  return filled + ' '.repeat(Math.max(0, cells - width(filled)))
}
