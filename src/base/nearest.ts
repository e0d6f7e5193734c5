/** The known word that somebody most likely meant. */

/** Longer words are not compared: nobody mistypes that much, and the work grows with the square. */
const wordUnitsMax = 40

/**
 * The candidate with the fewest letters changed, added, dropped or swapped; null where none is near
 * (one slip for short words, two from five letters on). The first of equally near ones wins.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const meant = word.toLowerCase()
  if (meant === '' || meant.length > wordUnitsMax) return null
  let best: string | null = null
  let fewest = meant.length < 5 ? 1 : 2
  for (const candidate of candidates) {
    const slips = slipsBetween(meant, candidate.toLowerCase())
    if (slips > fewest || (slips === fewest && best !== null)) continue
    best = candidate
    fewest = slips
  }
  return best
}

/** Letters to change, add, drop or swap with their neighbour to make one word of the other. */
function slipsBetween(a: string, b: string): number {
  let older: number[] = []
  let old = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const now = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let least = Math.min(
        (old[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (old[column - 1] ?? 0) + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        least = Math.min(least, (older[column - 2] ?? 0) + 1)
      now.push(least)
    }
    older = old
    old = now
  }
  return old[b.length] ?? 0
}
