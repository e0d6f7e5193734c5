/** What one frame says to the terminal, as one text: cells, cursor, title, bell, and what is said beside them. */
import { asciiText } from '../base/ascii.ts'
import type { Frame } from '../client/frame.ts'
import type { Cellpane, Look } from './cellpane.ts'
import type { Driver, Size } from './driver.ts'
import * as modes from './modes.ts'
import type { Profile } from './profile.ts'
import { thrifty } from './thrift.ts'

interface PaintingOptions {
  readonly driver: Driver
  readonly pane: Cellpane
  readonly profile: Profile
  readonly look: Look
}

export interface Painting {
  /** What must be written so that the terminal shows it; null where there is nothing to show yet. '' for nothing. */
  textOf(shown: Frame | null, size: Size): string
  /** With the next text the terminal rings, and the desktop is told `words` where the terminal passes that on. */
  ring(words: string): void
  /** Goes out behind the next text: a sequence that moves no cursor. */
  add(sequence: string): void
  /** The title is said again. */
  forgetTitle(): void
  /** The terminal has neither our title nor our cursor, and what was to be said beside them does not hold any more. */
  forget(): void
}

export function createPainting({ driver, pane, profile, look }: PaintingOptions): Painting {
  let title = ''
  let cursor = ''
  let notice: string | null = null
  let asides = ''

  const readable = (words: string): string => (look.unicode ? words : asciiText(words))

  return {
    textOf(shown, size) {
      if (shown !== null) {
        pane.show(shown)
        driver.render()
      }
      const cells = thrifty(driver.take())
      const at = shown?.cursor
      const wanted = at
        ? modes.cursorTo(Math.min(at.x, size.columns - 1), Math.min(at.y, size.rows - 1)) + modes.showCursor
        : ''
      let text = ''
      if (cells !== '')
        text = modes.frameBegin + (cursor === '' ? '' : modes.hideCursor) + cells + wanted + modes.frameEnd
      else if (wanted !== cursor) text = wanted === '' ? modes.hideCursor : wanted
      cursor = wanted
      if (profile.title && shown !== null && shown.title !== title) {
        title = shown.title
        text += modes.titleOf(readable(title))
      }
      if (notice !== null) {
        text += modes.bell
        if (profile.title && notice !== '') text += modes.noticeOf(readable(notice), profile.through)
      }
      notice = null
      text += asides
      asides = ''
      return text
    },
    ring(words) {
      notice = words
    },
    add(sequence) {
      asides += sequence
    },
    forgetTitle() {
      title = ''
    },
    forget() {
      title = ''
      cursor = ''
      asides = ''
    },
  }
}
