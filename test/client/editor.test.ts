/** The line editor, against tables and against a plain model. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { width } from '../../src/base/cells.ts'
import { cleanTyped } from '../../src/base/clean.ts'
import {
  accept,
  type Edit,
  type Editor,
  edit,
  editorBounds,
  emptyEditor,
  layout,
} from '../../src/client/editor.ts'
import { nasty, segmented } from '../base/nasty.ts'

type Plain = Exclude<Edit['edit'], 'insert' | 'replace'>

/** An editor from a text with “|” where the cursor stands. */
function at(marked: string): Editor {
  return { ...emptyEditor, text: marked.replace('|', ''), cursor: marked.indexOf('|') }
}

function marked({ text, cursor }: Editor): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`
}

function does(editor: Editor, ...edits: (Plain | { type: string })[]): Editor {
  let now = editor
  for (const one of edits) {
    if (typeof one === 'string') now = edit(now, { edit: one })
    else for (const character of one.type) now = edit(now, { edit: 'insert', text: character })
  }
  return now
}

const table: readonly [before: string, edits: (Plain | { type: string })[], after: string][] = [
  ['|', [{ type: 'hi' }], 'hi|'],
  ['hello|', ['left', 'left', { type: 'X' }], 'helX|lo'],
  ['|ab', ['left'], '|ab'],
  ['ab|', ['right'], 'ab|'],
  ['👍🏽|', ['backspace'], '|'],
  ['xe\u0301|', ['backspace'], 'x|'],
  ['👨‍👩‍👧‍👦|b', ['left', 'delete'], '|b'],
  ['🇩🇪🇫🇷|', ['backspace'], '🇩🇪|'],
  ['|', ['backspace', 'delete'], '|'],
  ['one two|', ['wordLeft'], 'one |two'],
  ['one  two, |', ['wordLeft', 'wordLeft'], '|one  two, '],
  ['|one two', ['wordRight', 'wordRight'], 'one two|'],
  ['one|, two', ['wordRight'], 'one, two|'],
  ['a\nbc|d\ne', ['home'], 'a\n|bcd\ne'],
  ['a\nb|cd\ne', ['end'], 'a\nbcd|\ne'],
  ['one two|', ['killWordLeft'], 'one |'],
  ['|one two', ['killWordRight'], '| two'],
  ['one two| three', ['killToStart'], '| three'],
  ['one| two\nthree', ['killToEnd'], 'one|\nthree'],
  ['one|\ntwo', ['killToEnd'], 'one|two'],
  ['one\n|two', ['killToStart'], 'one|two'],
  ['one two|', ['killWordLeft', 'killWordLeft', 'yank'], 'one two|'],
  ['one two|', ['killWordLeft', 'left', 'killToStart', 'end', 'yank'], ' one|'],
  ['one two|', ['killWordLeft', 'left', 'killToStart', 'end', 'yank', 'yankPop'], ' two|'],
  ['one two|', ['killWordLeft', 'left', 'killToStart', 'yank', 'yankPop', 'yankPop'], 'one| '],
  ['ab|', ['yank', 'yankPop'], 'ab|'],
  ['a|b', ['transpose'], 'ba|'],
  ['ab|', ['transpose'], 'ba|'],
  ['|ab', ['transpose'], '|ab'],
  ['a👍🏽|', ['transpose'], '👍🏽a|'],
  ['a\n|b', ['transpose'], 'a\n|b'],
  ['|', [{ type: 'one two' }, 'undo'], 'one|'],
  ['|', [{ type: 'one two' }, 'undo', 'undo', 'undo'], '|'],
  ['one|', ['killToStart', 'undo'], 'one|'],
  ['one|', ['clear'], '|'],
  ['one|', ['clear', 'undo'], 'one|'],
  ['a|b', ['newline'], 'a\n|b'],
  ['abc\nde|', ['up'], 'ab|c\nde'],
  ['日本|\nabcde', ['down'], '日本\nabcd|e'],
  ['abc|\n日本', ['down'], 'abc\n日|本'],
  ['|\u0301', [{ type: 'e' }], 'e\u0301|'],
  ['🇩|🇫🇷', [{ type: '🇪' }], '🇩🇪|🇫🇷'],
  ['a|\u0308', ['backspace'], '|\u0308'],
]
for (const [before, edits, after] of table) {
  const done = edits.map(one => (typeof one === 'string' ? one : `“${one.type}”`)).join(', ')
  test(`${JSON.stringify(before)} after ${done} is ${JSON.stringify(after)}`, () => {
    assert.equal(marked(does(at(before), ...edits)), after)
  })
}

test('a replacement puts the cursor behind it', () => {
  const after = edit(at('hi al|'), { edit: 'replace', from: 3, to: 5, text: 'alice ' })
  assert.equal(marked(after), 'hi alice |')
  assert.equal(marked(edit(after, { edit: 'undo' })), 'hi al|')
  assert.equal(marked(edit(at('ab|'), { edit: 'replace', from: 99, to: -1, text: 'x' })), 'x|')
})

test('what is pasted loses its controls and keeps its lines', () => {
  const after = edit(emptyEditor, { edit: 'insert', text: 'a\r\nb\x1b[2J\u009b\tc\u202e' })
  assert.equal(after.text, 'a\nb\ufffd[2J\ufffd    c')
})

test('past 64 KiB nothing is added and the answer says so', () => {
  const full = edit(emptyEditor, { edit: 'insert', text: '日'.repeat(21_845) })
  assert.equal(full.answer, null)
  const one = edit(full, { edit: 'insert', text: 'a' })
  assert.equal(one.answer, null)
  const more = edit(one, { edit: 'insert', text: 'b' })
  assert.equal(more.text, one.text)
  assert.match(more.answer ?? '', /64 KiB/)
  assert.equal(edit(more, { edit: 'left' }).answer, null)
  assert.equal(edit(one, { edit: 'backspace' }).answer, null)
})

test('what was entered is in history once, and the draft is kept', () => {
  let editor = emptyEditor
  for (const text of ['one', 'two', 'two', ' ', '']) {
    const entered = accept(does(editor, { type: text }))
    assert.equal(entered.entered, text)
    assert.equal(entered.editor.text, '')
    editor = entered.editor
  }
  assert.deepEqual(editor.history, ['one', 'two'])
  editor = does(editor, { type: 'draft' }, 'historyBack')
  assert.equal(marked(editor), 'two|')
  editor = does(editor, 'historyBack')
  assert.equal(marked(editor), 'one|')
  assert.equal(marked(does(editor, 'historyBack')), 'one|')
  assert.equal(marked(does(editor, 'historyForward', 'historyForward')), 'draft|')
  assert.equal(marked(does(editor, 'historyForward', 'historyForward', 'historyForward')), 'draft|')
  // An edited entry is a new draft: going back starts at the newest again.
  const changed = does(editor, { type: '!' })
  assert.equal(marked(does(changed, 'historyBack')), 'two|')
  assert.equal(marked(does(changed, 'historyBack', 'historyForward')), 'one!|')
  assert.equal(marked(does(editor, 'undo')), 'draft|')
})

test('up and down leave a text of several lines into history', () => {
  const { editor } = accept(does(emptyEditor, { type: 'old' }))
  const twoLines = does(editor, { type: 'ab' }, 'newline', { type: 'c' })
  assert.equal(marked(does(twoLines, 'up')), 'a|b\nc')
  assert.equal(marked(does(twoLines, 'up', 'up')), 'old|')
  assert.equal(marked(does(twoLines, 'up', 'up', 'down')), 'ab\nc|')
})

test('history, kills and undo are bounded', () => {
  let editor = emptyEditor
  for (let number = 0; number < editorBounds.historyMax + 50; number++) {
    editor = accept(does(editor, { type: `${number}` })).editor
  }
  assert.equal(editor.history.length, editorBounds.historyMax)
  assert.equal(editor.history.at(-1), '249')
  for (let number = 0; number < 300; number++) editor = does(editor, { type: 'a ' }, 'killToStart', 'left')
  assert.equal(editor.kills.length, editorBounds.killsMax)
  assert.equal(editor.past.length, editorBounds.undoMax)
})

test('the kill ring outlives Enter', () => {
  const { editor } = accept(does(at('one two|'), 'killWordLeft'))
  assert.equal(does(editor, 'yank').text, 'two')
})

const plainEdits: Plain[] = [
  ...([
    'left',
    'right',
    'wordLeft',
    'wordRight',
    'home',
    'end',
    'up',
    'down',
    'backspace',
    'delete',
  ] as const),
  ...(['killWordLeft', 'killWordRight', 'killToStart', 'killToEnd', 'yank', 'yankPop', 'transpose'] as const),
  ...(['undo', 'historyBack', 'historyForward', 'newline', 'clear'] as const),
]

const actions: fc.Arbitrary<Edit | { edit: 'accept' }> = fc.oneof(
  { weight: 4, arbitrary: nasty.map(text => ({ edit: 'insert' as const, text })) },
  { weight: 8, arbitrary: fc.constantFrom(...plainEdits).map(plain => ({ edit: plain })) },
  { weight: 1, arbitrary: fc.constant({ edit: 'accept' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      edit: fc.constant('replace' as const),
      from: fc.integer({ min: -2, max: 40 }),
      to: fc.integer({ min: -2, max: 40 }),
      text: nasty,
    }),
  },
)

function bordersOf(text: string): number[] {
  const borders = [0]
  for (const cluster of segmented(text)) borders.push((borders.at(-1) ?? 0) + cluster.length)
  return borders
}

test('whatever is done, the cursor stands on a cluster border and shows within the layout', () => {
  fc.assert(
    fc.property(
      fc.array(actions, { maxLength: 30 }),
      fc.integer({ min: 1, max: 24 }),
      fc.integer({ min: 1, max: 6 }),
      (done, cells, rowsMax) => {
        let editor = emptyEditor
        for (const action of done) {
          editor = action.edit === 'accept' ? accept(editor).editor : edit(editor, action)
          assert.ok(bordersOf(editor.text).includes(editor.cursor), JSON.stringify(editor))
          const { rows, cursor } = layout(editor, cells, rowsMax)
          assert.ok(rows.length >= 1 && rows.length <= rowsMax)
          assert.ok(cursor.y >= 0 && cursor.y < rows.length)
          assert.ok(cursor.x >= 0 && cursor.x < cells)
          for (const row of rows) {
            assert.ok(width(row) <= cells)
            assert.ok(!row.includes('\n'))
          }
        }
      },
    ),
    { numRuns: 500 },
  )
})

/** The simplest editor there is: clusters in an array. Text is cut anew after each change, for parts may join. */
interface Simple {
  readonly parts: readonly string[]
  readonly cursor: number
}

function simple(before: string, after: string): Simple {
  const parts = segmented(before + after)
  let cursor = 0
  for (let units = 0; units < before.length; cursor++) units += parts[cursor]?.length ?? 0
  return { parts, cursor }
}

function simply({ parts, cursor }: Simple, action: Edit): Simple {
  const join = (from: number, to?: number) => parts.slice(from, to).join('')
  const moved = (to: number): Simple => ({ parts, cursor: Math.max(0, Math.min(parts.length, to)) })
  const isWord = (index: number) => /^[\p{L}\p{N}_]/u.test(parts[index] ?? '')
  let from = cursor
  let to = cursor
  switch (action.edit) {
    case 'insert':
      return simple(join(0, cursor) + cleanTyped(action.text), join(cursor))
    case 'newline':
      return simple(`${join(0, cursor)}\n`, join(cursor))
    case 'left':
      return moved(cursor - 1)
    case 'right':
      return moved(cursor + 1)
    case 'backspace':
      return cursor === 0 ? moved(0) : simple(join(0, cursor - 1), join(cursor))
    case 'delete':
      return simple(join(0, cursor), join(cursor + 1))
    case 'home':
      while (from > 0 && parts[from - 1] !== '\n') from--
      return moved(from)
    case 'end':
      while (to < parts.length && parts[to] !== '\n') to++
      return moved(to)
    case 'wordLeft':
    case 'killWordLeft':
      while (from > 0 && !isWord(from - 1)) from--
      while (from > 0 && isWord(from - 1)) from--
      return action.edit === 'wordLeft' ? moved(from) : simple(join(0, from), join(cursor))
    case 'wordRight':
    case 'killWordRight':
      while (to < parts.length && !isWord(to)) to++
      while (to < parts.length && isWord(to)) to++
      return action.edit === 'wordRight' ? moved(to) : simple(join(0, cursor), join(to))
    case 'clear':
      return simple('', '')
    case 'killToStart':
      while (from > 0 && parts[from - 1] !== '\n') from--
      return simple(join(0, from === cursor ? Math.max(0, from - 1) : from), join(cursor))
    case 'killToEnd':
      while (to < parts.length && parts[to] !== '\n') to++
      return simple(join(0, cursor), join(to === cursor ? to + 1 : to))
    case 'transpose': {
      const middle = cursor === parts.length || parts[cursor] === '\n' ? cursor - 1 : cursor
      const [left, right] = [parts[middle - 1], parts[middle]]
      if (left === undefined || right === undefined || left === '\n' || right === '\n') return moved(cursor)
      return simple(join(0, middle - 1) + right + left, join(middle + 1))
    }
    default:
      throw new Error(`the model knows no ${action.edit}`)
  }
}

const modelled: Plain[] = [
  ...(['left', 'right', 'wordLeft', 'wordRight', 'home', 'end', 'backspace', 'delete'] as const),
  ...(['killWordLeft', 'killWordRight', 'newline', 'clear'] as const),
  ...(['killToStart', 'killToEnd', 'transpose'] as const),
]

test('the editor does what an array of clusters does', () => {
  const some: fc.Arbitrary<Edit> = fc.oneof(
    { weight: 1, arbitrary: nasty.map(text => ({ edit: 'insert' as const, text })) },
    { weight: 2, arbitrary: fc.constantFrom(...modelled).map(plain => ({ edit: plain })) },
  )
  fc.assert(
    fc.property(fc.array(some, { maxLength: 30 }), done => {
      let editor = emptyEditor
      let model: Simple = { parts: [], cursor: 0 }
      for (const action of done) {
        editor = edit(editor, action)
        model = simply(model, action)
        assert.equal(editor.text, model.parts.join(''))
        assert.equal(editor.cursor, model.parts.slice(0, model.cursor).join('').length)
      }
    }),
    { numRuns: 1000 },
  )
})

test('undo goes back through all that was done', () => {
  fc.assert(
    fc.property(fc.array(actions, { maxLength: 20 }), done => {
      let editor = emptyEditor
      for (const action of done) if (action.edit !== 'accept') editor = edit(editor, action)
      for (let step = 0; step <= editorBounds.undoMax; step++) editor = edit(editor, { edit: 'undo' })
      assert.equal(editor.text, '')
    }),
  )
})

const layouts: readonly [
  marked: string,
  cells: number,
  rowsMax: number,
  rows: string[],
  x: number,
  y: number,
][] = [
  ['|', 10, 6, [''], 0, 0],
  ['hello|', 10, 6, ['hello'], 5, 0],
  ['hello wo|rld', 8, 6, ['hello', 'world'], 2, 1],
  ['hello| world', 8, 6, ['hello', 'world'], 5, 0],
  ['hello |world', 8, 6, ['hello', 'world'], 0, 1],
  ['abcdefg|', 8, 6, ['abcdefg'], 7, 0],
  ['abcdefg|h', 8, 6, ['abcdefg', 'h'], 0, 1],
  ['abcdefg   |', 8, 6, ['abcdefg'], 7, 0],
  ['a\n|', 8, 6, ['a', ''], 0, 1],
  ['日本|語', 5, 6, ['日本', '語'], 0, 1],
  ['日|本', 5, 6, ['日本'], 2, 0],
  ['a\nb\nc\nd|', 8, 2, ['c', 'd'], 1, 1],
  ['|a\nb\nc\nd', 8, 2, ['a', 'b'], 0, 0],
  ['a\nb\n|c\nd\ne', 8, 3, ['b', 'c', 'd'], 0, 1],
  ['abcdefghij|', 5, 1, ['ij'], 2, 0],
  ['ab|', 1, 1, ['b'], 0, 0],
  ['ab|', 0, 0, ['b'], 0, 0],
]
for (const [text, cells, rowsMax, rows, x, y] of layouts) {
  test(`${JSON.stringify(text)} in ${cells} cells and ${rowsMax} rows shows ${JSON.stringify(rows)}`, () => {
    assert.deepEqual(layout(at(text), cells, rowsMax), { rows, cursor: { x, y } })
  })
}

test('a layout does not depend on what was laid out before', () => {
  const long = fc
    .array(fc.constantFrom('word ', '日本', 'สวัสดี', '🇩🇪', 'e\u0301', 'x'), { minLength: 300, maxLength: 400 })
    .map(parts => parts.join(''))
  fc.assert(
    fc.property(long, fc.array(fc.tuple(fc.nat(600), nasty), { maxLength: 6 }), (text, changes) => {
      let editor: Editor = { ...emptyEditor, text, cursor: text.length }
      layout(editor, 20, 6)
      for (const [place, added] of changes) {
        editor = edit(editor, { edit: 'replace', from: place, to: place + 3, text: added })
        const changed = layout(editor, 20, 1000)
        layout(emptyEditor, 7, 1)
        assert.deepEqual(changed, layout(editor, 20, 1000))
      }
    }),
    { numRuns: 100 },
  )
})
