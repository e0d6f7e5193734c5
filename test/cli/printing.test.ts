import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createPrinting } from '../../src/cli/printing.ts'

function printing(t: TestContext, isPiped: boolean) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] })
  const written: string[] = []
  return { written, ...createPrinting({ write: text => void written.push(text), isPiped }) }
}

test('lines that come at once are one write', t => {
  const { written, print } = printing(t, false)
  for (const line of ['a', 'b', 'c']) print(line)
  t.mock.timers.tick(1)
  print('d')
  t.mock.timers.tick(1)
  assert.deepEqual(written, ['a\nb\nc\n', 'd\n'])
})

test('into a pipe the last of the first lines is written apart, before all that follow', t => {
  const { written, print } = printing(t, true)
  for (const line of ['a', 'b', 'c']) print(line)
  t.mock.timers.tick(1)
  print('d')
  assert.deepEqual(written, ['a\nb\n'])
  t.mock.timers.tick(250)
  assert.deepEqual(written, ['a\nb\n', 'c\nd\n'])
  print('e')
  print('f')
  t.mock.timers.tick(1)
  assert.deepEqual(written.at(-1), 'e\nf\n')
})

test('a single line is held back for nobody, and the end holds nothing back', t => {
  const { written, print } = printing(t, true)
  print('a')
  t.mock.timers.tick(1)
  assert.deepEqual(written, ['a\n'])
  const other = createPrinting({ write: text => void written.push(text), isPiped: true })
  other.print('b')
  other.print('c')
  other.end()
  t.mock.timers.tick(1_000)
  assert.deepEqual(written, ['a\n', 'b\nc\n'])
})
