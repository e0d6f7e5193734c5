/** A copy of the history that was put back: whoever heard what is lost is told, and nobody else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ClientMessage, Line, PastRun } from '../../src/chat/types.ts'
import { createTable, pastLines } from './table.ts'

type Hello = Partial<Extract<ClientMessage, { type: 'hello' }>>

const heads = (entries: Readonly<Record<string, number>>) => new Map(Object.entries(entries))
const dev = (count: number): Line[] => pastLines(count).map(line => ({ ...line, room: '#dev' }))

/** Ten lines of the lobby and three of #dev, said in three runs; the fourth goes on. */
const runs: readonly PastRun[] = [
  { id: '7-a', heads: heads({ '#lobby': 4 }) },
  { id: '8-b', heads: heads({ '#dev': 3 }) },
  { id: '9-c', heads: heads({ '#lobby': 9 }) },
]
function seated(run: string | undefined = '10-d', past: readonly PastRun[] = runs) {
  const lines = [...pastLines(10), ...dev(3)]
  const table = createTable({
    kept: { lines, rooms: [], people: [], runs: past },
    ...(run === '' ? {} : { run }),
  })
  let comers = 0
  return {
    ...table,
    /** Whether they are told that the history went back. */
    isTold(hello: Hello): boolean {
      const who = `S${++comers}`
      table.join(who, `nick${comers}`, { epoch: 'epoch-1', ...hello })
      const [welcome] = table.hears(who)
      assert.ok(welcome?.type === 'welcome')
      return welcome.wentBack === true
    },
  }
}

const rows: readonly [what: string, hello: Hello, isTold: boolean][] = [
  ['this run', { run: '10-d', last: { '#lobby': 10, '#dev': 3 } }, false],
  ['the run before it, no further than it came', { run: '9-c', last: { '#lobby': 9, '#dev': 3 } }, false],
  [
    'the run before it, further than it came: it went on after the copy',
    { run: '9-c', last: { '#lobby': 10 } },
    true,
  ],
  ['an earlier run, no further than it came', { run: '8-b', last: { '#lobby': 4, '#dev': 3 } }, false],
  [
    'an earlier run, further than it came in one room',
    { run: '8-b', last: { '#lobby': 5, '#dev': 3 } },
    true,
  ],
  ['a run before a room was made, with a line of it', { run: '7-a', last: { '#lobby': 4, '#dev': 1 } }, true],
  ['a run of that number by another name', { run: '9-x', last: { '#lobby': 1 } }, true],
  ['a run that never was', { run: '11-e', last: { '#lobby': 1 } }, true],
  ['a run that is no longer remembered', { run: '6-z', last: { '#lobby': 8 } }, false],
  ['a name that we give to no run', { run: 'x', last: { '#lobby': 1 } }, true],
  ['no run, as older clients', { last: { '#lobby': 8 } }, false],
  [
    'lines that were lost, while it asks for some before them once more',
    { run: '9-c', last: { '#lobby': 3 }, seen: { '#lobby': 10 } },
    true,
  ],
  [
    'lines that are there, while it asks for some before them once more',
    { run: '9-c', last: { '#lobby': 3 }, seen: { '#lobby': 9 } },
    false,
  ],
  [
    'lines of conversations and rooms of others, which tell nothing',
    { run: '9-c', last: { '@abc.def': 99 } },
    false,
  ],
  ['another epoch, which says as much', { epoch: 'epoch-0', run: '99-x', last: { '#lobby': 99 } }, false],
]
for (const [what, hello, isTold] of rows)
  test(`who comes back with ${what} is ${isTold ? '' : 'not '}told that the history went back`, () => {
    assert.equal(seated().isTold(hello), isTold)
  })

test('a welcome names the run where it has a name; without one, what is remembered of runs counts for nothing', () => {
  const named = seated()
  named.join('A', 'ann')
  const unnamed = seated('', [])
  unnamed.join('A', 'ann')
  const runOf = (table: ReturnType<typeof seated>) =>
    table.hears('A').flatMap(message => (message.type === 'welcome' ? [message.run] : []))
  assert.deepEqual(runOf(named), ['10-d'])
  assert.deepEqual(runOf(unnamed), [undefined])
  assert.equal(unnamed.isTold({ run: '9-c', last: { '#lobby': 10 } }), false)
  assert.equal(unnamed.isTold({ run: '9-c', last: { '#lobby': 11 } }), true)
})

test('who heard what was lost gets the past anew, also where more was said since than they had', () => {
  const { join, transcript } = seated()
  join('A', 'ann', { epoch: 'epoch-1', run: '9-x', last: { '#lobby': 6 } })
  assert.equal(transcript('A')[1], 'backlog 1-10')
  join('B', 'bob', { epoch: 'epoch-1', run: '9-c', last: { '#lobby': 6 } })
  assert.equal(transcript('B')[1], 'backlog 7-10')
})

type Step = 'meet' | 'hear' | 'restart' | 'copy' | 'putBack' | '#lobby' | '#dev'
interface Kept {
  readonly lines: readonly Line[]
  readonly over: readonly PastRun[]
  readonly run: string
}

/** A server whose history is copied and put back, as the store keeps it, and somebody who comes and goes there. */
function createWorld() {
  let runsBegun = 0
  let said = 0
  let copy: Kept | null = null
  let begun = 0
  const headsOf = (lines: readonly Line[]) => {
    const found = new Map<string, number>()
    for (const { room, seq } of lines) found.set(room, seq)
    return found
  }
  const start = ({ lines, over, run }: Kept) => {
    const came = new Map(over.flatMap(one => [...one.heads]))
    const further = [...headsOf(lines)].filter(([room, head]) => head > (came.get(room) ?? 0))
    const past = run === '' ? [] : [...over, { id: run, heads: new Map(further) }]
    const now = `${past.length + 1}-${++runsBegun}`
    const table = createTable({ kept: { lines, rooms: [], people: [], runs: past }, run: now })
    table.join('bot', 'bot')
    table.say('bot', { type: 'join', room: '#dev' })
    return { table, over: past, run: now }
  }
  let server = start({ lines: [], over: [], run: '' })
  const kept = (): Kept => ({ lines: [...server.table.log], over: server.over, run: server.run })
  const idAt = (room: string, seq: number) =>
    server.table.log.find(line => line.room === room && line.seq === seq)?.id
  const client = {
    run: null as string | null,
    had: new Map<string, { seq: number; id: string }>(),
    isThere: false,
  }
  const listen = () => {
    for (const { room, seq, id } of server.table.log) client.had.set(room, { seq, id })
  }

  function meet(): void {
    const who = `C${++begun}`
    const last = Object.fromEntries([...client.had].map(([room, { seq }]) => [room, seq]))
    const { run } = client
    server.table.join(who, who, run === null ? {} : { epoch: 'epoch-1', run, last })
    const [welcome] = server.table.hears(who)
    assert.ok(welcome?.type === 'welcome' && welcome.run !== undefined)
    const isLost = [...client.had].some(([room, { seq, id }]) => idAt(room, seq) !== id)
    const isOfThis = run === null || [server.run, ...server.over.map(one => one.id)].includes(run)
    if (isLost) assert.equal(welcome.wentBack, true, 'lines they had are lost, and nobody says so')
    else if (isOfThis) assert.equal(welcome.wentBack, undefined, 'nothing they had is lost')
    client.run = welcome.run
    client.had.clear()
    client.isThere = true
    listen()
  }

  const restart = (from: Kept) => {
    server = start(from)
    client.isThere = false
  }
  return {
    take(step: Step): void {
      if (step === 'meet') meet()
      else if (step === 'hear' && client.isThere) listen()
      else if (step === 'restart') restart(kept())
      else if (step === 'copy') copy = kept()
      else if (step === 'putBack' && copy !== null) restart(copy)
      else if (step.startsWith('#')) server.table.speak('bot', `id${++said}`, 'words', step)
    },
  }
}

test('however a history is copied, put back and gone on with, who heard what is lost is told, and nobody for nothing', () => {
  const step = fc.constantFrom<Step>('meet', 'meet', 'hear', 'restart', 'copy', 'putBack', '#lobby', '#dev')
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const world = createWorld()
      for (const one of [...steps, 'meet' as const]) world.take(one)
    }),
    { numRuns: 500 },
  )
})
