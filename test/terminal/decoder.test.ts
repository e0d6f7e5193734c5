/** The decoder gives the same strokes however the bytes are cut, and survives any bytes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Stroke } from '../../src/client/types.ts'
import { bounds } from '../../src/terminal/bounds.ts'
import { createDecoder } from '../../src/terminal/decoder.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)

/** Neighbouring texts are one: where the chunks were cut does not matter to anybody. */
const merged = (strokes: readonly Stroke[]): Stroke[] => {
  const all: Stroke[] = []
  for (const stroke of strokes) {
    const last = all.at(-1)
    if ('text' in stroke && last !== undefined && 'text' in last)
      all[all.length - 1] = { text: last.text + stroke.text }
    else all.push(stroke)
  }
  return all
}

const decode = (...chunks: Uint8Array[]): Stroke[] => {
  const decoder = createDecoder()
  const strokes = chunks.flatMap(chunk => decoder.feed(chunk))
  if (decoder.waiting() !== null) strokes.push(...decoder.timeout())
  return merged(strokes)
}

const key = (...names: string[]): Stroke[] => names.map(name => ({ key: name }))

const table: readonly (readonly [string, readonly Stroke[]])[] = [
  ['hello', [{ text: 'hello' }]],
  ['é日👍🏽', [{ text: 'é日👍🏽' }]],
  ['\ufeffa', [{ text: '\ufeffa' }]],
  ['\r', key('Enter')],
  ['\n', key('C-j')],
  ['\t', key('Tab')],
  ['\x7f\x08', key('Backspace', 'Backspace')],
  ['\x00\x01\x1a\x1c\x1d\x1e\x1f', key('C-Space', 'C-a', 'C-z', 'C-\\', 'C-]', 'C-^', 'C-_')],
  ['a\rb', [{ text: 'a' }, { key: 'Enter' }, { text: 'b' }]],
  ['\x1b', key('Escape')],
  ['\x1b\x1b', key('Escape', 'Escape')],
  ['\x1bx\x1bB\x1b3\x1bé', key('M-x', 'M-B', 'M-3', 'M-é')],
  ['\x1b\r\x1b\x7f\x1b\t\x1b \x1b\x01', key('M-Enter', 'M-Backspace', 'M-Tab', 'M-Space', 'C-M-a')],
  ['\x1b[', key('M-[')],
  ['\x1bO', key('M-O')],
  ['\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F', key('Up', 'Down', 'Right', 'Left', 'Home', 'End')],
  ['\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF', key('Up', 'Down', 'Right', 'Left', 'Home', 'End')],
  ['\x1bOP\x1bOQ\x1bOR\x1bOS', key('F1', 'F2', 'F3', 'F4')],
  ['\x1b[P\x1b[Q\x1b[R\x1b[S', key('F1', 'F2', 'F3', 'F4')],
  ['\x1b[1;5C\x1b[1;3D\x1b[1;2A\x1b[1;8B', key('C-Right', 'M-Left', 'S-Up', 'C-M-S-Down')],
  [
    '\x1b[1~\x1b[2~\x1b[3~\x1b[4~\x1b[5~\x1b[6~',
    key('Home', 'Insert', 'Delete', 'End', 'PageUp', 'PageDown'),
  ],
  ['\x1b[3;5~\x1b[5;3~\x1b[15;2~', key('C-Delete', 'M-PageUp', 'S-F5')],
  ['\x1b[11~\x1b[15~\x1b[17~\x1b[21~\x1b[23~\x1b[24~', key('F1', 'F5', 'F6', 'F10', 'F11', 'F12')],
  ['\x1b[Z', key('S-Tab')],
  ['\x1b[[A\x1b[[B\x1b[[C\x1b[[D\x1b[[E', key('F1', 'F2', 'F3', 'F4', 'F5')],
  ['\x1b[[Z', []],
  // rxvt
  ['\x1b[7~\x1b[8~\x1b[7$\x1b[3^\x1b[5@', key('Home', 'End', 'S-Home', 'C-Delete', 'C-S-PageUp')],
  ['\x1b[a\x1b[d\x1bOa\x1bOd', key('S-Up', 'S-Left', 'C-Up', 'C-Left')],
  ['\x1b\x1b[A\x1b\x1bOP\x1b\x1b[3~', key('M-Up', 'M-F1', 'M-Delete')],
  ['\x1b\x1bx', key('Escape', 'M-x')],
  // kitty and modifyOtherKeys
  ['\x1b[97u\x1b[97;5u\x1b[97;3u\x1b[97;6u', [{ text: 'a' }, ...key('C-a', 'M-a', 'C-S-a')]],
  ['\x1b[97:65;2u\x1b[97;4u\x1b[13;2u\x1b[9;5u', [{ text: 'A' }, ...key('M-A', 'S-Enter', 'C-Tab')]],
  ['\x1b[27u\x1b[127;3u\x1b[32;5u\x1b[32u', [...key('Escape', 'M-Backspace', 'C-Space'), { text: ' ' }]],
  ['\x1b[97;1:3u\x1b[1;1:3A\x1b[1;1:1A', key('Up')],
  ['\x1b[57399u\x1b[57414u\x1b[57419u\x1b[57441u', [{ text: '0' }, ...key('Enter', 'Up')]],
  ['\x1b[27;5;13~\x1b[27;5;105~', key('C-Enter', 'C-i')],
  ['\x1b[97;9u', []],
  // the keypad in application mode
  ['\x1bOp\x1bOy\x1bOk\x1bOM', [{ text: '09+' }, { key: 'Enter' }]],
  ['\x1b[I\x1b[O', [{ focused: true }, { focused: false }]],
  // replies, mouse reports and the unknown are swallowed whole
  ['a\x1b[12;40Rb', [{ text: 'ab' }]],
  ['a\x1b[?62;22cb', [{ text: 'ab' }]],
  ['a\x1b[?2026;2$yb', [{ text: 'ab' }]],
  ['a\x1b[?1ub', [{ text: 'ab' }]],
  ['a\x1b[<0;10;20Mb', [{ text: 'a' }, { mouse: 'click', x: 9, y: 19 }, { text: 'b' }]],
  [
    '\x1b[<64;1;1M\x1b[<69;300;2M',
    [
      { mouse: 'wheelUp', x: 0, y: 0 },
      { mouse: 'wheelDown', x: 299, y: 1 },
    ],
  ],
  // Releases, other buttons, motion and what is no report at all.
  ['a\x1b[<0;10;20mb\x1b[<2;1;1Mc\x1b[<35;1;1Md\x1b[<0;1Me\x1b[<;;Mf\x1b[<9999;1;1Mg', [{ text: 'abcdefg' }]],
  ['a\x1b[M !!b', [{ text: 'ab' }]],
  ['a\x1b[999;7;1~b\x1b[1;2;3xc', [{ text: 'abc' }]],
  ['a\x1b]11;rgb:0000/0000/0000\x1b\\b', [{ text: 'ab' }]],
  ['a\x1b]11;rgb:0000/0000/0000\x07b', [{ text: 'ab' }]],
  ['a\x1bP>|xterm(1)\x1b\\b\x1b_x\x1b\\c', [{ text: 'abc' }]],
  ['a\x1b]0;cut\x1b[Ab', [{ text: 'a' }, { key: 'Up' }, { text: 'b' }]],
  ['a\x1b[1;\x18b', [{ text: 'ab' }]],
  ['\x1b[1;\x1b[A', key('Up')],
  ['\x1b[1;\r', key('Enter')],
  ['\u009b2J\u0085x', [{ text: '2Jx' }]],
  // pastes
  ['\x1b[200~one\rtwo\r\nthree\x1b[201~!', [{ paste: 'one\ntwo\nthree' }, { text: '!' }]],
  ['\x1b[200~\x1b[201~', [{ paste: '' }]],
  ['\x1b[200~a\x1b[20\x1b[31mb\x1b\x1b[201~', [{ paste: 'a\x1b[20\x1b[31mb\x1b' }]],
  ['\x1b[200~lost end\x03x', [{ paste: 'lost end' }, { text: 'x' }]],
]

test('where the cursor is, is told apart from strokes, also when nobody asked', () => {
  const places: string[] = []
  const decoder = createDecoder({ onPosition: (row, column) => places.push(`${row},${column}`) })
  const strokes = [...decoder.feed(bytes('a\x1b[2;3R\x1b[12;40')), ...decoder.feed(bytes('Rb\x1b[;R'))]
  assert.deepEqual(places, ['2,3', '12,40'])
  assert.deepEqual(strokes, [{ text: 'a' }, { text: 'b' }])
})

test('each sequence gives its strokes', () => {
  for (const [typed, strokes] of table) assert.deepEqual(decode(bytes(typed)), strokes, JSON.stringify(typed))
})

test('each sequence split at every byte gives the same strokes', () => {
  for (const [typed, strokes] of table) {
    const whole = bytes(typed)
    for (let at = 1; at < whole.length; at += 1) {
      assert.deepEqual(
        decode(whole.subarray(0, at), whole.subarray(at)),
        strokes,
        `${JSON.stringify(typed)} at ${at}`,
      )
    }
    assert.deepEqual(
      decode(...[...whole].map(byte => Uint8Array.of(byte))),
      strokes,
      `${JSON.stringify(typed)} by bytes`,
    )
  }
})

test('all sequences after one another give all strokes, cut anywhere', () => {
  // Those that end open would change the meaning of what follows.
  const closed = table.filter(([typed]) => {
    const decoder = createDecoder()
    decoder.feed(bytes(typed))
    return decoder.waiting() === null
  })
  const whole = bytes(closed.map(([typed]) => typed).join(''))
  const strokes = merged(closed.flatMap(([, each]) => each))
  fc.assert(
    fc.property(fc.array(fc.nat(whole.length), { maxLength: 8 }), cuts => {
      const borders = [0, ...cuts.sort((a, b) => a - b), whole.length]
      const chunks = borders.slice(1).map((end, index) => whole.subarray(borders[index], end))
      assert.deepEqual(decode(...chunks), strokes)
    }),
    { numRuns: 50 },
  )
})

test('a lone ESC waits as Escape does, a begun sequence waits longer, and all else waits for nothing', () => {
  const waitingAfter = (typed: string): string | null => {
    const decoder = createDecoder()
    decoder.feed(bytes(typed))
    return decoder.waiting()
  }
  assert.equal(waitingAfter(''), null)
  assert.equal(waitingAfter('a'), null)
  assert.equal(waitingAfter('\x1b'), 'escape')
  assert.equal(waitingAfter('\x1b\x1b'), 'escape')
  assert.equal(waitingAfter('\x1b['), 'sequence')
  assert.equal(waitingAfter('\x1b[1;'), 'sequence')
  assert.equal(waitingAfter('\x1bO'), 'sequence')
  assert.equal(waitingAfter('\x1b]0;x'), 'sequence')
  assert.equal(waitingAfter('\x1b[200~half a paste'), null)
  assert.equal(waitingAfter('\x1b[A'), null)
})

test('a sequence that never ends is nothing, and the next key is itself', () => {
  for (const begun of ['\x1b[1;', '\x1b]0;title', '\x1bPq', '\x1b[M!', '\x1bO5']) {
    const decoder = createDecoder()
    assert.deepEqual(decoder.feed(bytes(begun)), [])
    assert.deepEqual(decoder.timeout(), [], begun)
    assert.deepEqual(decoder.feed(bytes('k')), [{ text: 'k' }], begun)
  }
})

test('a timeout inside a paste changes nothing', () => {
  const decoder = createDecoder()
  decoder.feed(bytes('\x1b[200~one'))
  assert.deepEqual(decoder.timeout(), [])
  assert.deepEqual(decoder.feed(bytes(' two\x1b[201~')), [{ paste: 'one two' }])
})

test('a paste over the bound is cut, and what follows it is typed again', () => {
  const decoder = createDecoder()
  const strokes = decoder.feed(bytes(`\x1b[200~${'x'.repeat(bounds.pasteCharsMax + 500)}\x1b[201~k`))
  assert.deepEqual(strokes, [{ paste: 'x'.repeat(bounds.pasteCharsMax) }, { text: 'k' }])
})

test('a reply or a sequence without an end is given up at the bound', () => {
  for (const begun of ['\x1b]52;', '\x1b[']) {
    const decoder = createDecoder()
    const strokes = decoder.feed(bytes(`${begun}${'1'.repeat(bounds.skippedCharsMax + 10)}`))
    assert.equal(decoder.waiting(), null)
    assert.ok(merged(strokes).length <= 1)
    assert.deepEqual(decoder.feed(bytes('\r')), key('Enter'))
  }
})

test('a control sequence that is far too long is swallowed up to its final byte', () => {
  assert.deepEqual(decode(bytes(`a\x1b[${'1;'.repeat(200)}Ab`)), [{ text: 'ab' }])
})

/** Reads that come right one after the other, and then the pause. */
const burst = (chunks: readonly string[], guessPastes = false): Stroke[] => {
  const decoder = createDecoder({ guessPastes })
  const strokes = chunks.flatMap(chunk => decoder.feed(bytes(chunk)))
  if (decoder.waiting() !== null) strokes.push(...decoder.timeout())
  assert.equal(decoder.waiting(), null)
  return merged(strokes)
}
const typedLines = (...lines: string[]): Stroke[] => lines.flatMap(line => [{ text: line }, { key: 'Enter' }])

test('without marked pastes, several lines at once are a paste and one line with Enter is typed', () => {
  assert.deepEqual(burst(['one\rtwo\r'], true), [{ paste: 'one\ntwo\n' }])
  assert.deepEqual(burst(['one\r'], true), typedLines('one'))
  assert.deepEqual(burst(['\r\r'], true), key('Enter', 'Enter'))
  assert.deepEqual(burst(['one\rtwo']), [...typedLines('one'), { text: 'two' }])
})

test('five lines in one read are a paste that was not marked; four were typed ahead', () => {
  assert.deepEqual(burst(['a\rb\rc\rd\re\r']), [{ paste: 'a\nb\nc\nd\ne\n' }])
  assert.deepEqual(burst(['a\r\nb\nc\r\rd\r\ne']), [{ paste: 'a\nb\nc\n\nd\ne' }])
  assert.deepEqual(burst(['a\rb\rc\rd\r']), typedLines('a', 'b', 'c', 'd'))
  assert.deepEqual(burst(['a\rb\rc\rd\re']), [...typedLines('a', 'b', 'c', 'd'), { text: 'e' }])
})

test('lines typed ahead that come in several reads are as many lines', () => {
  assert.deepEqual(burst(['a\rb\rc\r', 'd\re\rf\r']), typedLines('a', 'b', 'c', 'd', 'e', 'f'))
})

test('a key held down is no paste, whatever is typed with it', () => {
  assert.deepEqual(burst(['\r'.repeat(9)]), Array(9).fill({ key: 'Enter' }))
  assert.deepEqual(burst([`${'\r'.repeat(9)}a`]), [...Array(9).fill({ key: 'Enter' }), { text: 'a' }])
})

test('a paste that was not marked is whole however its reads are cut, as long as one follows the other', () => {
  const lines = Array.from({ length: 250 }, (_, index) => `line ${index} 日本`).join('\r')
  const whole = bytes(`${lines}\r`)
  const wanted = [{ paste: `${lines}\r`.replaceAll('\r', '\n') }]
  fc.assert(
    fc.property(fc.integer({ min: 128, max: 5_000 }), size => {
      const decoder = createDecoder()
      const strokes: Stroke[] = []
      for (let from = 0; from < whole.length; from += size)
        strokes.push(...decoder.feed(whole.subarray(from, from + size)))
      assert.equal(decoder.waiting(), 'burst')
      assert.deepEqual([...strokes, ...decoder.timeout()], wanted)
      assert.equal(decoder.waiting(), null)
    }),
    { numRuns: 50 },
  )
})

test('long lines of which a read holds only two are a paste as well, and a long line alone is typed', () => {
  const long = 'x'.repeat(2_000)
  const reads = Array.from({ length: 4 }, () => `${long}\r${long}\r`)
  assert.deepEqual(burst(reads), [{ paste: `${long}\n`.repeat(8) }])
  assert.deepEqual(burst([long, long]), [{ text: long + long }])
  assert.deepEqual(burst([`${long}\r`]), typedLines(long))
})

test('a key that comes while a paste goes on ends it, and a mark makes it a marked one', () => {
  const pasted = 'a\rb\rc\rd\re\r'
  assert.deepEqual(burst([pasted, '\x1b[A']), [{ paste: 'a\nb\nc\nd\ne\n' }, { key: 'Up' }])
  assert.deepEqual(burst([pasted, 'f\x1b[31mg\r']), [{ paste: 'a\nb\nc\nd\ne\nf\x1b[31mg\n' }])
  assert.deepEqual(burst(['a\rb', '\x1b[A']), [...typedLines('a'), { text: 'b' }, { key: 'Up' }])
  assert.deepEqual(burst([`\x1b[200~${pasted}`, `${pasted}\x1b[201~`]), [
    { paste: `${pasted}${pasted}`.replaceAll('\r', '\n') },
  ])
})

test('a paste over the bound that was not marked is cut as a marked one is', () => {
  const [stroke] = burst(Array.from({ length: 40 }, () => 'x\r'.repeat(2_048)))
  assert.ok(stroke !== undefined && 'paste' in stroke)
  assert.equal(stroke.paste.length, bounds.pasteCharsMax)
})

test('random bytes never throw, and no key or text holds a control character', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc
      .constantFrom('\x1b', '\x1b[', '\x1bO', '\x1b]', ';', '~', 'u', 'M', '\x1b[200~', '\x1b[201~', '1', '$')
      .map(bytes),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(piece, fc.boolean()), { maxLength: 40 }), pieces => {
      const decoder = createDecoder()
      for (const [chunk, wait] of pieces) {
        const strokes = [...decoder.feed(chunk), ...(wait ? decoder.timeout() : [])]
        for (const stroke of strokes) {
          if ('text' in stroke) assert.doesNotMatch(stroke.text, /\p{Cc}/u)
          if ('key' in stroke) assert.match(stroke.key, /^(C-)?(M-)?(S-)?\P{Cc}+$/u)
        }
      }
    }),
    { numRuns: 300 },
  )
})
