/** What is fuzzed: a decoder of ours with what must hold for it, whatever bytes it is given. */
import type fc from 'fast-check'

export interface Target {
  readonly name: string
  /** What it decodes, for whoever reads the table. */
  readonly means: string
  /** Files whose coverage guides the search, or folders, ending in `/`; by their paths below src/. */
  readonly covers: readonly string[]
  /** An input is at most so long. */
  readonly bytesMax: number
  /** Inputs to begin with. */
  readonly seeds: readonly Uint8Array[]
  /** Pieces that are put in as they are. */
  readonly tokens: readonly string[]
  /** Inputs that know the form of what is decoded. */
  readonly structured: fc.Arbitrary<Uint8Array>
  /** Throws where something does not hold; what the decoder refuses is no escape. */
  run(input: Uint8Array): void | Promise<void>
  /** How many inputs are many for it, and why not the usual number. */
  readonly long?: { readonly inputs: number; readonly why: string }
  /** Each input is files on a disk: milliseconds, where the others take microseconds. */
  readonly isSlow?: boolean
  /** Why it cannot be fuzzed here, or null. */
  unfit?(): Promise<string | null>
  /** Left out unless it is named: it has a mistake in it, to show that it is found. */
  readonly isPlanted?: boolean
}

/** Inputs that are many for a target that says nothing else: minutes for the quickest, an hour for the slowest. */
export const longInputs = 10_000_000

/** What an input showed to be wrong. */
export function breaks(why: string): never {
  throw new Error(why)
}

/** Cheap where it holds: the sentence is made only where it does not. */
export function holds(fact: boolean, why: () => string): void {
  if (!fact) breaks(why())
}

/** What never reaches a terminal: controls but the newline, hidden and reordering characters, halves of letters. */
const never =
  /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]|\p{Cs}/u

export function harmless(text: string, where: string): void {
  const found = never.exec(text)
  if (found !== null)
    breaks(`${where} has ${JSON.stringify(found[0])}: ${JSON.stringify(text.slice(0, 200))}`)
}

const encoder = new TextEncoder()
export const bytesOf = (text: string): Uint8Array => encoder.encode(text)
/** As a decoder without refusals reads it. */
export const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
