/** Where the input under way stands, in memory that several threads see: one that never comes back is known by it. */
import type { Watch } from './loop.ts'

/** Its number (0: none) and its length; then come its bytes. */
const headBytes = 8
const inputBytesMax = 1024 * 1024

export interface WatchRoom {
  readonly shared: SharedArrayBuffer
  /** Grows with each input; 0 while none runs. */
  number(): number
  input(): Uint8Array
}

export function watchRoom(): WatchRoom {
  const shared = new SharedArrayBuffer(headBytes + inputBytesMax)
  const head = new Int32Array(shared, 0, 2)
  return {
    shared,
    number: () => Atomics.load(head, 0),
    input: () => Uint8Array.from(new Uint8Array(shared, headBytes, Atomics.load(head, 1))),
  }
}

/** For the one thread that runs inputs at a time. */
export function watchOn(shared: SharedArrayBuffer): Watch {
  const head = new Int32Array(shared, 0, 2)
  const bytes = new Uint8Array(shared, headBytes)
  let number = 0
  return {
    begin(input) {
      number = (number + 1) & 0x7fffffff || 1
      bytes.set(input)
      head[1] = input.length
      head[0] = number
    },
    rest() {
      head[0] = 0
    },
  }
}
