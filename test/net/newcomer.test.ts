import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createSniff } from '../../src/dialects/sniff.ts'
import { hearNewcomer, sendAway } from '../../src/net/newcomer.ts'
import { listenTo, pair, readAll } from './pair.ts'

/** Decides at the third byte. */
function three() {
  let first = ''
  return {
    feed(chunk: Uint8Array) {
      first += Buffer.from(chunk).toString('latin1')
      return first.length >= 3 ? first.slice(0, 3) : undefined
    },
    silence: () => 'silence',
  }
}

test('the first bytes decide, and the conversation begins with the first of them', async t => {
  const stream = Buffer.from('one\ntwo\nthree\n')
  for (let at = 0; at <= stream.length; at++) {
    const { near, far } = await pair(t)
    const hearing = hearNewcomer(near, { ...three(), silentMs: 60_000 })
    far.write(stream.subarray(0, at))
    await turn()
    far.write(stream.subarray(at))
    assert.equal(await hearing, 'one')
    await turn()
    const a = listenTo(near)
    assert.deepEqual(await a.heard(3), ['one', 'two', 'three'])
    far.destroy()
    await a.closed
  }
})

test('byte by byte, with the end right behind, nothing is lost', async t => {
  const { near, far } = await pair(t)
  const hearing = hearNewcomer(near, { ...three(), silentMs: 60_000 })
  for (const byte of Buffer.from('one\ntwo\n')) far.write(Uint8Array.of(byte))
  far.end()
  assert.equal(await hearing, 'one')
  await turn()
  const a = listenTo(near)
  assert.equal((await a.closed).code, 'left')
  assert.deepEqual(a.lines, ['one', 'two'])
})

test('who says nothing, or too little, is silent after silentMs; bytes that drip do not help', async t => {
  const { near, far } = await pair(t)
  far.write('on')
  assert.equal(await hearNewcomer(near, { ...three(), silentMs: 30 }), 'silence')
  const all = readAll(far)
  sendAway(near, 'This is a chat server.\n')
  assert.equal(await all, 'This is a chat server.\n')
})

test('who ends before it decided is silent at once and can still be answered', async t => {
  const { near, far } = await pair(t)
  far.end('on')
  assert.equal(await hearNewcomer(near, { ...three(), silentMs: 60_000 }), 'silence')
  const all = readAll(far)
  sendAway(near, 'bye\n')
  assert.equal(await all, 'bye\n')
})

test('who goes away before it decided is nobody', async t => {
  const { near, far } = await pair(t)
  const hearing = hearNewcomer(near, { ...three(), silentMs: 60_000 })
  far.resetAndDestroy()
  assert.equal(await hearing, undefined)
  assert.equal(await hearNewcomer(near, { ...three(), silentMs: 60_000 }), undefined)
  sendAway(near, 'nobody reads this')
})

test('who still talks while it is sent away hears the words, and is cut off in the end', async t => {
  const { near, far } = await pair(t)
  far.write('x'.repeat(1_000_000))
  const all = readAll(far)
  sendAway(near, 'busy\n', 50)
  assert.equal(await all, 'busy\n')
  await new Promise(resolve => near.once('close', resolve))
})

test('a browser that comes by mistake is shown the sentence', async t => {
  const { near, far } = await pair(t)
  far.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  const sniffed = await hearNewcomer(near, {
    ...createSniff('127.0.0.1:23277'),
    silence: () => assert.fail('it has spoken'),
    silentMs: 60_000,
  })
  assert.ok(sniffed && 'sendAway' in sniffed)
  const all = readAll(far)
  sendAway(near, sniffed.sendAway)
  assert.match(await all, /^HTTP\/1\.1 400 .*\r\n\r\nThis is an Earshot chat server\..*\n$/s)
})
