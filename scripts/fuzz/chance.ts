/** Chance that can be repeated: numbers that follow from a seed, with a state that is taken and put back. */

export type ChanceState = readonly [number, number, number, number]

export interface Chance {
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number
  state(): ChanceState
  /** Goes on as it did from that state. */
  restore(state: ChanceState): void
}

/** sfc32: fast, and good enough to leave nothing out. */
export function createChance(seed: number): Chance {
  let a = 0x9e3779b9
  let b = 0x243f6a88
  let c = seed | 0
  let count = 1
  function next(): number {
    const sum = (((a + b) | 0) + count) | 0
    count = (count + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let warming = 0; warming < 12; warming++) next()
  return {
    below: end => (end <= 1 ? 0 : next() % end),
    state: () => [a, b, c, count],
    restore([first, second, third, counted]) {
      a = first
      b = second
      c = third
      count = counted
    },
  }
}
