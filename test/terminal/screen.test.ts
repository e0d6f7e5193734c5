/** The terminal as a whole, on a screen in this process: what is drawn bit by bit is what a full redraw shows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Frame, Row, Style } from '../../src/client/frame.ts'
import type { Stroke } from '../../src/client/types.ts'
import { type Profile, readProfile } from '../../src/terminal/profile.ts'
import type { Timers } from '../../src/terminal/scheduler.ts'
import { createTerminal, type Size, type TerminalOptions } from '../../src/terminal/screen.ts'
import { createVirtualTerminal, type VirtualTerminal, type Widths } from '../screens/screen.ts'
import { around, assertNoTraces, hasty, profile } from './means.ts'

const open = (virtual: VirtualTerminal, more: Partial<TerminalOptions> = {}) => {
  const strokes: Stroke[] = []
  const sizes: Size[] = []
  const troubles: string[] = []
  const terminal = createTerminal({
    input: virtual.input,
    output: virtual.output,
    profile,
    timers: hasty,
    onStroke: stroke => strokes.push(stroke),
    onSize: size => sizes.push(size),
    onTrouble: error => troubles.push(error.message),
    ...more,
  })
  return { terminal, strokes, sizes, troubles }
}

const plainRow = (text: string, style: Style = 'plain'): Row => [{ text, style }]
const frameOf = (
  columns: number,
  rows: readonly Row[],
  cursor: Frame['cursor'] = null,
  title = '',
): Frame => ({ columns, rows, cursor, title })

test('a frame is on the screen as it was made, with its cursor and title', async () => {
  const virtual = createVirtualTerminal(20, 4)
  const { terminal } = open(virtual)
  terminal.draw(
    frameOf(
      20,
      [plainRow('one', 'bold'), plainRow('日本 two'), [], plainRow('│ four')],
      { x: 5, y: 1 },
      'A title',
    ),
  )
  await virtual.settled()
  assert.equal(virtual.text(), 'one\n日本 two\n\n│ four')
  assert.deepEqual(virtual.cursor(), { x: 5, y: 1 })
  assert.match(virtual.raw(), /\x1b\]2;A title\x07/)
  assert.equal(virtual.input.raw, true)
  terminal.restore()
  assert.equal(virtual.input.raw, false)
  virtual.dispose()
})

test('an unchanged frame writes nothing, and a moved cursor only its place', async () => {
  const virtual = createVirtualTerminal(20, 4)
  const { terminal } = open(virtual)
  const rows = [plainRow('one'), plainRow('two 👍🏽 日')]
  terminal.draw(frameOf(20, rows, { x: 0, y: 0 }))
  await virtual.settled()
  const before = virtual.raw().length
  terminal.draw(frameOf(20, rows, { x: 0, y: 0 }))
  terminal.draw(frameOf(20, [plainRow('one'), plainRow('two 👍🏽 日')], { x: 0, y: 0 }))
  await virtual.settled()
  assert.equal(virtual.raw().slice(before), '')
  terminal.draw(frameOf(20, rows, { x: 3, y: 1 }))
  await virtual.settled()
  assert.equal(virtual.raw().slice(before), '\x1b[2;4H\x1b[?25h')
  terminal.draw(frameOf(20, rows))
  await virtual.settled()
  assert.equal(virtual.raw().slice(before), '\x1b[2;4H\x1b[?25h\x1b[?25l')
  terminal.restore()
  virtual.dispose()
})

const pieces = [
  'a',
  'word',
  ' ',
  '    ',
  '│',
  '─┼─',
  '…',
  'é',
  'Жук',
  '日',
  '本語',
  '한국',
  'ｗ',
  '👍',
  '👍🏽',
  '👨‍👩‍👧‍👦',
  '🇩🇪',
  '🇩🇪🇫🇷',
  '❤️',
  '❤',
  '✔',
  '✓',
  '1️⃣',
  'e\u0301',
  '\u0301',
  '\u200d',
  'हिन्दी',
  'ไทยกำ',
  'العربية',
  '\ue0b0',
  '䷀',
  '🫠',
  '⌚',
  '🏴',
  'ﬁ',
  'z\u0336\u0489',
  '\u1112\u1161\u11ab',
]
const styles: readonly Style[] = ['plain', 'dim', 'bold', 'selected', 'bar', 'error', 'nick3']

const anyRow: fc.Arbitrary<Row> = fc.array(
  fc.record({
    text: fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map(parts => parts.join('')),
    style: fc.constantFrom(...styles),
  }),
  { maxLength: 4 },
)

/** What happens to a screen: rows are replaced, everything scrolls, or it is drawn from new. */
type Step =
  | { at: 'replace'; y: number; row: Row }
  | { at: 'scroll'; row: Row }
  | { at: 'restyle'; y: number; style: Style }
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ at: fc.constant('replace' as const), y: fc.nat(7), row: anyRow }),
  fc.record({ at: fc.constant('scroll' as const), row: anyRow }),
  fc.record({ at: fc.constant('restyle' as const), y: fc.nat(7), style: fc.constantFrom(...styles) }),
)

const after = (rows: readonly Row[], step: Step): readonly Row[] => {
  if (step.at === 'scroll') return [...rows.slice(1), step.row]
  return rows.map((row, y) => {
    if (y !== step.y) return row
    return step.at === 'replace'
      ? step.row
      : row.map((span, index) => (index === 0 ? { ...span, style: step.style } : span))
  })
}

for (const widths of ['unicode6', 'modern', 'narrow'] as const satisfies readonly Widths[]) {
  test(`drawn bit by bit, the screen is what a full redraw shows (widths: ${widths})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { minLength: 3, maxLength: 15 }),
        fc.integer({ min: 9, max: 34 }),
        async (steps, columns) => {
          const virtual = createVirtualTerminal(columns, 8, widths)
          const { terminal } = open(virtual)
          try {
            let rows: readonly Row[] = Array.from({ length: 8 }, () => [])
            for (const step of steps) {
              rows = after(rows, step)
              terminal.draw(frameOf(columns, rows, { x: 0, y: 0 }))
              await virtual.settled()
            }
            await assertNoTraces(virtual, terminal)
          } finally {
            terminal.restore()
            virtual.dispose()
          }
        },
      ),
      { numRuns: 40 },
    )
  })
}

/** What happens to a pane between two columns that stay: its rows move, with new ones at either end, or one changes. */
type Shift = { by: number; came: readonly Row[]; side: number; text: Row }
const anyShift: fc.Arbitrary<Shift> = fc.record({
  by: fc.integer({ min: -7, max: 7 }),
  came: fc.array(anyRow, { minLength: 7, maxLength: 7 }),
  side: fc.nat(30),
  text: anyRow,
})

for (const widths of ['unicode6', 'modern', 'narrow'] as const satisfies readonly Widths[]) {
  test(`a pane that scrolls between columns that do not leaves no traces (widths: ${widths})`, async () => {
    let scrolled = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRow, { minLength: 9, maxLength: 9 }),
        fc.array(anyRow, { minLength: 9, maxLength: 9 }),
        fc.array(anyShift, { minLength: 2, maxLength: 8 }),
        async (first, sides, shifts) => {
          const virtual = createVirtualTerminal(40, 12, widths)
          const { terminal } = open(virtual)
          const draw = async (pane: readonly Row[]) => {
            const between = pane.map((row, y) => [
              ...plainRow(y % 2 === 0 ? ' #room│' : ' 日本│', 'dim'),
              ...row,
              ...plainRow('│', 'dim'),
              ...(sides[y] ?? []),
            ])
            const rows = [plainRow('top', 'bar'), ...between, plainRow('status', 'bar'), plainRow('> ')]
            terminal.draw({ ...frameOf(40, rows, { x: 2, y: 11 }), pane: { top: 1, rows: pane } })
            await virtual.settled()
          }
          try {
            let pane: readonly Row[] = first
            await draw(pane)
            for (const { by, came, side, text } of shifts) {
              if (by > 0) pane = [...pane.slice(by), ...came.slice(0, by)]
              if (by < 0) pane = [...came.slice(0, -by), ...pane.slice(0, by)]
              if (side < 9) sides[side] = text
              await draw(pane)
            }
            scrolled += virtual.raw().split('\x1b[2;10r').length - 1
            assert.deepEqual(virtual.cursor(), { x: 2, y: 11 })
            await assertNoTraces(virtual, terminal)
          } finally {
            terminal.restore()
            virtual.dispose()
          }
        },
      ),
      { numRuns: 60 },
    )
    assert.ok(scrolled > 20, `${scrolled} times`)
  })
}

test('a line in a full room scrolls the terminal, and only what is new is written', async () => {
  const virtual = createVirtualTerminal(60, 24)
  const { terminal } = open(virtual)
  const said = Array.from({ length: 40 }, (_, count) => plainRow(`${count} ${'xyz '.repeat(12)}`, 'nick3'))
  const draw = async (from: number) => {
    const pane = said.slice(from, from + 22)
    const rows = [plainRow('top', 'bar'), ...pane, plainRow('> ')]
    terminal.draw({ ...frameOf(60, rows), pane: { top: 1, rows: pane } })
    await virtual.settled()
  }
  await draw(0)
  const before = virtual.raw().length
  await draw(1)
  await draw(3)
  await draw(2)
  const written = virtual.raw().slice(before)
  assert.match(written, /\x1b\[2;23r\x1b\[23H\n\x1b\[r/)
  assert.match(written, /\x1b\[2;23r\x1b\[23H\n\n\x1b\[r/)
  assert.match(written, /\x1b\[2;23r\x1b\[2H\x1bM\x1b\[r/)
  assert.ok(written.length < 600, `${written.length} bytes`)
  assert.match(virtual.text(), /^top\s*\n2 xyz/)
  terminal.restore()
  virtual.dispose()
})

test('what follows a wide or doubtful cluster stands in its column on every terminal', async () => {
  for (const widths of ['unicode6', 'modern', 'narrow'] as const) {
    const virtual = createVirtualTerminal(40, 2, widths)
    const { terminal } = open(virtual)
    terminal.draw(frameOf(40, [plainRow('👨‍👩‍👧‍👦👍🏽e\u0301❤️🇩🇪x'), plainRow('日本x')]))
    await virtual.settled()
    const [first = '', second = ''] = virtual.cells()
    assert.match(first.split('|')[9] ?? '', /^x/, widths)
    assert.match(second.split('|')[4] ?? '', /^x/, widths)
    terminal.restore()
    virtual.dispose()
  }
})

test('any sequence of sizes and frames, also of other sizes than the screen, ends in a screen without traces', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          columns: fc.integer({ min: 1, max: 160 }),
          rows: fc.integer({ min: 1, max: 50 }),
          row: anyRow,
          draws: fc.boolean(),
        }),
        { minLength: 1, maxLength: 8 },
      ),
      async bursts => {
        const virtual = createVirtualTerminal(80, 24, 'modern')
        const { terminal, sizes } = open(virtual)
        try {
          for (const { columns, rows, row, draws } of bursts) {
            virtual.resize(columns, rows)
            if (draws)
              terminal.draw(frameOf(columns + 3, Array(rows + 2).fill(row), { x: columns + 9, y: rows + 9 }))
            await virtual.settled()
            assert.deepEqual(terminal.size(), { columns, rows })
            assert.deepEqual(sizes.at(-1), { columns, rows })
          }
          await assertNoTraces(virtual, terminal)
        } finally {
          terminal.restore()
          virtual.dispose()
        }
      },
    ),
    { numRuns: 40 },
  )
})

/** Every sequence this room itself writes; what is left when they are taken away is text. */
const ours =
  /\x1b\[(?:\?(?:1049|2004|1004|2026|25|7|1000|1002|1003|1006)[hl]|2[23];2t|[\d;]*[HGCmr]|2J|[\d;]*K)|\x1b[78\\]|\x1b\]2;[^\p{Cc}]*\x07/gu

test('hostile text leaves only our own sequences', async () => {
  const corpus = [
    '\x1b[2J',
    '\x1b]0;owned\x07',
    '\x1bPq\x1b\\',
    '\x9b2J',
    '\x9d0;owned\x9c',
    '\x90q\x9c',
    '\x07\x08\r\n\t\0',
    '\x7f',
    '\u202eevil',
    '\u2066x\u2069',
    '{red-bg}{bold}tags{/}',
    '\x1b[31mred',
    '\ufeff\u200b',
    '\ud800',
    '\x1b',
    '\u2028\u2029',
    '\x0e(0',
    '%s%n',
    '\x03\x03',
    'a\x1b[6n',
    '日\x1b日',
  ]
  for (const unicode of [true, false]) {
    const virtual = createVirtualTerminal(60, corpus.length)
    const { terminal, strokes } = open(virtual, { profile: { ...profile, unicode } satisfies Profile })
    for (const text of corpus) {
      terminal.draw(
        frameOf(60, [plainRow(text), ...corpus.map(each => plainRow(`<${each}>`, 'mention'))], null, text),
      )
      await virtual.settled()
    }
    terminal.restore()
    const left = virtual.raw().replaceAll(ours, '')
    assert.doesNotMatch(left, /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029\ufeff]/u)
    assert.deepEqual(strokes, [])
    virtual.dispose()
  }
})

test('tags are text', async () => {
  const virtual = createVirtualTerminal(30, 1)
  const { terminal } = open(virtual)
  terminal.draw(frameOf(30, [plainRow('{red-bg}{bold}tags{/}')]))
  await virtual.settled()
  assert.equal(virtual.text(), '{red-bg}{bold}tags{/}')
  terminal.restore()
  virtual.dispose()
})

test('without Unicode only ASCII is written and columns stay where they are', async () => {
  const virtual = createVirtualTerminal(20, 2)
  const { terminal } = open(virtual, { profile: { ...profile, unicode: false } })
  terminal.draw(frameOf(20, [plainRow('日é│x'), plainRow('👍🏽…y')]))
  await virtual.settled()
  assert.equal(virtual.text(), '? e|x\n? .y')
  assert.match(virtual.raw(), /^[\0-\x7f]*$/)
  terminal.restore()
  virtual.dispose()
})

test('without Unicode the sign for a lock has one blank behind it, and what follows its bar stays in its column', async () => {
  const virtual = createVirtualTerminal(30, 1)
  const { terminal } = open(virtual, { profile: { ...profile, unicode: false } })
  const bar = (text: string) => ({ text, style: 'bar' }) as const
  terminal.draw(frameOf(30, [[bar(' ann · 🔒 encrypted · …'), { text: '09:12', style: 'plain' }]]))
  await virtual.settled()
  assert.equal(virtual.text(), ' ann . * encrypted . . 09:12')
  terminal.restore()
  virtual.dispose()
})

test('the mouse is never switched on', async () => {
  const virtual = createVirtualTerminal(20, 2)
  const { terminal } = open(virtual)
  terminal.draw(frameOf(20, [plainRow('x')]))
  await virtual.settled()
  terminal.restore()
  assert.doesNotMatch(virtual.raw(), /\x1b\[\?(?:9|100[0-3]|1005|1006|1015)h/)
  virtual.dispose()
})

test('strokes arrive in order, a lone ESC among them', async () => {
  const virtual = createVirtualTerminal(20, 2)
  const { terminal, strokes } = open(virtual)
  virtual.type('hé\x1b[A')
  await virtual.settled()
  virtual.type('\x1b')
  await virtual.settled()
  virtual.type('\x1b[200~a\rb\x1b[201~\x1b[I')
  await virtual.settled()
  assert.deepEqual(strokes, [
    { text: 'hé' },
    { key: 'Up' },
    { key: 'Escape' },
    { paste: 'a\nb' },
    { focused: true },
  ])
  terminal.restore()
  virtual.type('x')
  await virtual.settled()
  assert.equal(strokes.length, 5)
  virtual.dispose()
})

test('a stroke is answered without waiting for the frame rate, news waits', async () => {
  const waits: number[] = []
  const timers: Timers = {
    ...hasty,
    after: ms => {
      waits.push(ms)
      return () => {}
    },
  }
  const virtual = createVirtualTerminal(20, 1)
  let made = 0
  const view = (): Frame => {
    made += 1
    return frameOf(20, [plainRow(`frame ${made}`)])
  }
  const { terminal } = open(virtual, { timers, onStroke: () => terminal.draw(view) })
  terminal.draw(view)
  await virtual.settled()
  for (let news = 0; news < 1_000; news += 1) terminal.draw(view)
  await virtual.settled()
  assert.equal(virtual.text(), 'frame 1')
  assert.equal(waits.length, 1)
  virtual.type('k')
  await virtual.settled()
  assert.equal(virtual.text(), 'frame 2')
  terminal.restore()
  virtual.dispose()
})

test('a terminal that takes nothing is sent nothing more; when it wakes it shows the newest frame', async () => {
  const virtual = createVirtualTerminal(20, 2)
  const { terminal } = open(virtual)
  terminal.draw(frameOf(20, [plainRow('before')]))
  await virtual.settled()
  virtual.stall(true)
  for (let count = 0; count < 50; count += 1) {
    terminal.draw(frameOf(20, [plainRow(`while stalled ${count}`), plainRow('x'.repeat(count % 20))]))
    await new Promise(resolve => setImmediate(resolve))
    await new Promise(resolve => setImmediate(resolve))
  }
  assert.ok(virtual.output.writableLength < 300, `${virtual.output.writableLength} bytes queued`)
  virtual.stall(false)
  await virtual.settled()
  assert.equal(virtual.text(), `while stalled 49\n${'x'.repeat(9)}`)
  terminal.restore()
  virtual.dispose()
})

test('suspended nothing is drawn; continued, modes are set again and the newest frame is whole', async () => {
  const virtual = createVirtualTerminal(20, 2)
  let goOn: (() => void) | null = null
  const { terminal } = open(virtual, {
    stop: onContinued => {
      goOn = onContinued
    },
  })
  terminal.draw(frameOf(20, [plainRow('one'), plainRow('same')], { x: 1, y: 0 }))
  await virtual.settled()
  terminal.suspend()
  terminal.suspend()
  assert.equal(virtual.input.raw, false)
  await virtual.settled()
  const suspendedAt = virtual.raw().length
  terminal.draw(frameOf(20, [plainRow('two'), plainRow('same')], { x: 1, y: 0 }))
  await virtual.settled()
  assert.equal(virtual.raw().length, suspendedAt)
  assert.ok(goOn !== null)
  ;(goOn as () => void)()
  await virtual.settled()
  assert.equal(virtual.input.raw, true)
  assert.equal(virtual.text(), 'two\nsame')
  assert.match(virtual.raw().slice(suspendedAt), /\x1b\[22;2t\x1b\[\?1049h\x1b\[\?2004h\x1b\[\?1004h/)
  terminal.restore()
  virtual.dispose()
})

test('continued after a stop that nobody announced, modes are set again without saving the title twice', async () => {
  const virtual = createVirtualTerminal(20, 1)
  const { terminal } = open(virtual)
  terminal.draw(frameOf(20, [plainRow('one')]))
  await virtual.settled()
  const before = virtual.raw().length
  terminal.resume()
  await virtual.settled()
  assert.equal(virtual.text(), 'one')
  assert.match(virtual.raw().slice(before), /^\x1b\[\?1049h\x1b\[\?2004h/)
  terminal.restore()
  virtual.dispose()
})

test('restored twice, the terminal gets its modes back once', async () => {
  const virtual = createVirtualTerminal(20, 1)
  const { terminal } = open(virtual)
  terminal.restore()
  terminal.restore()
  terminal.draw(frameOf(20, [plainRow('too late')]))
  terminal.bell('')
  await virtual.settled()
  assert.equal(virtual.raw().split('\x1b[23;2t').length, 2)
  assert.doesNotMatch(virtual.raw(), /too late|\x07/)
  virtual.dispose()
})

test('a terminal that ended is told once', async () => {
  const virtual = createVirtualTerminal(20, 1)
  const { terminal, troubles } = open(virtual)
  virtual.input.end()
  await virtual.settled()
  virtual.output.emit('error', new Error('EIO'))
  await virtual.settled()
  assert.deepEqual(troubles, ['The terminal is gone: its input ended.'])
  terminal.restore()
  virtual.dispose()
})

test('opening a terminal adds no listener to the process and leaves its environment alone', () => {
  const before = process.eventNames().map(name => [name, process.listenerCount(name)])
  process.env.TMUX = '/nowhere,1,0'
  const virtual = createVirtualTerminal(20, 1)
  const { terminal } = open(virtual)
  assert.equal(process.env.TMUX, '/nowhere,1,0')
  delete process.env.TMUX
  assert.deepEqual(
    process.eventNames().map(name => [name, process.listenerCount(name)]),
    before,
  )
  terminal.restore()
  virtual.dispose()
})

test('the Linux console is drawn by its own description, without a title', async () => {
  const virtual = createVirtualTerminal(20, 1)
  const linux = readProfile({ TERM: 'linux', LANG: 'C.UTF-8' }, around)
  const { terminal } = open(virtual, { profile: linux })
  terminal.draw(frameOf(20, [plainRow('│ console', 'warning')], null, 'no title here'))
  await virtual.settled()
  assert.equal(virtual.text(), '│ console')
  terminal.restore()
  assert.doesNotMatch(virtual.raw(), /no title|\x1b\[2[23];2t|\x1b\]/)
  virtual.dispose()
})

test('the bell rings once, without a frame', async () => {
  const virtual = createVirtualTerminal(20, 1)
  const { terminal } = open(virtual)
  await virtual.settled()
  const before = virtual.raw().length
  terminal.bell('')
  terminal.bell('')
  await virtual.settled()
  assert.match(virtual.raw().slice(before), /\x07$/)
  assert.equal(virtual.raw().split('\x07').length, 2)
  terminal.restore()
  virtual.dispose()
})

test('who calls is told to the desktop in one sequence that nothing in it can end, and takes for no order', async () => {
  for (const [through, begin, end] of [
    [null, '\x1b]9;', '\x07'],
    ['tmux', '\x1bPtmux;\x1b\x1b]9;', '\x07\x1b\\'],
  ] as const) {
    const virtual = createVirtualTerminal(20, 1)
    const { terminal } = open(virtual, { profile: { ...profile, through } })
    terminal.draw(frameOf(20, []))
    await virtual.settled()
    const before = virtual.raw().length
    terminal.bell('4;1;50 x\x1b\\y\x07z\u009c')
    await virtual.settled()
    assert.equal(virtual.raw().slice(before), `\x07${begin}: 4;1;50 x\\yz${end}`)
    terminal.restore()
    virtual.dispose()
  }
})

test('a console without a title gets the bell alone', async () => {
  const virtual = createVirtualTerminal(20, 1)
  const { terminal } = open(virtual, { profile: readProfile({ TERM: 'linux', LANG: 'C.UTF-8' }, around) })
  terminal.draw(frameOf(20, []))
  await virtual.settled()
  const before = virtual.raw().length
  terminal.bell('#dev bob: hi')
  await virtual.settled()
  assert.equal(virtual.raw().slice(before), '\x07')
  terminal.restore()
  virtual.dispose()
})

test('the mouse is switched on and off when asked, and on again after a stop', async () => {
  const virtual = createVirtualTerminal(20, 1)
  const goOns: (() => void)[] = []
  const { terminal } = open(virtual, { stop: onContinued => goOns.push(onContinued) })
  terminal.mouse(true)
  terminal.mouse(true)
  await virtual.settled()
  assert.equal(virtual.raw().split('\x1b[?1000h\x1b[?1006h').length, 2)
  terminal.suspend()
  for (const goOn of goOns) goOn()
  await virtual.settled()
  assert.equal(virtual.raw().split('\x1b[?1000h\x1b[?1006h').length, 3)
  terminal.mouse(false)
  await virtual.settled()
  assert.match(virtual.raw(), /\x1b\[\?1000l\x1b\[\?1006l$/)
  terminal.restore()
  virtual.dispose()
})

test('what is copied goes as OSC 52, wrapped for tmux and in short pieces for screen', async () => {
  const text = 'ünï '.repeat(300)
  const encoded = Buffer.from(text).toString('base64')
  for (const through of [null, 'tmux', 'screen'] as const) {
    const virtual = createVirtualTerminal(20, 1)
    const { terminal } = open(virtual, { profile: { ...profile, through } })
    terminal.draw(frameOf(20, []))
    await virtual.settled()
    const before = virtual.raw().length
    terminal.copy(text)
    await virtual.settled()
    const sent = virtual.raw().slice(before)
    const plain = `\x1b]52;c;${encoded}\x07`
    if (through === null) assert.equal(sent, plain)
    else if (through === 'tmux') assert.equal(sent, `${plain}\x1bPtmux;\x1b${plain}\x1b\\`)
    else {
      const pieces = sent.split('\x1b\\')
      assert.ok(pieces.every(piece => piece.length < 768))
      assert.equal(pieces.map(piece => piece.replace(/^\x1bP/, '')).join(''), plain)
    }
    terminal.restore()
    virtual.dispose()
  }
})

test('another theme changes colours and nothing else, and only what has one is drawn anew', async () => {
  const virtual = createVirtualTerminal(20, 2)
  const { terminal } = open(virtual)
  terminal.draw(frameOf(20, [plainRow('plain 👍🏽'), plainRow('warned', 'warning')]))
  await virtual.settled()
  const [plain, warned] = virtual.cells()
  const before = virtual.raw().length
  terminal.dress('light')
  await virtual.settled()
  assert.match(virtual.text(), /^plain 👍🏽 *\nwarned$/)
  assert.equal(virtual.cells()[0], plain)
  assert.notEqual(virtual.cells()[1], warned)
  assert.doesNotMatch(virtual.raw().slice(before), /plain/)
  terminal.dress('neutral')
  await virtual.settled()
  assert.deepEqual(virtual.cells(), [plain, warned])
  terminal.restore()
  virtual.dispose()
})
