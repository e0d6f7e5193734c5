/** What is typed, stroke by stroke: told as it comes, and what may be the beginning of more waits a moment for it. */
import type { Stroke } from '../client/types.ts'
import { type Decoder, waitsMs } from './decoder.ts'
import type { Timers } from './scheduler.ts'

interface KeyboardOptions {
  readonly decoder: Decoder
  readonly timers: Timers
  /** Whether the terminal was given back for good: whatever else was typed is dropped. */
  isClosed(): boolean
  onStroke(stroke: Stroke): void
}

export interface Keyboard {
  feed(bytes: Uint8Array): void
  /** Waits for nothing any more. */
  end(): void
}

export function createKeyboard({ decoder, timers, isClosed, onStroke }: KeyboardOptions): Keyboard {
  let cancelWait: (() => void) | null = null

  const tell = (strokes: readonly Stroke[]): void => {
    for (const stroke of strokes) {
      if (isClosed()) return
      onStroke(stroke)
    }
  }

  return {
    feed(bytes) {
      cancelWait?.()
      cancelWait = null
      tell(decoder.feed(bytes))
      const waiting = decoder.waiting()
      if (waiting === null || isClosed()) return
      cancelWait = timers.after(waitsMs[waiting], () => {
        cancelWait = null
        tell(decoder.timeout())
      })
    },
    end: () => cancelWait?.(),
  }
}
