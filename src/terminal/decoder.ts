/**
 * Bytes of the keyboard to strokes: an incremental state machine that gives the same strokes however the bytes are cut.
 *
 * It is awkward because a terminal says "Escape" with the byte that also begins every longer key, so that only time can
 * tell them apart, as it does lines that are typed and lines that are pasted without a mark; the clock stays outside: the
 * owner asks `waiting()` and calls `timeout()`.
 */
import type { Stroke } from '../client/types.ts'
import { bounds } from './bounds.ts'
import { type Burst, burstFrom, burstWith, isPaste, linesOf } from './bursts.ts'
import {
  controlKey,
  type Typed,
  typedConsoleSequence,
  typedControlSequence,
  typedSingleShift,
  withModifiers,
} from './keys.ts'

/** An ESC that may be a key, a sequence that was begun, a burst of which more may come. */
type Waiting = 'escape' | 'sequence' | 'burst'

export const waitsMs: { readonly [W in Waiting]: number } = {
  escape: bounds.escapeWaitMs,
  sequence: bounds.sequenceWaitMs,
  burst: bounds.burstGapMs,
}

export interface Decoder {
  /** Bytes as they came; returns what is complete by now. Never throws, whatever the bytes are. */
  feed(bytes: Uint8Array): Stroke[]
  /** Nothing came for as long as `waiting()` asks for: what was begun is now ended, as a key or as nothing. */
  timeout(): Stroke[]
  /** What a timer is wanted for, if any; how long each waits is in `waitsMs`. */
  waiting(): Waiting | null
}

type State =
  | { at: 'ground' }
  /** After ESC; `twice` after ESC ESC, which some terminals put before a sequence typed with Alt. */
  | { at: 'escape'; twice: boolean }
  | { at: 'control'; read: string; count: number; meta: boolean }
  | { at: 'console'; meta: boolean }
  | { at: 'shift'; read: string; meta: boolean }
  /** The three characters of an old mouse report. We never ask for them, a program before us may have. */
  | { at: 'mouse'; left: number }
  /** Inside OSC, DCS, APC, PM or SOS, up to ST or BEL. */
  | { at: 'reply'; count: number; escaped: boolean }
  | { at: 'paste'; parts: string[]; length: number; tail: string }

const pasteEnd = '\x1b[201~'

/**
 * @param options.guessPastes true where the terminal cannot mark pastes (no `?2004`), until it does: two lines at once are one
 * @param options.onPosition where the terminal says its cursor is, both from 1; such answers are never strokes
 */
export function createDecoder(
  options: { readonly guessPastes?: boolean; onPosition?(row: number, column: number): void } = {},
): Decoder {
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
  let state: State = { at: 'ground' }
  let guessPastes = options.guessPastes ?? false
  let strokes: Stroke[] = []
  let run = ''
  let burst: Burst | null = null

  const ground = (): void => {
    state = { at: 'ground' }
  }
  const endRun = (): void => {
    if (run !== '') strokes.push({ text: run })
    run = ''
  }
  const say = (stroke: Stroke): void => {
    endRun()
    strokes.push(stroke)
  }
  const key = (name: string): void => say({ key: name })
  const type = (typed: Typed, meta: boolean): void => {
    ground()
    if (typed === null) return
    if ('text' in typed) {
      if (meta) key(`M-${typed.text}`)
      else run += typed.text
      return
    }
    key(meta ? withModifiers(typed.key, false, true, false) : typed.key)
  }

  /** `CSI < button ; x ; y M`, `m` for the release. Only the wheel and the first button mean something here. */
  const pointed = (read: string, char: string): void => {
    const [, button = '', x = '', y = ''] = /^<(\d{1,3});(\d{1,5});(\d{1,5})$/.exec(read) ?? []
    if (button === '' || char === 'm') return
    // Shift, Alt and Control are added as 4, 8 and 16.
    const bare = Number(button) & ~28
    const mouse = bare === 0 ? 'click' : bare === 64 ? 'wheelUp' : bare === 65 ? 'wheelDown' : null
    if (mouse !== null) say({ mouse, x: Math.max(0, Number(x) - 1), y: Math.max(0, Number(y) - 1) })
  }

  const inGround = (char: string, code: number): void => {
    if (code === 0x1b) state = { at: 'escape', twice: false }
    else if (code < 0x20 || code === 0x7f) key(controlKey(code))
    else if (code > 0x9f || code < 0x7f) run += char
  }

  const inEscape = (char: string, code: number, twice: boolean): void => {
    if (char === '[') state = { at: 'control', read: '', count: 0, meta: twice }
    else if (char === 'O') state = { at: 'shift', read: '', meta: twice }
    else if (code === 0x1b) {
      if (twice) key('Escape')
      state = { at: 'escape', twice: true }
    } else {
      if (twice) key('Escape')
      if (']PX^_'.includes(char)) state = { at: 'reply', count: 0, escaped: false }
      else {
        ground()
        if (code < 0x20 || code === 0x7f) key(withModifiers(controlKey(code), false, true, false))
        else if (code > 0x9f || code < 0x7f) key(`M-${char === ' ' ? 'Space' : char}`)
      }
    }
  }

  const inControl = (char: string, code: number, at: Extract<State, { at: 'control' }>): void => {
    at.count += 1
    if (code < 0x20 || code > 0x7e) {
      // The sequence is broken off. CAN and SUB say no more than that; anything else stands for itself.
      ground()
      if (code !== 0x18 && code !== 0x1a) inGround(char, code)
      return
    }
    if (char === '[' && at.read === '' && at.count === 1) {
      state = { at: 'console', meta: at.meta }
      return
    }
    const rxvtShift = char === '$' && /^\d{1,2}$/.test(at.read)
    if (code < 0x40 && !rxvtShift) {
      if (at.read.length < bounds.sequenceCharsMax) at.read += char
      if (at.count > bounds.skippedCharsMax) ground()
      return
    }
    ground()
    if (at.count > bounds.sequenceCharsMax) return
    const position = char === 'R' ? /^(\d{1,5});(\d{1,5})$/.exec(at.read) : null
    if (position !== null) options.onPosition?.(Number(position[1]), Number(position[2]))
    else if (at.read.startsWith('<') && (char === 'M' || char === 'm')) pointed(at.read, char)
    else if (at.read === '' && (char === 'I' || char === 'O')) say({ focused: char === 'I' })
    else if (at.read === '' && char === 'M') state = { at: 'mouse', left: 3 }
    else if (at.read === '200' && char === '~') {
      endRun()
      guessPastes = false
      state = { at: 'paste', parts: [], length: 0, tail: '' }
    } else type(typedControlSequence(at.read, char), at.meta)
  }

  const inShift = (char: string, code: number, at: Extract<State, { at: 'shift' }>): void => {
    if (code < 0x20 || code > 0x7e) {
      ground()
      inGround(char, code)
    } else if (/[\d;]/.test(char) && at.read.length < 4) at.read += char
    else type(typedSingleShift(at.read, char), at.meta)
  }

  const inReply = (char: string, code: number, at: Extract<State, { at: 'reply' }>): void => {
    at.count += 1
    if (at.escaped) {
      if (char === '\\') ground()
      else {
        // No ST: another sequence has begun where the reply was cut off.
        state = { at: 'escape', twice: false }
        step(char, code)
      }
    } else if (code === 0x1b) at.escaped = true
    else if (
      code === 0x07 ||
      code === 0x18 ||
      code === 0x1a ||
      code === 0x9c ||
      at.count > bounds.skippedCharsMax
    )
      ground()
  }

  const endPaste = (at: Extract<State, { at: 'paste' }>): void => {
    ground()
    say({ paste: linesOf(at.parts.join('') + at.tail) })
  }

  const inPaste = (char: string, at: Extract<State, { at: 'paste' }>): void => {
    if (char === '\x03') {
      // Terminals take ^C out of what is pasted, so this one is a person whose terminal lost the end mark.
      endPaste(at)
      return
    }
    if (char === pasteEnd[at.tail.length]) {
      at.tail += char
      if (at.tail === pasteEnd) endPaste({ ...at, tail: '' })
      return
    }
    const kept = at.tail + char
    // ESC occurs in the end mark only once, at its start.
    at.tail = char === '\x1b' ? char : ''
    const text = at.tail === '' ? kept : kept.slice(0, -1)
    if (text === '' || at.length >= bounds.pasteCharsMax) return
    at.parts.push(text.slice(0, bounds.pasteCharsMax - at.length))
    at.length += text.length
  }

  const step = (char: string, code: number): void => {
    const now = state
    if (now.at === 'ground') inGround(char, code)
    else if (now.at === 'escape') inEscape(char, code, now.twice)
    else if (now.at === 'control') inControl(char, code, now)
    else if (now.at === 'console') type(typedConsoleSequence(char), now.meta)
    else if (now.at === 'shift') inShift(char, code, now)
    else if (now.at === 'reply') inReply(char, code, now)
    else if (now.at === 'paste') inPaste(char, now)
    else if (now.left > 1) now.left -= 1
    else ground()
  }

  const take = (): Stroke[] => {
    endRun()
    const taken = strokes
    strokes = []
    return taken
  }

  const read = (text: string): Stroke[] => {
    for (const char of text) step(char, char.codePointAt(0) ?? 0)
    return take()
  }

  const endBurst = (ended: Burst): Stroke[] => {
    burst = null
    return isPaste(ended, guessPastes) ? [{ paste: linesOf(ended.text) }] : read(ended.text)
  }

  const feed = (bytes: Uint8Array): Stroke[] => {
    const text = utf8.decode(bytes, { stream: true })
    if (burst !== null) {
      const before = burst
      burst = burstWith(before, text, guessPastes)
      return burst === null ? [...endBurst(before), ...read(text)] : []
    }
    burst = state.at === 'ground' ? burstFrom(text) : null
    return burst === null ? read(text) : []
  }

  const timeout = (): Stroke[] => {
    if (burst !== null) return endBurst(burst)
    const now = state
    if (now.at === 'paste') return []
    ground()
    if (now.at === 'escape') {
      if (now.twice) key('Escape')
      key('Escape')
    } else if (now.at === 'control' && now.count === 0) key('M-[')
    else if (now.at === 'shift' && now.read === '') key('M-O')
    return take()
  }

  const waiting = (): Waiting | null => {
    if (burst !== null) return 'burst'
    if (state.at === 'ground' || state.at === 'paste') return null
    return state.at === 'escape' ? 'escape' : 'sequence'
  }

  return { feed, timeout, waiting }
}
