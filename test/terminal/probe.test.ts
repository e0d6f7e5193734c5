/** The terminal is asked how wide it draws, and what it says holds for all text. */
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { clusters, width, wrap } from '../../src/base/cells.ts'
import { clusterCellsMax, measureAs, measures, usualMeasures } from '../../src/base/measures.ts'
import type { Frame } from '../../src/client/frame.ts'
import type { Stroke } from '../../src/client/types.ts'
import { createProbe, probeText } from '../../src/terminal/probe.ts'
import { readProfile } from '../../src/terminal/profile.ts'
import { processTimers, type Timers } from '../../src/terminal/scheduler.ts'
import { createTerminal, type Size } from '../../src/terminal/screen.ts'
import { createVirtualTerminal, type VirtualTerminal, type Widths } from '../screens/screen.ts'
import { around, asking as profile } from './means.ts'

afterEach(() => measureAs(usualMeasures))

/** Waits are over when the test says so. */
const patient = () => {
  const waits: (() => void)[] = []
  const timers: Timers = {
    nowMs: () => 0,
    after: (ms, run) => {
      if (ms === 100) waits.push(run)
      return ms === 100 ? () => {} : processTimers.immediately(run)
    },
    immediately: processTimers.immediately,
  }
  return { timers, late: () => waits.map(run => run()) }
}

const open = (virtual: VirtualTerminal, wanted = profile) => {
  const strokes: Stroke[] = []
  const sizes: Size[] = []
  const { timers, late } = patient()
  const terminal = createTerminal({
    input: virtual.input,
    output: virtual.output,
    profile: wanted,
    timers,
    onStroke: stroke => strokes.push(stroke),
    onSize: size => {
      sizes.push(size)
      terminal.draw(frame)
    },
  })
  return { terminal, strokes, sizes, late }
}

const words = '👨‍👩‍👧‍👦👩🏽‍💻👍🏽❤️🇩🇪1️⃣😀हिन्दी'
const frame = (): Frame => ({
  columns: 60,
  rows: [
    [
      { text: words, style: 'plain' },
      { text: `${'.'.repeat(50 - width(words))}|`, style: 'plain' },
    ],
  ],
  cursor: null,
  title: '',
})

for (const widths of ['unicode6', 'modern', 'narrow'] as const satisfies readonly Widths[]) {
  test(`each cluster is taken for as wide as the terminal draws it (widths: ${widths})`, async () => {
    const virtual = createVirtualTerminal(60, 4, widths, { answers: true })
    const { terminal, strokes, sizes } = open(virtual)
    terminal.draw(frame)
    await virtual.settled()
    const drawn = virtual.cells()[0]?.split('|') ?? []
    // Every cluster stands at its own column as a whole: its cells are as many as we count.
    let column = 0
    for (const { text, cells } of clusters(words)) {
      const shown = drawn.slice(column, column + cells).map(cell => cell.replace(/\d{4}-?\d+,-?\d+$/, ''))
      assert.equal(shown.join('').replaceAll(' ', ''), text, `${text} at ${column}: ${shown.join('/')}`)
      column += cells
    }
    assert.match(virtual.text().split('\n')[0] ?? '', /\| *$/)
    assert.deepEqual(strokes, [])
    if (measures() !== usualMeasures) assert.deepEqual(sizes, [{ columns: 60, rows: 4 }])
    terminal.restore()
    assert.equal(measures(), usualMeasures)
    virtual.dispose()
  })
}

test('the first frame waits for no answer, and what is asked leaves no trace', async () => {
  const virtual = createVirtualTerminal(60, 4)
  const { terminal, late, sizes } = open(virtual)
  terminal.draw(frame)
  await virtual.settled()
  assert.match(virtual.text(), /\| *$/m)
  assert.equal(virtual.text().split('\n')[1], '')
  late()
  assert.deepEqual(sizes, [])
  assert.equal(measures(), usualMeasures)
  terminal.restore()
  virtual.dispose()
})

test('answers that come too late are neither taken nor typed', async () => {
  const virtual = createVirtualTerminal(60, 4)
  const { terminal, strokes, late } = open(virtual)
  await virtual.settled()
  late()
  virtual.type('\x1b[2;2R\x1b[2;2R\x1b[2;2Rx\x1b[2;2R')
  await virtual.settled()
  assert.deepEqual(strokes, [{ text: 'x' }])
  assert.equal(measures(), usualMeasures)
  terminal.restore()
  virtual.dispose()
})

test('of answers that stop half way those that came are taken', async () => {
  const virtual = createVirtualTerminal(60, 4)
  const { terminal, strokes, late } = open(virtual)
  // ñ and ─ are one cell, 😀 is one; what was typed meanwhile is no answer.
  virtual.type('\x1b[2;2Ra\x1b[2;2R\x1b[2;2R\x1b[1;2R')
  await virtual.settled()
  late()
  assert.deepEqual(measures(), { ...usualMeasures, emoji: 1 })
  assert.deepEqual(strokes, [{ text: 'a' }])
  terminal.restore()
  virtual.dispose()
})

test('a terminal that does not read UTF-8 is drawn in ASCII, one that widens lines gets ASCII lines', async () => {
  for (const [answers, expected] of [
    ['\x1b[2;3R', '| ? e |'],
    ['\x1b[2;2R\x1b[2;3R', '| 日 é |'],
  ] as const) {
    const virtual = createVirtualTerminal(20, 2)
    const { terminal, late } = open(virtual)
    const plain = (): Frame => ({
      columns: 20,
      rows: [[{ text: '│ 日 é │', style: 'plain' }]],
      cursor: null,
      title: '',
    })
    virtual.type(answers)
    await virtual.settled()
    late()
    terminal.draw(plain)
    await virtual.settled()
    assert.equal(virtual.text().split('\n')[0]?.replace('?  e', '? e'), expected)
    terminal.restore()
    virtual.dispose()
  }
})

test('who cannot answer is not asked', async () => {
  for (const env of [
    { TERM: 'linux', LANG: 'C.UTF-8' },
    { TERM: 'vt100', LANG: 'C.UTF-8' },
    { TERM: 'xterm', LANG: 'de_DE.ISO-8859-1' },
  ]) {
    const virtual = createVirtualTerminal(20, 2)
    const { terminal } = open(virtual, readProfile(env, around))
    await virtual.settled()
    assert.doesNotMatch(virtual.raw(), /\x1b\[6n/, env.TERM)
    terminal.restore()
    virtual.dispose()
  }
})

test('whatever is answered, every width stays within bounds and rows fit', () => {
  for (const answer of [0, 1, 2, 3, 6, 9, 80, 99_999]) {
    const probe = createProbe()
    for (let count = 0; count < probeText().split('\x1b[6n').length - 1; count += 1) probe.answer(2, answer)
    measureAs(probe.findings().measures)
    for (const { text, cells } of clusters(words)) assert.ok(cells >= 1 && cells <= clusterCellsMax, text)
    for (const cells of [1, 2, 3, 7, 20])
      for (const row of wrap(`${words} ${words}`, cells)) assert.ok(width(row) <= cells, `${row} in ${cells}`)
  }
})

test('joined pictographs with a skin tone have a measure of their own: tmux 3.3 draws them apart, and no others', () => {
  const probe = createProbe()
  // ñ ─ 😀 ❤️ 👩‍👩‍👧 👩🏽‍💻 🇩🇪 👍🏽 1️⃣ हि न्दी
  for (const cells of [1, 1, 2, 2, 2, 4, 2, 2, 2, 2, 2]) probe.answer(2, cells + 1)
  measureAs(probe.findings().measures)
  assert.equal(width('👩🏽‍💻'), 4)
  assert.equal(width('👩‍👩‍👧'), 2)
  assert.equal(width('👍🏽'), 2)
})
