/**
 * The terminal as the client uses it: frames in, strokes out. It knows nothing of chat, of the network or of the process:
 * signals and exits are `lifecycle.ts`, and whoever builds the client brings the two together.
 */
import { measureAs, measures, usualMeasures } from '../base/measures.ts'
import type { Frame } from '../client/frame.ts'
import { type Theme, usualTheme } from '../client/themes.ts'
import type { Stroke } from '../client/types.ts'
import { bounds } from './bounds.ts'
import { createCellpane, type Look } from './cellpane.ts'
import { createDecoder } from './decoder.ts'
import { createDriver, type Size } from './driver.ts'
import { createKeyboard } from './keyboard.ts'
import { stopGroup, writeThrough } from './lifecycle.ts'
import * as modes from './modes.ts'
import { createPainting } from './painting.ts'
import { paletteOf } from './palette.ts'
import { createProbe, type Probe, probeText } from './probe.ts'
import type { Profile } from './profile.ts'
import { createScheduler, processTimers, type Timers } from './scheduler.ts'
import { sizeOf, type TerminalInput, type TerminalOutput } from './streams.ts'

export type { Size }

export interface TerminalOptions {
  readonly input: TerminalInput
  readonly output: TerminalOutput
  readonly profile: Profile
  onStroke(stroke: Stroke): void
  /**
   * The terminal has another size, or has said that it draws text otherwise than was thought; the screen is blank until
   * the next `draw`.
   */
  onSize(size: Size): void
  /** The terminal is gone or takes no more bytes. Told once. */
  onTrouble?(error: Error): void
  readonly theme?: Theme
  readonly timers?: Timers
  /** Stops the process until it is continued, then calls back. Handed in by tests. */
  stop?(onContinued: () => void): void
}

export interface Terminal {
  /**
   * Shows a frame: at once when it answers a stroke, else as the frame rate allows. Given as a function, the frame is
   * made only when it is painted, so that a thousand changes cost one view.
   */
  draw(frame: Frame | (() => Frame)): void
  size(): Size
  /** Rings, and tells the desktop `notice` where the terminal passes that on. */
  bell(notice: string): void
  /** Other colours, from the next frame on. */
  dress(theme: Theme): void
  /** Whether wheel and buttons are told as strokes; else they are the terminal's own, for marking and pasting. */
  mouse(on: boolean): void
  /** Hands `text` to the clipboard; nothing tells whether the terminal takes it. */
  copy(text: string): void
  /** Clears the terminal and draws everything anew. */
  redraw(): void
  /** Gives the terminal back and stops the process group, as ^Z does; continued, takes it again. */
  suspend(): void
  /**
   * Gives the terminal to a program of the user’s until the answered function takes it back. Meanwhile nothing is
   * drawn or read, signals of the keyboard are for that program, and ^Z stops the whole process group.
   */
  lend(): () => void
  /** Continued after a stop that was not `suspend`: sets every mode again and redraws. Else it does nothing. */
  resume(): void
  /** Gives the terminal back for good. Any number of calls; writes synchronously, so it may be the last thing before an exit. */
  restore(): void
}

/**
 * Takes the terminal: raw mode, alternate screen, bracketed paste, focus reports. It is given back by `restore`.
 * @throws where `setRawMode` does, when the input is no terminal any more
 */
export function createTerminal(options: TerminalOptions): Terminal {
  const { input, output, profile, timers = processTimers, stop = stopGroup } = options
  const decoder = createDecoder({
    guessPastes: !profile.marksPastes,
    onPosition: (row, column) => {
      if (probe?.answer(row, column) === true) endProbe()
    },
  })
  let size = sizeOf(output)
  const driver = createDriver(profile)
  const look: Look = {
    palette: paletteOf(profile.depth, options.theme ?? usualTheme),
    unicode: profile.unicode,
    drawing: true,
  }
  const pane = createCellpane(driver.screen, look)
  const painting = createPainting({ driver, pane, profile, look })

  let phase: 'open' | 'suspended' | 'lent' | 'closed' = 'open'
  let frame: Frame | (() => Frame) | null = null
  let mouse = false
  let probe: Probe | null = null
  let cancelProbe: (() => void) | null = null
  let troubled = false
  let answering = false
  let cancelResize: (() => void) | null = null

  const trouble = (error: Error): void => {
    if (troubled || phase === 'closed') return
    troubled = true
    scheduler.stop()
    options.onTrouble?.(error)
  }

  /** One frame is under way at a time: a terminal that takes no bytes makes us skip frames, never wait or queue. */
  const send = (text: string): void => {
    if (text === '' || troubled) return
    scheduler.hold()
    output.write(text, error => {
      if (error) trouble(error)
      else if (phase === 'closed') output.write(modes.leaveModes(profile, 'again'), () => {})
      else scheduler.release()
    })
  }

  const paint = (): void => {
    answering = false
    const shown = typeof frame === 'function' ? frame() : frame
    send(painting.textOf(shown, size))
  }

  const scheduler = createScheduler({ paint, timers })

  const blank = (): void => {
    driver.blank(size)
    pane.blanked()
  }

  /** The terminal has said all it will in time: where it draws otherwise than was thought, everything is laid out anew. */
  const endProbe = (): void => {
    cancelProbe?.()
    cancelProbe = null
    if (probe === null) return
    const found = probe.findings()
    probe = null
    const isAsThought = JSON.stringify([found.measures, found.unicode, found.drawing]) === asThought()
    if (isAsThought || phase === 'closed') return
    measureAs(found.measures)
    look.unicode = profile.unicode && found.unicode
    look.drawing = found.drawing
    painting.forgetTitle()
    blank()
    options.onSize(size)
    scheduler.now()
  }
  const asThought = (): string => JSON.stringify([measures(), look.unicode, look.drawing])

  const keyboard = createKeyboard({
    decoder,
    timers,
    isClosed: () => phase === 'closed',
    onStroke(stroke) {
      answering = true
      options.onStroke(stroke)
    },
  })
  const onData = (bytes: Uint8Array): void => keyboard.feed(bytes)
  const onEnd = (): void => trouble(new Error('The terminal is gone: its input ended.'))
  const onResize = (): void => {
    cancelResize?.()
    cancelResize = timers.after(bounds.resizeQuietMs, () => {
      cancelResize = null
      if (phase === 'closed') return
      size = sizeOf(output)
      blank()
      options.onSize(size)
      scheduler.now()
    })
  }

  const enter = (how: 'anew' | 'again'): void => {
    input.setRawMode?.(true)
    painting.forget()
    size = sizeOf(output)
    blank()
    send(modes.enterModes(profile, how) + (mouse ? modes.mouseOn : ''))
  }

  /** Synchronous, and deaf to errors: a terminal that hung up can be told nothing. */
  const leave = (): void => {
    writeThrough(output._handle?.fd ?? output.fd, modes.leaveModes(profile, 'anew'), text =>
      output.write(text, () => {}),
    )
    try {
      input.setRawMode?.(false)
    } catch {
      // The terminal hung up.
    }
  }

  const takeBack = (how: 'anew' | 'again'): void => {
    const before = size
    // Who was stopped was told of no resize.
    output._refreshSize?.()
    enter(how)
    if (before.columns !== size.columns || before.rows !== size.rows) options.onSize(size)
    scheduler.now()
  }

  const continued = (): void => {
    if (phase !== 'suspended') return
    phase = 'open'
    scheduler.release()
    takeBack('anew')
  }

  output._handle?.setBlocking?.(false)
  input.on('data', onData)
  input.on('end', onEnd)
  input.on('error', trouble)
  output.on('resize', onResize)
  output.on('error', trouble)
  enter('anew')
  if (profile.answers && profile.unicode) {
    // The first frame waits for no answer, it is drawn anew where one differs.
    probe = createProbe()
    send(probeText())
    cancelProbe = timers.after(bounds.probeWaitMs, endProbe)
  }
  input.resume()

  return {
    draw: next => {
      frame = next
      if (answering) scheduler.now()
      else scheduler.soon()
    },
    size: () => size,
    bell: text => {
      painting.ring(text)
      scheduler.now()
    },
    dress: theme => {
      look.palette = paletteOf(profile.depth, theme)
      pane.forget()
      scheduler.now()
    },
    mouse: on => {
      if (mouse === on) return
      mouse = on
      painting.add(on ? modes.mouseOn : modes.mouseOff)
      scheduler.now()
    },
    copy: text => {
      painting.add(modes.clipboardOf(text, profile.through))
      scheduler.now()
    },
    redraw: () => {
      if (phase !== 'open') return
      blank()
      scheduler.now()
    },
    resume: () => {
      if (phase !== 'open') return
      // Node skips a raw mode that it believes is set.
      input.setRawMode?.(false)
      takeBack('again')
    },
    lend: () => {
      if (phase !== 'open') return () => {}
      phase = 'lent'
      scheduler.hold()
      input.off('data', onData)
      input.pause()
      leave()
      return () => {
        if (phase !== 'lent') return
        phase = 'open'
        // Whoever had it meanwhile shares it with us, and starting them made it a blocking one.
        output._handle?.setBlocking?.(false)
        input.on('data', onData)
        input.resume()
        scheduler.release()
        takeBack('anew')
      }
    },
    suspend: () => {
      if (phase === 'lent') stop(() => {})
      if (phase !== 'open') return
      phase = 'suspended'
      scheduler.hold()
      leave()
      stop(continued)
    },
    restore: () => {
      if (phase === 'closed') return
      const wasOpen = phase === 'open'
      phase = 'closed'
      scheduler.stop()
      keyboard.end()
      cancelResize?.()
      cancelProbe?.()
      measureAs(usualMeasures)
      input.off('data', onData)
      input.off('end', onEnd)
      output.off('resize', onResize)
      if (wasOpen) leave()
      input.pause()
    },
  }
}
