/** Whatever strangers write, and wherever it is shown, the terminal gets our own sequences and no other row changes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cleanLine, cleanText } from '../../src/base/clean.ts'
import type { Frame, Row } from '../../src/client/frame.ts'
import { view } from '../../src/client/view/view.ts'
import { harmless } from '../../src/terminal/glyphs.ts'
import { createTerminal } from '../../src/terminal/screen.ts'
import { backlog, den, drive, line, members, sighting, welcome } from '../client/driver.ts'
import { createVirtualTerminal } from '../screens/screen.ts'
import { hasty, profile } from './means.ts'

/** Every sequence this room itself writes; what is left when they are taken away is text. */
const ours =
  /\x1b\[(?:\?(?:1049|2004|1004|2026|25|7|1000|1002|1003|1006)[hl]|2[23];2t|[\d;]*[HGCm]|2J|[\d;]*K)|\x1b[78\\]|\x1b\]2;[^\p{Cc}]*\x07|\x07\x1b\]9;[^\p{Cc}]*\x07/gu
const never = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/u

const columns = 80
const rowsHigh = 24

async function withScreen(
  run: (show: (frame: Frame, notice?: string) => Promise<void>, cells: () => string[]) => Promise<void>,
): Promise<void> {
  const virtual = createVirtualTerminal(columns, rowsHigh, 'modern')
  const strokes: unknown[] = []
  const terminal = createTerminal({
    input: virtual.input,
    output: virtual.output,
    profile,
    timers: hasty,
    onStroke: stroke => strokes.push(stroke),
    onSize: () => {},
  })
  let checked = 0
  try {
    await run(async (frame, notice) => {
      terminal.draw(frame)
      if (notice !== undefined) terminal.bell(notice)
      await virtual.settled()
      const left = virtual.raw().slice(checked).replaceAll(ours, '')
      checked = virtual.raw().length
      const found = never.exec(left)
      assert.equal(found, null, `${JSON.stringify(found?.[0])} in ${JSON.stringify(left.slice(0, 400))}`)
    }, virtual.cells)
    assert.deepEqual(strokes, [], 'nothing made the terminal answer')
  } finally {
    terminal.restore()
    virtual.dispose()
  }
}

const points = (from: number, to: number): string => {
  let text = ''
  for (let code = from; code <= to; code += 1) text += String.fromCodePoint(code)
  return text
}

test('every code point there is, as text, title and notice: no control is left of any', () => {
  for (let from = 0; from <= 0x10ffff; from += 0x1000) {
    const text = points(from, Math.min(0x10ffff, from + 0xfff))
    for (const cleaned of [cleanText(text).replaceAll('\n', ''), cleanLine(text), harmless(text)])
      assert.doesNotMatch(cleaned, never, from.toString(16))
  }
})

test('every code point of the planes in use, drawn: our own sequences only, and the rows around stay', async () => {
  const guard: Row = [{ text: `guard ${'.'.repeat(60)} 日│`, style: 'mention' }]
  await withScreen(async (show, cells) => {
    let guards: string[] | null = null
    // What lies beyond is unassigned, or private, and drawn as these are.
    for (const [from, to] of [
      [0, 0x33ff],
      [0xa000, 0xabff],
      [0xd7a0, 0xffff],
      [0x10000, 0x11fff],
      [0x1d000, 0x1d2ff],
      [0x1f000, 0x1faff],
      [0xe0000, 0xe01ff],
      [0x10fff0, 0x10ffff],
    ] as const)
      for (let at = from; at <= to; at += 20 * 11) {
        const rows: Row[] = Array.from({ length: rowsHigh }, (_, y) => {
          if (y % 2 === 0) return guard
          const start = at + ((y - 1) / 2) * 20
          const text = start > to ? '' : points(start, Math.min(to, start + 19))
          return [
            { text: '<', style: 'dim' },
            { text, style: 'error' },
            { text: '>', style: 'plain' },
          ]
        })
        await show({ columns, rows, cursor: null, title: points(at, Math.min(to, at + 50)) })
        const now = cells().filter((_, y) => y % 2 === 0)
        guards ??= now
        assert.deepEqual(now, guards, `around U+${at.toString(16)}`)
      }
  })
})

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        ...[
          '\x1b[2J',
          '\x1b]0;x\x07',
          '\x1bP$q\x1b\\',
          '\u009b6n',
          '\u009d52;c;eA==\u009c',
          '\x1b[6n',
          '\r\n',
        ],
        ...['\u202e', '\u2066', '\ufeff', '\x1bc', '\x1b[?1049l', '\x1b[31m', '{bold}', '%s', '\x0e', '\x03'],
        ...['👩‍👩‍👧', 'e\u0301', '\u0301', '日', 'ﷺ', '\u0489'.repeat(30), '𒐫', '\u200d', '\u2028'],
      ),
    ),
    { maxLength: 6 },
  )
  .map(parts => parts.join(''))

test('random strings as body, nick, room, server, topic and notice stay in their rows and say nothing else', async () => {
  await withScreen(async show => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (one, other, third) => {
        const chat = drive({ target: den, columns, rows: rowsHigh }).unwatched()
        chat.take({ got: 'linked', host: '10.0.0.5', port: 1, secured: { server: 'den1', pin: 'pin1' } })
        chat.take({ got: 'stroke', stroke: { focused: false } })
        chat.said(
          welcome({ name: third, nick: 'ann' }),
          backlog([]),
          members(['ann', other]),
          line(1, one, { from: other }),
          line(2, `ann ${one}`, { from: third }),
          line(3, other, { from: third, kind: 'topic' }),
          { type: 'rooms', rooms: [{ room: `#${one}`, members: 1, topic: other }], complete: true },
          { type: 'presence', room: '#lobby', nick: one, was: other, presence: 'here' },
        )
        const bells = chat.effects().flatMap(effect => (effect.do === 'bell' ? [effect.notice] : []))
        await show(view(chat.model()), bells[0])
        const picker = drive({ columns, rows: rowsHigh }).unwatched()
        picker.take({ got: 'sightings', sightings: [sighting({ id: 'x', name: cleanLine(one, 32) })] })
        picker.take({ got: 'notice', text: other })
        await show(view(picker.model()))
      }),
      { numRuns: 60 },
    )
  })
})
