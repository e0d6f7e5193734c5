/** The whole client on a screen in this process: whatever happens, the screen is what drawing it anew shows. */
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import fc from 'fast-check'
import { measureAs, usualMeasures } from '../../src/base/measures.ts'
import type { Input } from '../../src/client/types.ts'
import { view } from '../../src/client/view/view.ts'
import { bounds } from '../../src/terminal/bounds.ts'
import type { Timers } from '../../src/terminal/scheduler.ts'
import { createTerminal } from '../../src/terminal/screen.ts'
import { drive, inTheLobby, line, presence } from '../client/driver.ts'
import { createVirtualTerminal, type Widths } from '../screens/screen.ts'
import { assertNoTraces, hasty, profile } from './means.ts'

/** The probe ends only when the terminal answers; no other wait is as long. */
const waiting: Timers = {
  ...hasty,
  after: (ms, run) => (ms === bounds.probeWaitMs ? () => {} : hasty.after(ms, run)),
}
afterEach(() => measureAs(usualMeasures))

const words = [
  'hi',
  'ann:',
  '日本',
  '👩‍👩‍👧',
  '👍🏽',
  '❤️',
  '🇩🇪',
  '1️⃣',
  'हिन्दी',
  'ไทย',
  'e\u0301',
  '─│…',
  'العربية',
  '\u0301',
  'x'.repeat(70),
]
const text = fc.array(fc.constantFrom(...words), { maxLength: 9 }).map(parts => parts.join(' '))

/** One thing that happens: somebody speaks or comes, a key is pressed, the window gets another size, time passes. */
type Happening =
  | { is: 'line'; body: string; from: string }
  | { is: 'presence'; nick: string; there: boolean }
  | { is: 'typed'; text: string }
  | { is: 'key'; key: string }
  | { is: 'size'; columns: number; rows: number }
  | { is: 'wait'; ms: number }
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      is: fc.constant('line' as const),
      body: text,
      from: fc.constantFrom('bob', '日本', 'zoë'),
    }),
  },
  fc.record({
    is: fc.constant('presence' as const),
    nick: fc.constantFrom('bob', '日本', 'carol'),
    there: fc.boolean(),
  }),
  { weight: 3, arbitrary: fc.record({ is: fc.constant('typed' as const), text }) },
  {
    weight: 5,
    arbitrary: fc.record({
      is: fc.constant('key' as const),
      key: fc.constantFrom(
        'Enter',
        'PageUp',
        'PageDown',
        'End',
        'Home',
        'Tab',
        'F1',
        'Escape',
        'F3',
        'F4',
        'Up',
        'C-w',
        'C-a',
        'C-u',
        'Left',
        'C-g',
      ),
    }),
  },
  fc.record({
    is: fc.constant('size' as const),
    columns: fc.integer({ min: 8, max: 110 }),
    rows: fc.integer({ min: 2, max: 30 }),
  }),
  fc.record({ is: fc.constant('wait' as const), ms: fc.constantFrom(500, 6_000, 70_000) }),
)

for (const widths of ['unicode6', 'modern', 'narrow'] as const satisfies readonly Widths[])
  for (const answers of [true, false])
    test(`after any happenings no cell is stale (widths: ${widths}, ${answers ? 'asked' : 'not asked'})`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(happening, { minLength: 4, maxLength: 25 }), async happenings => {
          const virtual = createVirtualTerminal(100, 24, widths, { answers })
          const chat = inTheLobby({ columns: 100, rows: 24 }).unwatched()
          const terminal = createTerminal({
            input: virtual.input,
            output: virtual.output,
            profile: { ...profile, answers },
            timers: waiting,
            onStroke: () => {},
            onSize: size => {
              chat.take({ got: 'size', ...size })
              terminal.draw(() => view(chat.model()))
            },
          })
          try {
            let seq = 0
            for (const one of happenings) {
              if (one.is === 'line') chat.said(line(++seq, one.body, { from: one.from }))
              else if (one.is === 'presence') chat.said(presence(one.nick, one.there ? 'here' : 'gone'))
              else if (one.is === 'typed') chat.type(one.text)
              else if (one.is === 'key') chat.key(one.key)
              else if (one.is === 'wait') chat.pass(one.ms)
              else virtual.resize(one.columns, one.rows)
              terminal.draw(() => view(chat.model()))
              await virtual.settled()
            }
            const { cursor } = view(chat.model())
            if (cursor !== null) assert.deepEqual(virtual.cursor(), cursor)
            await assertNoTraces(virtual, terminal)
          } finally {
            terminal.restore()
            virtual.dispose()
          }
        }),
        { numRuns: 25 },
      )
    })

test('with nothing going on, ticks write nothing', async () => {
  for (const client of [drive({ columns: 80, rows: 24 }), inTheLobby()]) {
    const virtual = createVirtualTerminal(80, 24)
    const terminal = createTerminal({
      input: virtual.input,
      output: virtual.output,
      profile: { ...profile, answers: false },
      timers: hasty,
      onStroke: () => {},
      onSize: () => {},
    })
    // The list explains itself after a while, and the clock shows minutes: both are over by then.
    client.pass(10_000)
    terminal.draw(() => view(client.model()))
    await virtual.settled()
    const before = virtual.raw().length
    const tick: Input = { got: 'tick' }
    for (let count = 0; count < 80; count++) {
      client.pass(500)
      client.take(tick)
      terminal.draw(() => view(client.model()))
      await virtual.settled()
    }
    assert.equal(virtual.raw().slice(before), '')
    terminal.restore()
    virtual.dispose()
  }
})
