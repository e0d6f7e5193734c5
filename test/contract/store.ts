/** What every store must do, whatever it is made of: run by each store's own test file. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Draft, Line, Store } from '../../src/chat/types.ts'

const draft = (id: string, more: Partial<Draft> = {}): Draft => ({
  room: '#lobby',
  id,
  author: 'device-a',
  from: 'ann',
  kind: 'say',
  body: `body of ${id}`,
  ...more,
})

const seqs = (lines: readonly Line[]) => lines.map(line => line.seq)

/**
 * @param open gives an empty store that is closed by the test
 * @param runs how many random runs of appends; fewer where opening a store takes long
 */
export function storeContract(name: string, open: () => Promise<Store>, { runs = 50 } = {}): void {
  const kept = async (count: number) => {
    const store = await open()
    for (let i = 1; i <= count; i++) await store.append(draft(`id${i}`), 1000 + i)
    return store
  }

  test(`${name}: lines of a room are numbered 1, 2, 3 and keep what was said`, async () => {
    const store = await kept(3)
    assert.deepEqual(await store.last('#lobby', 50), [
      { ...draft('id1'), seq: 1, at: 1001 },
      { ...draft('id2'), seq: 2, at: 1002 },
      { ...draft('id3'), seq: 3, at: 1003 },
    ])
    await store.close()
  })

  test(`${name}: each room counts for itself`, async () => {
    const store = await open()
    await store.append(draft('a'), 1)
    assert.equal((await store.append(draft('b', { room: '#dev' }), 2)).line.seq, 1)
    assert.equal((await store.append(draft('c'), 3)).line.seq, 2)
    await store.close()
  })

  test(`${name}: the same line of the same author is kept once and answered with the first`, async () => {
    const store = await open()
    const first = await store.append(draft('a'), 1)
    const second = await store.append(draft('a', { from: 'renamed' }), 2)
    assert.deepEqual(first, { line: { ...draft('a'), seq: 1, at: 1 }, again: false })
    assert.deepEqual(second, { line: first.line, again: true })
    assert.equal((await store.last('#lobby', 50)).length, 1)
    await store.close()
  })

  test(`${name}: a line is found by its author and id, also when it was said a moment ago`, async () => {
    const store = await open()
    const said = store.append(draft('a'), 1)
    assert.deepEqual(await store.find('device-a', 'a'), { ...draft('a'), seq: 1, at: 1 })
    await said
    assert.equal(await store.find('device-a', 'b'), null)
    assert.equal(await store.find('device-b', 'a'), null)
    await store.close()
  })

  test(`${name}: the same id of another author is another line`, async () => {
    const store = await open()
    await store.append(draft('a'), 1)
    const other = await store.append(draft('a', { author: 'device-b' }), 2)
    assert.equal(other.again, false)
    assert.equal(other.line.seq, 2)
    await store.close()
  })

  test(`${name}: a line said in one room is not said again by sending it to another`, async () => {
    const store = await open()
    const first = await store.append(draft('a'), 1)
    assert.deepEqual(await store.append(draft('a', { room: '#dev' }), 2), { line: first.line, again: true })
    assert.deepEqual(await store.last('#dev', 50), [])
    await store.close()
  })

  test(`${name}: whatever letters a line is made of, the same come back`, async () => {
    const store = await open()
    const nickUnits = 256
    const bodies = [
      '',
      'two\nrows',
      '\t',
      "'; DROP TABLE line; --",
      '👩‍👩‍👧‍👦 שלום e\u0301',
      '\u{10ffff}',
      'x'.repeat(8192),
    ]
    await Promise.all(
      bodies.map((body, index) =>
        store.append(draft(`id${index}`, { body, from: body.slice(0, nickUnits) }), 1),
      ),
    )
    assert.deepEqual(
      (await store.last('#lobby', 50)).map(({ body, from }) => [body, from]),
      bodies.map(body => [body, body.slice(0, nickUnits)]),
    )
    await store.close()
  })

  test(`${name}: an emote stays an emote`, async () => {
    const store = await open()
    await store.append(draft('a', { kind: 'emote' }), 1)
    assert.equal((await store.last('#lobby', 1))[0]?.kind, 'emote')
    await store.close()
  })

  test(`${name}: two appends of one line at the same moment keep it once`, async () => {
    const store = await open()
    const both = await Promise.all([store.append(draft('a'), 1), store.append(draft('a'), 2)])
    assert.deepEqual(both.map(({ again }) => again).sort(), [false, true])
    assert.deepEqual(both[0].line, both[1].line)
    await store.close()
  })

  test(`${name}: last gives the newest lines, oldest first, and nothing of an unknown room`, async () => {
    const store = await kept(60)
    assert.deepEqual(seqs(await store.last('#lobby', 3)), [58, 59, 60])
    assert.deepEqual(await store.last('#lobby', 0), [])
    assert.deepEqual(await store.last('#nowhere', 50), [])
    await store.close()
  })

  test(`${name}: pages go forward after a position and backward before one`, async () => {
    const store = await kept(10)
    assert.deepEqual(seqs(await store.page('#lobby', { after: 0 }, 3)), [1, 2, 3])
    assert.deepEqual(seqs(await store.page('#lobby', { after: 8 }, 5)), [9, 10])
    assert.deepEqual(seqs(await store.page('#lobby', { after: 10 }, 5)), [])
    assert.deepEqual(seqs(await store.page('#lobby', { before: 4 }, 2)), [2, 3])
    assert.deepEqual(seqs(await store.page('#lobby', { before: 1 }, 5)), [])
    assert.deepEqual(seqs(await store.page('#lobby', { before: 99 }, 2)), [9, 10])
    assert.deepEqual(await store.page('#lobby', { after: 0 }, 0), [])
    assert.deepEqual(await store.page('#lobby', { before: 9 }, 0), [])
    assert.deepEqual(await store.page('#nowhere', { after: 0 }, 5), [])
    await store.close()
  })

  test(`${name}: a follower has heard a line when its append resolves`, async () => {
    const store = await open()
    const heard: number[] = []
    store.follow(line => heard.push(line.seq))
    const told = await Promise.all(
      ['a', 'b', 'c'].map(async id => heard.includes((await store.append(draft(id), 1)).line.seq)),
    )
    assert.deepEqual(told, [true, true, true])
    await store.close()
  })

  test(`${name}: search finds lines with all the words, whatever their case, in these rooms only, newest first`, async () => {
    const store = await open()
    const bodies = [
      'Deploy is green',
      'deploy failed: "disk full" (100 %)',
      'nobody says anything',
      'DEPLOY again, дело in Москве',
      '日本語のテスト',
      'it is ok',
      "a'b; DROP TABLE line --",
    ]
    for (const [index, body] of bodies.entries())
      await store.append(draft(`s${index}`, { body }), 100 + index)
    await store.append(draft('other', { room: '#dev', body: 'deploy elsewhere' }), 200)
    const find = async (...words: string[]) => seqs(await store.search(['#lobby'], words, 50))
    assert.deepEqual(await find('deploy'), [4, 2, 1])
    assert.deepEqual(await find('DEPLOY', 'is'), [2, 1])
    assert.deepEqual(await find('is'), [6, 2, 1])
    assert.deepEqual(await find('москве'), [4])
    assert.deepEqual(await find('日本'), [5])
    assert.deepEqual(await find('"disk'), [2])
    assert.deepEqual(await find('100', '%'), [2])
    assert.deepEqual(await find("a'b;"), [7])
    assert.deepEqual(await find('deploy', 'nowhere'), [])
    assert.deepEqual(await find('OR', 'deploy*'), [])
    const both = await store.search(['#lobby', '#dev'], ['deploy'], 2)
    assert.deepEqual(
      both.map(line => line.room),
      ['#dev', '#lobby'],
    )
    assert.deepEqual(await store.search([], ['deploy'], 50), [])
    await store.close()
  })

  test(`${name}: a follower hears each kept line once, in order, until it stops following`, async () => {
    const store = await open()
    const heard: Line[] = []
    const stop = store.follow(line => heard.push(line))
    await Promise.all(['a', 'b', 'a', 'c'].map((id, at) => store.append(draft(id), at)))
    assert.deepEqual(seqs(heard), [1, 2, 3])
    assert.deepEqual(
      heard.map(line => line.id),
      ['a', 'b', 'c'],
    )
    stop()
    await store.append(draft('d'), 9)
    assert.equal(heard.length, 3)
    await store.close()
  })

  test(`${name}: any run of appends, repeats among them, gives one contiguous log that follow and pages agree on`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), author: fc.constantFrom('x', 'y') }),
          {
            maxLength: 40,
          },
        ),
        async said => {
          const store = await open()
          const heard: Line[] = []
          store.follow(line => heard.push(line))
          await Promise.all(said.map(more => store.append(draft(more.id, more), 5)))
          const distinct = new Set(said.map(({ id, author }) => author + id))
          const log = await store.page('#lobby', { after: 0 }, 1000)
          assert.deepEqual(
            seqs(log),
            [...distinct].map((_, index) => index + 1),
          )
          assert.deepEqual(heard, log)
          await store.close()
        },
      ),
      { numRuns: runs },
    )
  })
}

/**
 * What every store that outlives its process must do besides.
 *
 * @param place gives an empty place; its `open` opens what is kept there, once the store before is closed
 */
export function durableContract(name: string, place: () => Promise<() => Promise<Store>>): void {
  test(`${name}: what was kept is there after closing and opening, and the numbers go on`, async () => {
    const open = await place()
    const first = await open()
    await Promise.all(['a', 'b', 'c'].map((id, at) => first.append(draft(id), at)))
    await first.append(draft('d', { room: '#dev' }), 9)
    const said = await first.last('#lobby', 50)
    await first.close()
    const second = await open()
    assert.deepEqual(await second.last('#lobby', 50), said)
    assert.equal((await second.append(draft('e'), 10)).line.seq, 4)
    assert.equal((await second.append(draft('f', { room: '#dev' }), 11)).line.seq, 2)
    await second.close()
  })

  test(`${name}: a line kept before a restart is answered with the first, and nobody hears it again`, async () => {
    const open = await place()
    const first = await open()
    const { line } = await first.append(draft('a'), 1)
    await first.close()
    const second = await open()
    const heard: Line[] = []
    second.follow(fresh => heard.push(fresh))
    assert.deepEqual(await second.append(draft('a', { from: 'renamed' }), 2), { line, again: true })
    assert.deepEqual(heard, [])
    await second.close()
  })

  test(`${name}: closing keeps what was still on its way, and takes nothing more`, async () => {
    const open = await place()
    const first = await open()
    const heard: Line[] = []
    first.follow(line => heard.push(line))
    const onTheWay = Array.from({ length: 30 }, (_, index) => first.append(draft(`id${index}`), index))
    const closed = Promise.all([first.close(), first.close()])
    await assert.rejects(async () => first.append(draft('late'), 99))
    assert.deepEqual(seqs((await Promise.all(onTheWay)).map(({ line }) => line)), seqs(heard))
    await closed
    const second = await open()
    assert.deepEqual(await second.page('#lobby', { after: 0 }, 100), heard)
    assert.equal(heard.length, 30)
    await second.close()
  })
}
