/** Bytes faster than anybody types: lines pasted into a terminal that does not mark pastes, told from keys typed ahead. */
import { bounds } from './bounds.ts'

/** What came at once, in one read or in several right one after the other. */
export interface Burst {
  /** Cut at `bounds.pasteCharsMax`. */
  readonly text: string
  /** Line ends in that of its reads that has most. */
  readonly endsMax: number
}

/** Terminals send the line ends of a paste as CR. */
export const linesOf = (text: string): string => text.replace(/\r\n?/g, '\n')

const lineEnd = /\r\n?|\n/

const endsOf = (text: string): number => text.split(lineEnd).length - 1

/**
 * A burst that may go on, where `text` of one read may be its begin: a line end with more behind it, or more than is
 * typed at once. null for what is told at once. Keys that are sequences are never pasted.
 */
export function burstFrom(text: string): Burst | null {
  if (text.includes('\x1b')) return null
  const goesOn = /(\r\n?|\n)[\s\S]/.test(text)
  return goesOn || text.length >= bounds.burstChars ? joined(null, text) : null
}

/** The burst with another read of it; null where that is a key of its own, and the burst is over. */
export function burstWith(burst: Burst, text: string, guesses: boolean): Burst | null {
  if (text.startsWith('\x1b')) return null
  // In a paste it is no more than a character that is cleaned away.
  if (text.includes('\x1b') && !isPaste(burst, guesses)) return null
  return joined(burst, text)
}

function joined(burst: Burst | null, text: string): Burst {
  return {
    text: ((burst?.text ?? '') + text).slice(0, bounds.pasteCharsMax),
    endsMax: Math.max(burst?.endsMax ?? 0, endsOf(text)),
  }
}

/**
 * Whether nobody can have typed it. Over a slow link a few short lines typed ahead come at once, and a key that was held
 * down; they stay what they are.
 *
 * @param guesses the terminal marks no paste at all, so that two lines at once are enough
 */
export function isPaste({ text, endsMax }: Burst, guesses: boolean): boolean {
  const filled = text.split(lineEnd).filter(line => /[^\0-\x1f\x7f]/.test(line)).length
  if (filled < 2) return false
  if (guesses || endsMax >= bounds.burstLineEnds) return true
  return text.length >= bounds.burstChars && endsOf(text) >= bounds.burstLineEnds
}
