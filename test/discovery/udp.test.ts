import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { openQuestion, openUdp, type Udp, type UdpSource } from '../../src/discovery/udp.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

/** A socket on loopback that keeps what it hears. */
async function listen(port?: number, shared = false) {
  const heard: string[] = []
  let wake = () => {}
  const udp = await openUdp({
    family: 4,
    address: '127.0.0.1',
    ...(port !== undefined && { port }),
    shared,
    hear(packet: Uint8Array, _from: UdpSource) {
      heard.push(Buffer.from(packet).toString())
      wake()
    },
  })
  async function until(count: number): Promise<string[]> {
    while (heard.length < count) {
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
    return heard
  }
  return { udp, heard, until }
}

test('a packet arrives with its source', async () => {
  const sources: UdpSource[] = []
  const { promise, resolve } = settled()
  const to = await openUdp({
    family: 4,
    address: '127.0.0.1',
    hear(_packet, from) {
      sources.push(from)
      resolve()
    },
  })
  const from = await listen()
  assert.equal(await from.udp.send(bytes('hello'), to.port, '127.0.0.1'), null)
  await promise
  assert.deepEqual(
    sources.map(({ address, port }) => [address, port]),
    [['127.0.0.1', from.udp.port]],
  )
  await Promise.all([to.close(), from.udp.close()])
})

function settled(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>(done => {
    resolve = done
  })
  return { promise, resolve }
}

test('ten thousand packets in paced bursts all arrive, in order', async () => {
  const to = await listen()
  const from = await listen()
  for (let sent = 0; sent < 10_000; ) {
    const end = sent + 100
    for (; sent < end; sent++) void from.udp.send(bytes(String(sent)), to.udp.port, '127.0.0.1')
    await to.until(end)
  }
  assert.deepEqual(
    to.heard,
    Array.from({ length: 10_000 }, (_, index) => String(index)),
  )
  await Promise.all([to.udp.close(), from.udp.close()])
})

test('a taken port is an error with its code, and the next attempt is not haunted by it', async () => {
  const stranger = createSocket('udp4')
  stranger.bind(0, '127.0.0.1')
  await once(stranger, 'listening')
  const { port } = stranger.address()
  await assert.rejects(listen(port), { code: 'EADDRINUSE' })
  await assert.rejects(listen(port, true), { code: 'EADDRINUSE' })
  stranger.close()
  await once(stranger, 'close')
  const { udp } = await listen(port)
  assert.equal(udp.port, port)
  await udp.close()
})

test('those who share a port hold it together', async () => {
  const first = await listen(undefined, true)
  const second = await listen(first.udp.port, true)
  await Promise.all([first.udp.close(), second.udp.close()])
})

test('an address that is not ours cannot be bound, and that is told once: by the rejection', async () => {
  const troubles: string[] = []
  const opening = openUdp({
    family: 4,
    address: '192.0.2.1',
    hear() {},
    trouble: code => void troubles.push(code),
  })
  await assert.rejects(opening, { code: 'EADDRNOTAVAIL' })
  assert.deepEqual(troubles, [])
})

test('sending gives a code and never throws: too long, after close, to nowhere', async () => {
  const { udp } = await listen()
  assert.equal(await udp.send(new Uint8Array(70_000), 9, '127.0.0.1'), 'EMSGSIZE')
  assert.equal(typeof (await udp.send(bytes('x'), 0, '127.0.0.1')), 'string')
  assert.equal(await udp.send(bytes('x'), 9, '127.0.0.1'), null, 'an earlier failure is forgotten')
  await udp.close()
  assert.equal(await udp.send(bytes('x'), 9, '127.0.0.1'), 'CLOSED')
})

test('closing twice is closing once, and a closed socket hears nothing', async () => {
  const to = await listen()
  const from = await listen()
  void from.udp.send(bytes('x'), to.udp.port, '127.0.0.1')
  await Promise.all([to.udp.close(), to.udp.close(), from.udp.close()])
  await to.udp.close()
  assert.deepEqual(to.heard, [])
})

test('a thousand sockets opened and closed leave no listener behind', async () => {
  const warnings: Error[] = []
  const note = (warning: Error) => warnings.push(warning)
  process.on('warning', note)
  for (let index = 0; index < 1000; index++) await (await listen()).udp.close()
  process.off('warning', note)
  assert.deepEqual(warnings, [])
})

test('a question to a dead port is refused, one to a living server is answered', async () => {
  const answerer: Udp = await openUdp({
    family: 4,
    address: '127.0.0.1',
    hear: (packet, from) => void answerer.send(packet, from.port, from.address),
  })
  const answer = await new Promise<string>((resolve, reject) => {
    const question = openQuestion({
      host: '127.0.0.1',
      port: answerer.port,
      hear(packet) {
        void question.close()
        resolve(Buffer.from(packet).toString())
      },
      refused: () => reject(new Error('refused')),
    })
    question.ask(bytes('who?'))
  })
  assert.equal(answer, 'who?')
  const { port } = answerer
  await answerer.close()
  const refusal = settled()
  const question = openQuestion({
    host: '127.0.0.1',
    port,
    hear() {},
    refused: refusal.resolve,
  })
  question.ask(bytes('who?'))
  await refusal.promise
  await question.close()
  await question.close()
  question.ask(bytes('after close'))
})
