/** A bounded list that grows at the end and loses its oldest: persistent, so that a model can hold it as a value. */

/** Made by `emptyRing` and `pushed` only; the fields are theirs. */
export interface Ring<T> {
  readonly max: number
  /** How many it holds, at most `max`. */
  readonly size: number
  readonly chunkSize: number
  readonly chunks: readonly (readonly T[])[]
  /** May hold items of later rings behind those of this one. */
  readonly tail: T[]
  /** Items at the very beginning that no longer count. */
  readonly skipped: number
}

/** Small enough that copying the tail costs nothing to speak of, large enough that the list of chunks stays short. */
const chunkSizeMax = 128

/** @param max at least 1; the item pushed beyond it lets the oldest one go */
export function emptyRing<T>(max: number): Ring<T> {
  const chunkSize = Math.max(1, Math.min(chunkSizeMax, max))
  return { max, size: 0, chunkSize, chunks: [], tail: [], skipped: 0 }
}

export function pushed<T>(ring: Ring<T>, item: T): Ring<T> {
  let { chunks, skipped } = ring
  const used = ring.size + ring.skipped - chunks.length * ring.chunkSize
  // Nobody looks behind the end of their own ring, so the newest one may write there for all that share its tail.
  let tail = ring.tail.length === used ? ring.tail : ring.tail.slice(0, used)
  tail.push(item)
  if (tail.length === ring.chunkSize) {
    chunks = [...chunks, tail]
    tail = []
  }
  let size = ring.size + 1
  if (size > ring.max) {
    size--
    skipped++
    if (skipped === ring.chunkSize) {
      chunks = chunks.slice(1)
      skipped = 0
    }
  }
  return { max: ring.max, size, chunkSize: ring.chunkSize, chunks, tail, skipped }
}

/** The item at `index`, 0 being the oldest; undefined outside. */
export function at<T>(ring: Ring<T>, index: number): T | undefined {
  if (index < 0 || index >= ring.size) return undefined
  const place = index + ring.skipped
  const chunk = Math.floor(place / ring.chunkSize)
  return (chunk < ring.chunks.length ? ring.chunks[chunk] : ring.tail)?.[place % ring.chunkSize]
}

/** Oldest first. */
export function* items<T>(ring: Ring<T>): Generator<T> {
  for (let index = 0; index < ring.size; index++) {
    const item = at(ring, index)
    if (item !== undefined) yield item
  }
}
