/** When two names are the same name. */

const beyondAscii = /[^\0-\x7f]/

/**
 * What two names have in common that are the same name: NFKC, lower case, NFKC again, until it stays (at most four
 * rounds). For keys only, never for showing.
 */
export function fold(name: string): string {
  // Every line that is heard is looked through for our nick, and most have nothing to fold but capitals.
  if (!beyondAscii.test(name)) return name.toLowerCase()
  let folded = name
  for (let round = 0; round < 4; round++) {
    // The final sigma is the same letter; which one lower-casing gives depends on its neighbours.
    const next = folded.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ').normalize('NFKC')
    if (next === folded) return folded
    folded = next
  }
  return folded
}
