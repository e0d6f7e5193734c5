/** Changes and what came of them as they go from one thread to the other: flat lists, which are copied several times as fast as objects. */
import type { Draft, Line } from '../chat/types.ts'
import type { KnownDevice } from './rows.ts'

export type Change =
  | { readonly do: 'line'; readonly draft: Draft; readonly at: number }
  | { readonly do: 'device'; readonly device: KnownDevice }

/** What came of a change: a new line's number, the line that had been kept before, or nothing to say. */
export type Outcome = { readonly seq: number } | { readonly again: Line } | null

/** Changes of one transaction. */
export interface Packed {
  /** Seven values for each line, in the order they were added: room, at, author, id, from, kind, body. */
  readonly lines: readonly (string | number)[]
  readonly devices: readonly KnownDevice[]
}

/** What came of them. */
export interface PackedOutcomes {
  /** The number of each line, in the same order; 0 for one that had been kept before. */
  readonly seqs: readonly number[]
  /** Those that had been, in the same order. */
  readonly again: readonly Line[]
}

export const valuesOfLine = 7

export function pack(changes: readonly Change[]): Packed {
  const lines: (string | number)[] = []
  const devices: KnownDevice[] = []
  for (const change of changes)
    if (change.do === 'device') devices.push(change.device)
    else {
      const { room, author, id, from, kind, body } = change.draft
      lines.push(room, change.at, author, id, from, kind, body)
    }
  return { lines, devices }
}

/** @returns one outcome for each of the changes */
export function unpack(changes: readonly Change[], { seqs, again }: PackedOutcomes): readonly Outcome[] {
  let lines = 0
  let repeats = 0
  return changes.map(change => {
    if (change.do === 'device') return null
    const seq = seqs[lines++] ?? 0
    if (seq > 0) return { seq }
    const earlier = again[repeats++]
    if (!earlier) throw new Error('a line was neither kept nor had been before')
    return { again: earlier }
  })
}
