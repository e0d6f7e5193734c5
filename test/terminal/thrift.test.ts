/** What is drawn in fewer bytes looks the same, cell by cell. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { thrifty } from '../../src/terminal/thrift.ts'
import { createVirtualTerminal } from '../screens/screen.ts'

const drawnAs = async (text: string): Promise<readonly string[]> => {
  const virtual = createVirtualTerminal(30, 8)
  try {
    virtual.output.write(text)
    await virtual.settled()
    return virtual.cells()
  } finally {
    virtual.dispose()
  }
}

test('a row is reached with one move, styles change only where something is drawn in them', () => {
  const dim = '\x1b[38;5;244m'
  const nick = '\x1b[38;5;28m'
  for (const [text, wanted] of [
    ['\x1b7\x1b[2;1H\x1b[105C\x1b[1mHere\x1b[m\x1b8', '\x1b[2;106H\x1b[1mHere\x1b[m'],
    ['\x1b[3;1H\x1b[3;4Hx\x1b[2Cy', '\x1b[3;4Hx\x1b[2Cy'],
    ['\x1b[3;1Hx', '\x1b[3Hx'],
    [`\x1b[1;1H${nick}ann\x1b[m${dim} │\x1b[m`, `\x1b[1H${nick}ann${dim} │\x1b[m`],
    [`\x1b[1;1H${dim}│\x1b[m\x1b[2;1H\x1b[2;9H${dim}│\x1b[m`, `\x1b[1H${dim}│\x1b[2;9H│\x1b[m`],
    ['\x1b[1;1H\x1b[1;7mbar\x1b[m\x1b[31mx\x1b[m', '\x1b[1H\x1b[1;7mbar\x1b[0;31mx\x1b[m'],
    ['\x1b[2;4r\x1b[4H\n\n\x1b[r', '\x1b[2;4r\x1b[4H\n\n\x1b[r'],
    ['\x1b[1;5H  \x1b[5G👍\x1b[7Gx', '\x1b[1;5H  \x1b[5G👍\x1b[7Gx'],
    ['', ''],
  ] as const)
    assert.equal(thrifty(text), wanted)
})

test('whatever blessed says, the same is on the screen in no more bytes', async () => {
  const styles = ['1', '7', '4;38;5;28', '38;5;244', '38;5;28', '31', '92', '48;5;238;38;5;255', '1;7']
  const run = fc.record({
    style: fc.constantFrom('', ...styles),
    text: fc.constantFrom('a', 'word ', '   ', '│', '日本', '  \x1b[9G👍\x1b[11G'),
    passed: fc.nat({ max: 9 }),
  })
  const row = fc.record({ y: fc.integer({ min: 1, max: 8 }), runs: fc.array(run, { maxLength: 6 }) })
  const first = fc.constantFrom(
    '',
    '\x1b[H\x1b[2J',
    '\x1b[2;6r\x1b[6H\n\n\x1b[r',
    '\x1b[2;6r\x1b[2H\x1bM\x1b[r',
  )
  await fc.assert(
    fc.asyncProperty(first, fc.array(row, { maxLength: 6 }), first, async (before, rows, again) => {
      const drawing = rows
        .map(({ y, runs }) => {
          const cells = runs.map(({ style, text, passed }) => {
            const styled = style === '' ? text : `\x1b[${style}m${text}\x1b[m`
            return passed === 0 ? styled : `\x1b[${passed}C${styled}`
          })
          return `\x1b[${y};1H${cells.join('')}`
        })
        .join('')
      const text = `\x1b7${before}${drawing}${again}\x1b8`
      const short = thrifty(text)
      assert.ok(short.length <= text.length, JSON.stringify({ text, short }))
      assert.deepEqual(await drawnAs(short), await drawnAs(text))
    }),
    { numRuns: 200 },
  )
})
