/** How many cells the terminal gives the kinds of clusters on which terminals disagree; usual values until it was asked. */

/** The cells of one sample of each kind, as a terminal drew it. */
export interface Measures {
  /** 😀: a pictograph that is one code point. */
  readonly emoji: number
  /** ❤️: a sign made a pictograph by the selector behind it. */
  readonly selector: number
  /** 👩‍👩‍👧: pictographs joined into one. `apart` where the terminal draws them side by side. */
  readonly joined: number | 'apart'
  /** 👩🏽‍💻: the same with a skin tone in it, which some terminals draw apart though they join the others. */
  readonly tonedJoined: number | 'apart'
  /** 🇩🇪 */
  readonly flag: number
  /** 👍🏽 */
  readonly tone: number
  /** 1️⃣ */
  readonly keycap: number
  /** हि: a letter with a vowel sign that takes room of its own. */
  readonly vowel: number
  /** न्दी: letters written as one. `apart` where the terminal gives each its own cell. */
  readonly conjunct: number | 'apart'
}

export const usualMeasures: Measures = {
  emoji: 2,
  selector: 2,
  joined: 2,
  tonedJoined: 2,
  flag: 2,
  tone: 2,
  keycap: 2,
  vowel: 2,
  conjunct: 2,
}

/** A cluster is taken for no wider than this, whatever a terminal answers. */
export const clusterCellsMax = 12

let current = usualMeasures

/**
 * What holds now. Whoever remembers how text was measured remembers this object with it, and measures anew where it is
 * another one.
 */
export const measures = (): Measures => current

/**
 * From now on all text is measured so. A process has one terminal, and every floor must measure as that one draws: this
 * is the one thing in `base/` that is not handed in.
 */
export function measureAs(answers: Measures): void {
  current = answers
}
