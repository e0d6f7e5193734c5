/** Inputs made of other inputs: a few changes each, of the kinds that decoders trip over. */
import type { Chance } from './chance.ts'

/** Bytes at which something ends or begins in what we read. */
const telling = [
  0x00, 0x0a, 0x0d, 0x09, 0x20, 0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a, 0x7c, 0x2f, 0x40,
]
const edges = [0x7f, 0x80, 0x9b, 0xbf, 0xc0, 0xc3, 0xe2, 0xed, 0xf0, 0xf4, 0xfa, 0xfb, 0xfe, 0xff, 0x1b, 0x01]
const interesting = [...telling, ...edges]

export interface Mutator {
  /** A changed copy of `base`, which stays as it is; `other` may lend a piece. */
  change(base: Uint8Array, other: Uint8Array): Uint8Array
}

export function createMutator(chance: Chance, tokens: readonly Uint8Array[], bytesMax: number): Mutator {
  // Room for an insertion that is cut afterwards.
  const work = new Uint8Array(bytesMax * 2 + 64)
  let length = 0

  /** Makes room for `size` bytes at `at`. */
  function open(at: number, size: number): void {
    work.copyWithin(at + size, at, length)
    length += size
  }

  function insert(piece: Uint8Array, from: number, size: number): void {
    if (size === 0 || length + size > work.length) return
    const at = chance.below(length + 1)
    open(at, size)
    for (let index = 0; index < size; index++) work[at + index] = piece[from + index] ?? 0
  }

  function changeOnce(other: Uint8Array): void {
    const at = chance.below(length)
    switch (chance.below(12)) {
      case 0:
        if (length > 0) work[at] = (work[at] ?? 0) ^ (1 << chance.below(8))
        return
      case 1:
        if (length > 0) work[at] = chance.below(256)
        return
      case 2:
        if (length > 0) work[at] = interesting[chance.below(interesting.length)] ?? 0
        return
      case 3: {
        const size = 1 + chance.below(Math.min(32, length))
        if (at + size > length) return
        work.copyWithin(at, at + size, length)
        length -= size
        return
      }
      case 4:
        length = at
        return
      case 5: {
        // What is there once more, behind itself.
        const size = 1 + chance.below(Math.min(64, length))
        if (at + size > length || length + size > work.length) return
        open(at, size)
        work.copyWithin(at, at + size, at + 2 * size)
        return
      }
      case 6:
      case 7: {
        const token = tokens[chance.below(tokens.length)]
        if (token) insert(token, 0, token.length)
        return
      }
      case 8: {
        const token = tokens[chance.below(tokens.length)]
        if (!token || at + token.length > work.length) return
        work.set(token, at)
        length = Math.max(length, at + token.length)
        return
      }
      case 9: {
        const from = chance.below(other.length)
        insert(other, from, Math.min(1 + chance.below(64), other.length - from))
        return
      }
      case 10: {
        // Our beginning, the other’s end.
        const from = chance.below(other.length)
        const size = Math.min(other.length - from, work.length - at)
        work.set(other.subarray(from, from + size), at)
        length = at + size
        return
      }
      default: {
        // A digit, since so much hangs on numbers.
        if (length > 0) work[at] = 0x30 + chance.below(10)
      }
    }
  }

  return {
    change(base, other) {
      length = Math.min(base.length, bytesMax)
      work.set(length === base.length ? base : base.subarray(0, length))
      // Mostly one or two, now and then many.
      const changes = 1 + (chance.below(4) === 0 ? chance.below(8) : chance.below(2))
      for (let done = 0; done < changes; done++) changeOnce(other)
      return work.slice(0, Math.min(length, bytesMax))
    },
  }
}
