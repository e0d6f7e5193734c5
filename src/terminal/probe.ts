/** The question how wide the terminal draws what terminals disagree on, and its answers read. */
import { clusterCellsMax, type Measures, usualMeasures } from '../base/measures.ts'

/**
 * Each is drawn at the start of the second row and followed by the question where the cursor is. The second row, because
 * an answer from the first looks like F3 with a modifier.
 */
const samples = {
  /** One cell in two bytes; two cells where the terminal does not read UTF-8. No accent that East Asian fonts widen. */
  letter: 'ñ',
  /** One cell, and two where a terminal is set up to widen it with East Asian text. */
  line: '─',
  emoji: '😀',
  selector: '❤️',
  joined: '👩‍👩‍👧',
  tonedJoined: '👩🏽‍💻',
  flag: '🇩🇪',
  tone: '👍🏽',
  keycap: '1️⃣',
  vowel: 'हि',
  conjunct: 'न्दी',
} as const

type Sample = keyof typeof samples
const order = Object.keys(samples) as readonly Sample[]
const probeRow = 2

const wholeOr = <T>(apart: T, cells: number): number | T => (cells <= 2 ? cells : apart)

/** Written once, right after the alternate screen is entered: the first frame clears what it draws, and until then it is concealed. */
export const probeText = (): string =>
  `\x1b[8m${order.map(sample => `\x1b[${probeRow};1H${samples[sample]}\x1b[6n`).join('')}\x1b[${probeRow};1H\x1b[m\x1b[K\x1b[H`

/** What came of it. */
export interface Findings {
  readonly measures: Measures
  /** The terminal reads UTF-8. */
  readonly unicode: boolean
  /** Lines and dots of drawing are one cell wide. */
  readonly drawing: boolean
}

export interface Probe {
  /** Where the cursor is, as the terminal says; both from 1. True when this was the last answer. */
  answer(row: number, column: number): boolean
  /** What the answers so far say; what was not answered is as usual. */
  findings(): Findings
}

export function createProbe(): Probe {
  const cells = new Map<Sample, number>()
  let answered = 0
  const of = (sample: Sample): number => cells.get(sample) ?? usualMeasures.emoji

  return {
    answer: (row, column) => {
      const sample = order[answered]
      if (row !== probeRow || sample === undefined) return false
      answered += 1
      if (column >= 2 && column <= clusterCellsMax + 1) cells.set(sample, column - 1)
      return answered === order.length
    },
    findings: () => ({
      measures: {
        emoji: Math.min(2, of('emoji')),
        selector: Math.min(2, of('selector')),
        joined: wholeOr('apart', of('joined')),
        tonedJoined: wholeOr('apart', of('tonedJoined')),
        flag: Math.min(4, of('flag')),
        tone: Math.min(4, of('tone')),
        keycap: Math.min(3, of('keycap')),
        vowel: Math.min(2, of('vowel')),
        conjunct: of('conjunct') <= 2 ? 2 : 'apart',
      },
      unicode: (cells.get('letter') ?? 1) === 1,
      drawing: (cells.get('line') ?? 1) === 1,
    }),
  }
}
