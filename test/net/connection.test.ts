import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import test from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { createBatch, pieceBytes } from '../../src/net/batch.ts'
import { createLines } from '../../src/wire/lines.ts'
import { leapingClock } from '../clock.ts'
import { patienceMs } from '../patience.ts'
import { listenTo, pair, readAll, withResolvers } from './pair.ts'

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, at) => `line ${from + at}`)

/** Sends 64 KiB lines, some a turn, until the connection has closed. */
async function flood(heard: ReturnType<typeof listenTo>, onTurn = () => {}): Promise<number> {
  const big = 'x'.repeat(65_535)
  let sent = 0
  while (heard.endings.length === 0) {
    for (let at = 0; at < 4; at++) heard.connection.send(big)
    sent += 4
    onTurn()
    await turn()
  }
  return sent
}

test('lines cross both ways in order, and the address is known', async t => {
  const { near, far } = await pair(t)
  const [a, b] = [listenTo(near), listenTo(far)]
  for (const line of numbered(50)) a.connection.send(line)
  await turn()
  for (const line of numbered(50, 50)) a.connection.send(line)
  b.connection.send('añ€😀')
  assert.deepEqual(await b.heard(100), numbered(100))
  assert.deepEqual(await a.heard(1), ['añ€😀'])
  assert.equal(a.connection.address, '127.0.0.1')
})

test('large bytes that are shared leave as they are, in one write with the lines around them', async t => {
  const { near, far } = await pair(t)
  const batches: number[] = []
  const writev = near._writev?.bind(near) ?? assert.fail()
  near._writev = (chunks, done) => {
    batches.push(chunks.length)
    writev(chunks, done)
  }
  const { promise: drained, resolve: onDrained } = withResolvers<void>()
  const a = listenTo(near, { onDrained })
  const b = listenTo(far)
  const large = 'x'.repeat(10_000)
  a.connection.send('first')
  a.connection.share(Buffer.from(`${large}\n`))
  a.connection.send('last')
  assert.deepEqual(await b.heard(3), ['first', large, 'last'])
  await drained
  assert.deepEqual(batches, [3])
  assert.equal(a.connection.backlogBytes(), 0)
})

test('all lines of one turn leave in one write, those of the next in another', async t => {
  const { near, far } = await pair(t)
  const writes: string[] = []
  const write = near.write.bind(near) as (chunk: Buffer, done: () => void) => boolean
  near.write = ((chunk: Buffer, done: () => void) => {
    writes.push(chunk.toString())
    return write(chunk, done)
  }) as Socket['write']
  const a = listenTo(near)
  const b = listenTo(far)
  for (const line of numbered(200)) a.connection.send(line)
  assert.equal(writes.length, 0, 'nothing leaves within the turn')
  assert.ok(a.connection.backlogBytes() > 1000)
  await b.heard(200)
  assert.deepEqual(writes, [
    numbered(200)
      .map(line => `${line}\n`)
      .join(''),
  ])
  assert.equal(a.connection.backlogBytes(), 0)
  a.connection.send('again')
  await b.heard(201)
  assert.equal(writes.length, 2)
})

test('what many are told together leaves as the very same bytes, between the lines of one’s own', async t => {
  const [one, other] = [await pair(t), await pair(t)]
  const writes: Buffer[] = []
  for (const { near } of [one, other]) {
    const write = near.write.bind(near) as (chunk: Buffer, done: () => void) => boolean
    near.write = ((chunk: Buffer, done: () => void) => {
      writes.push(chunk)
      return write(chunk, done)
    }) as Socket['write']
  }
  const [a, b] = [listenTo(one.near), listenTo(other.near)]
  const [farA, farB] = [listenTo(one.far), listenTo(other.far)]
  const batch = createBatch()
  for (const { connection } of [a, b]) connection.share(batch)
  batch.add('one')
  batch.add('two')
  await Promise.all([farA.heard(2), farB.heard(2)])
  assert.equal(writes.length, 2)
  assert.equal(writes[0], writes[1])

  const next = createBatch()
  a.connection.send('alone')
  for (const { connection } of [a, b]) connection.share(next)
  next.add('three')
  a.connection.send('alone again')
  assert.equal(next.isOpen(), false)
  assert.deepEqual(await farA.heard(5), ['one', 'two', 'alone', 'three', 'alone again'])
  assert.deepEqual(await farB.heard(3), ['one', 'two', 'three'])

  const whole = Buffer.from('four\nfive\n')
  for (const { connection } of [a, b]) connection.share(whole)
  await Promise.all([farA.heard(7), farB.heard(5)])
  assert.deepEqual(
    writes.slice(-2).map(bytes => bytes === whole),
    [true, true],
  )
})

test('those who speak at the same moment are heard in one write by a crowd', async t => {
  const crowd = await Promise.all(Array.from({ length: 20 }, () => pair(t)))
  let writes = 0
  const connections = crowd.map(({ near }) => {
    const write = near.write.bind(near) as (chunk: Buffer, done: () => void) => boolean
    near.write = ((chunk: Buffer, done: () => void) => {
      writes += 1
      return write(chunk, done)
    }) as Socket['write']
    return listenTo(near).connection
  })
  const heard = crowd.map(({ far }) => listenTo(far))
  const batch = createBatch()
  for (const connection of connections) connection.share(batch)
  batch.add('one')
  // Said in the next turn, as by somebody whose line came a moment later.
  setImmediate(() => batch.add('two'))
  for (const one of heard) assert.deepEqual(await one.heard(2), ['one', 'two'])
  assert.equal(writes, 20)
})

test('who never reads is cut as slow by what all are told, too, and a closed connection takes no part', async t => {
  const { near } = await pair(t)
  const a = listenTo(near, { sendqBytesMax: 256 * 1024, lastWordsMs: 50 })
  const big = 'x'.repeat(65_535)
  while (a.endings.length === 0) {
    const batch = createBatch()
    a.connection.share(batch)
    batch.add(big)
    await turn()
  }
  assert.deepEqual(
    a.endings.map(({ code }) => code),
    ['slow'],
  )
  const late = createBatch()
  a.connection.share(late)
  await turn()
  assert.equal(late.isOpen(), true)
  assert.equal(a.connection.backlogBytes(), 0)
})

test('a backlog larger than one write arrives whole and in order', async t => {
  const { near, far } = await pair(t)
  const [a, b] = [listenTo(near), listenTo(far)]
  const sent = numbered(3000).map(line => line.padEnd(1000, '.'))
  for (const line of sent) a.connection.send(line)
  assert.deepEqual(await b.heard(3000), sent)
})

test('what waits to be taken is told as it grows and shrinks, and comes to nothing in the end', async t => {
  const { near, far } = await pair(t)
  let waiting = 0
  let most = 0
  const onBacklog = (moreBytes: number): void => {
    waiting += moreBytes
    most = Math.max(most, waiting)
    assert.ok(waiting >= 0)
  }
  const a = listenTo(near, { onBacklog })
  const b = listenTo(far)
  const lines = numbered(20_000)
  for (const line of lines) a.connection.send(line)
  assert.deepEqual(await b.heard(lines.length), lines)
  // The system may take the first piece at once; then it never waited.
  const bytes = lines.join('\n').length + 1
  assert.ok(most <= bytes && most > bytes - 2 * pieceBytes, String(most))
  b.connection.pause()
  for (const line of lines) a.connection.send(line)
  a.connection.destroy()
  await a.closed
  assert.equal(waiting, 0)
})

test('bytes that come one by one are the same lines', async t => {
  const { near, far } = await pair(t)
  const a = listenTo(near)
  for (const byte of Buffer.from('one\r\ntwö\n\nthree\n')) {
    far.write(Uint8Array.of(byte))
    await turn()
  }
  assert.deepEqual(await a.heard(4), ['one', 'twö', '', 'three'])
})

test('random bytes in random pieces are read as the lines they are, and nothing throws', async t => {
  const noise = fc.uint8Array({ maxLength: 200 }).map(bytes => bytes.map(byte => (byte < 40 ? 10 : byte)))
  await fc.assert(
    fc.asyncProperty(fc.array(noise, { maxLength: 5 }), async pieces => {
      const { near, far } = await pair(t)
      const lines = createLines({ lineBytesMax: 50 })
      const expected = pieces.flatMap(piece => lines.feed(piece))
      const a = listenTo(near, { lineBytesMax: 50 })
      for (const piece of pieces) {
        far.write(piece)
        await turn()
      }
      far.end()
      assert.equal((await a.closed).code, 'left')
      assert.deepEqual(
        a.lines,
        expected.flatMap(read => ('line' in read ? [read.line] : [])),
      )
      assert.deepEqual(
        a.faults,
        expected.flatMap(read => ('fault' in read ? [read.fault] : [])),
      )
    }),
    { numRuns: 40 },
  )
})

test('a peer that never reads is cut as slow while another one’s lines arrive', async t => {
  const [stuck, brisk] = [await pair(t), await pair(t)]
  stuck.far.pause()
  const sendqBytesMax = 256 * 1024
  const a = listenTo(stuck.near, { sendqBytesMax, lastWordsMs: 30, lastWords: why => `bye ${why.code}` })
  const b = listenTo(brisk.near)
  const c = listenTo(brisk.far)
  let sent = 0
  await flood(a, () => {
    b.connection.send(`line ${sent++}`)
    assert.ok(a.connection.backlogBytes() <= sendqBytesMax + 65_536, 'what waits is bounded')
  })
  assert.deepEqual(
    a.endings.map(why => why.code),
    ['slow'],
  )
  assert.deepEqual(await c.heard(sent), numbered(sent))
  assert.deepEqual(b.endings, [])
})

test('a slow peer that reads again in time hears why it was cut, after whole lines only', {
  timeout: patienceMs,
}, async t => {
  const { near, far } = await pair(t)
  far.pause()
  const a = listenTo(near, {
    sendqBytesMax: 256 * 1024,
    lastWordsMs: 60_000,
    lastWords(why) {
      setImmediate(() => far.resume())
      return `bye ${why.code}`
    },
  })
  far.once('end', () => far.end())
  const [all] = await Promise.all([readAll(far), flood(a)])
  const lines = all.split('\n')
  assert.deepEqual(lines.slice(-2), ['bye slow', ''])
  assert.ok(lines.slice(0, -2).every(line => line.length === 65_535))
  assert.equal((await a.closed).code, 'slow')
})

test('a peer that takes nothing for stalledMs is cut as slow, below the bound of bytes', async t => {
  const { near, far } = await pair(t)
  far.pause()
  const a = listenTo(near, { stalledMs: 40, lastWordsMs: 20 })
  // More than the system's own buffers hold, so that some of it must wait.
  for (let at = 0; at < 256; at++) a.connection.send('x'.repeat(65_535))
  assert.equal((await a.closed).code, 'slow')
})

test('who has more than sendqSoftBytes waiting and takes none of it is behind; who takes it is not', {
  timeout: patienceMs,
}, async t => {
  const [stuck, brisk] = [await pair(t), await pair(t)]
  stuck.far.pause()
  let behind = 0
  const sendqSoftBytes = 64 * 1024
  const a = listenTo(stuck.near, { sendqSoftBytes, onBehind: () => void behind++ })
  const b = listenTo(brisk.near, { sendqSoftBytes, onBehind: () => assert.fail('it reads') })
  const c = listenTo(brisk.far)
  const line = 'x'.repeat(16_000)
  for (let sent = 1; behind === 0; sent++) {
    for (const one of [a, b]) one.connection.send(line)
    await c.heard(sent)
  }
  assert.ok(a.connection.backlogBytes() > sendqSoftBytes)
  assert.deepEqual(a.endings, [])
})

test('a silent peer is asked once, then taken for dead', async t => {
  const { near } = await pair(t)
  const leap = leapingClock(t)
  const a = listenTo(near, {
    ...{ pingMs: 20, deadMs: 500_000, lastWordsMs: 20 },
    lastWords: why => `bye ${why.code}`,
    onQuiet: () => leap(600_000),
  })
  const why = await a.closed
  assert.equal(why.code, 'dead')
  assert.match(why.text, /\.$/)
  assert.equal(a.quiets, 1)
})

test('a peer that answers is asked again and again, and lives; a byte is enough', {
  timeout: patienceMs,
}, async t => {
  const { near, far } = await pair(t)
  far.on('data', () => far.write('.'))
  await new Promise<void>(resolve => {
    const a = listenTo(near, {
      pingMs: 15,
      deadMs: 600_000,
      onQuiet() {
        if (a.quiets === 4) resolve()
        else a.connection.send('ping')
      },
    })
  })
})

test('a peer is not taken for dead while we do not listen, and its silence counts from resume', async t => {
  const [paused, silent] = [await pair(t), await pair(t)]
  let asked: () => void = () => {}
  const quiet = new Promise<void>(resolve => {
    asked = resolve
  })
  const leap = leapingClock(t)
  const a = listenTo(paused.near, { pingMs: 20, deadMs: 500_000, onQuiet: () => asked() })
  a.connection.pause()
  const b = listenTo(silent.near, { pingMs: 20, deadMs: 500_000, lastWordsMs: 20 })
  leap(600_000)
  await b.closed
  assert.deepEqual(a.endings, [])
  assert.equal(a.quiets, 0)
  a.connection.resume()
  await Promise.race([quiet, a.closed])
  assert.deepEqual(a.endings, [], 'it is asked before it is judged')
  paused.far.write('hello\n')
  assert.deepEqual(await a.heard(1), ['hello'])
})

test('end sends what waits and the last line, then closes; send does nothing any more', async t => {
  const { near, far } = await pair(t)
  const a = listenTo(near)
  const sent = numbered(2000).map(line => line.padEnd(500, '.'))
  for (const line of sent) a.connection.send(line)
  a.connection.end('bye')
  a.connection.send('too late')
  a.connection.end('bye again')
  assert.deepEqual((await readAll(far)).split('\n'), [...sent, 'bye', ''])
  far.end()
  assert.equal((await a.closed).code, 'ended')
  a.connection.send('much too late')
  a.connection.pause()
  a.connection.resume()
  a.connection.destroy()
  await turn()
  assert.equal(a.endings.length, 1)
  assert.equal(a.connection.backlogBytes(), 0)
})

test('end takes no longer than lastWordsMs when the peer reads nothing, or never ends', async t => {
  const [deaf, lingering] = [await pair(t), await pair(t)]
  deaf.far.pause()
  const a = listenTo(deaf.near, { lastWordsMs: 30 })
  for (let at = 0; at < 256; at++) a.connection.send('x'.repeat(65_535))
  a.connection.end('bye')
  assert.equal((await a.closed).code, 'ended')
  const b = listenTo(lingering.near, { lastWordsMs: 30 })
  const all = readAll(lingering.far)
  b.connection.end('bye', 'flood')
  assert.equal((await b.closed).code, 'flood')
  assert.equal(await all, 'bye\n')
})

test('an end whose time runs out in the very turn in which it is said is told, too', {
  timeout: patienceMs,
}, async t => {
  const { near } = await pair(t)
  const a = listenTo(near, { lastWordsMs: 1 })
  // What is asked for in an immediate is done in the next turn, and the timer is due before it.
  await turn()
  a.connection.end()
  const untilMs = performance.now() + 20
  while (performance.now() < untilMs);
  assert.equal((await a.closed).code, 'ended')
})

test('last words arrive although the peer still talks, and its lines are not told any more', async t => {
  const { near, far } = await pair(t)
  const a = listenTo(near, { onLine: () => a.connection.end('bye') })
  far.write('x\n'.repeat(200_000))
  assert.equal(await readAll(far), 'bye\n')
  far.end()
  await a.closed
  assert.deepEqual(a.lines, ['x'])
})

test('a peer that ends its side still gets the answers', async t => {
  const { near, far } = await pair(t)
  near.once('end', () => a.connection.send('all heard'))
  const a = listenTo(near, { onLine: line => a.connection.send(`heard ${line}`) })
  far.end('one\ntwo\nhalf a li')
  assert.equal(await readAll(far), 'heard one\nheard two\nall heard\n')
  assert.equal((await a.closed).code, 'left')
  assert.deepEqual(a.lines, ['one', 'two'])
})

test('of a peer that has hung up while it is paused only a little more is told, and then it hears why it ends', async t => {
  const { near, far } = await pair(t)
  const a = listenTo(near, {
    aheadBytesMax: 10_000,
    leftLinesMax: 3,
    onLine: () => a.connection.pause(),
    lastWords: ({ code }) => `bye ${code}`,
  })
  far.end(`${numbered(50).join('\n')}\nhalf a li`)
  await Promise.all([a.heard(1), once(near, 'end')])
  for (let round = 0; round < 10; round++) {
    a.connection.resume()
    await turn()
  }
  assert.equal(await readAll(far), 'bye flood\n')
  assert.equal((await a.closed).code, 'flood')
  assert.deepEqual(a.lines, numbered(4))
})

test('a paused peer that is gone is told as closed, and what it said last is not told any more', async t => {
  const { near, far } = await pair(t)
  const a = listenTo(near, {
    aheadBytesMax: 10_000,
    leftLinesMax: 3,
    onLine: () => a.connection.pause(),
  })
  far.write(`${numbered(20).join('\n')}\n`)
  await a.heard(1)
  far.resetAndDestroy()
  assert.equal((await a.closed).code, 'reset')
  a.connection.resume()
  assert.deepEqual(a.lines, numbered(1))
})

test('of a paused peer no more is read ahead than its bound and a chunk', async t => {
  const { near, far } = await pair(t)
  const aheadBytesMax = 100_000
  const a = listenTo(near, { aheadBytesMax, onLine: () => a.connection.pause() })
  const line = `${'x'.repeat(999)}\n`
  for (let count = 0; count < 20_000; count++) far.write(line)
  await a.heard(1)
  while (!near.isPaused()) await turn()
  assert.ok(near.bytesRead <= aheadBytesMax + 2 * 65_536 + line.length, `${near.bytesRead}`)
  far.destroy()
  a.connection.destroy()
  await a.closed
})

test('a reset is told once, in a sentence, and thrown nowhere', async t => {
  const { near, far } = await pair(t)
  const a = listenTo(near)
  far.resetAndDestroy()
  for (const line of numbered(10)) a.connection.send(line)
  assert.equal((await a.closed).code, 'reset')
  for (const line of numbered(10)) a.connection.send(line)
  await turn()
  assert.equal(a.endings.length, 1)
})

test('any other error is told with the system’s name', async t => {
  const { near } = await pair(t)
  const a = listenTo(near)
  near.destroy(Object.assign(new Error('odd'), { code: 'EODD' }))
  assert.deepEqual(await a.closed, { code: 'trouble', text: 'The connection failed (EODD).' })
})

test('a socket that is gone already is told as closed too', async t => {
  const { near } = await pair(t)
  near.destroy()
  await once(near, 'close')
  const a = listenTo(near)
  a.connection.send('x')
  assert.equal((await a.closed).code, 'left')
})

test('destroy closes at once and is told once', async t => {
  const { near, far } = await pair(t)
  const a = listenTo(near)
  a.connection.send('lost')
  a.connection.destroy()
  a.connection.destroy()
  assert.equal((await a.closed).code, 'ended')
  assert.equal(await readAll(far), '')
})

test('pause in the middle of a chunk keeps the rest, in order, until resume', async t => {
  const { near, far } = await pair(t)
  const a = listenTo(near, {
    onLine(line) {
      if (line === 'line 3' || line === 'line 7') a.connection.pause()
    },
  })
  far.write(
    numbered(10)
      .map(line => `${line}\n`)
      .join(''),
  )
  await a.heard(4)
  assert.deepEqual(a.lines, numbered(4))
  a.connection.resume()
  assert.deepEqual(a.lines, numbered(8))
  far.write('line 10\n')
  a.connection.resume()
  assert.deepEqual(await a.heard(11), numbered(11))
})

test('who talks too much before it is trusted is cut as flood, who is trusted is not', async t => {
  const untrusted = { bytesMax: 100, withinMs: 60_000 }
  const [bad, good] = [await pair(t), await pair(t)]
  const a = listenTo(bad.near, { untrusted, lastWords: why => `bye ${why.code}`, lastWordsMs: 30 })
  bad.far.write('x'.repeat(101))
  assert.equal(await readAll(bad.far), 'bye flood\n')
  assert.equal((await a.closed).code, 'flood')
  const b = listenTo(good.near, { untrusted, onLine: line => line === 'hello' && b.connection.trust() })
  good.far.write(`hello\n${'x'.repeat(200)}\n`)
  await b.heard(2)
  good.far.write(`${'y'.repeat(200)}\n`)
  assert.equal((await b.heard(3)).length, 3)
})

test('who earns no trust in time is cut as late, however many bytes it drips', async t => {
  const { near, far } = await pair(t)
  const a = listenTo(near, { untrusted: { bytesMax: 1e9, withinMs: 40 }, lastWordsMs: 20 })
  const drip = setInterval(() => far.write('.'), 5)
  t.after(() => clearInterval(drip))
  assert.equal((await a.closed).code, 'late')
})

test('a line over the bound is a fault, and the next line is read', async t => {
  const { near, far } = await pair(t)
  const a = listenTo(near, { lineBytesMax: 10, onFault: fault => a.connection.send(`refused ${fault}`) })
  far.write(`${'x'.repeat(100_000)}\nok\n`)
  far.end(Buffer.of(0xff, 10))
  assert.equal(await readAll(far), 'refused too-long\nrefused not-utf8\n')
  assert.deepEqual(a.lines, ['ok'])
})
