/** What a client kept of a server: read back by a client that comes into its rooms with it, whatever the file says. */
import fc from 'fast-check'
import { readKept } from '../../../src/client/kept.ts'
import { startModel } from '../../../src/client/start.ts'
import { createUpdate } from '../../../src/client/update.ts'
import { bytesOf, holds, type Target, textOf } from '../target.ts'

const wallMs = Date.UTC(2026, 0, 2, 3, 4, 5)
const whole = {
  v: 1,
  server: 'server-1',
  device: 'device-1',
  secret: 'secret-1',
  epoch: 'epoch-1',
  run: '1-run',
  nick: 'ann',
  leftMs: wallMs,
  rooms: [
    { name: '#lobby', partner: null, seq: 7 },
    { name: '@a.b', partner: 'bob', seq: null },
  ],
  closed: [{ name: '@c.d', seq: 3 }],
  outbox: [{ id: 'id-1', room: '#lobby', from: 'ann', emote: false, body: 'hello', wallMs }],
  stale: [{ id: 'id-2', room: '@a.b', from: 'ann', emote: true, body: 'waves', wallMs }],
}

function check(text: string): void {
  const kept = readKept(text)
  if (kept === null) return
  const written = JSON.stringify(kept)
  const again = readKept(written)
  holds(again !== null && JSON.stringify(again) === written, () => `written and read it differs: ${written}`)
  let ids = 0
  const update = createUpdate({
    nowMs: () => 0,
    wallMs: () => wallMs,
    newId: () => `id${++ids}`,
    random: () => 0,
  })
  const target = { hosts: ['10.0.0.5'], port: 23_277 }
  let [model] = startModel({
    nick: 'ann',
    columns: 80,
    rows: 24,
    target,
    hostName: 'annbox',
    nowMs: 0,
    wallMs,
  })
  const take = (input: Parameters<typeof update>[1]) => {
    model = update(model, input)[0]
  }
  take({ got: 'linked', host: '10.0.0.5', port: 23_277, secured: null, server: kept.server, kept })
  take({
    got: 'said',
    message: {
      type: 'welcome',
      v: 1,
      server: kept.server,
      name: 'den',
      epoch: kept.epoch,
      device: kept.device,
      secret: kept.secret,
      nick: 'ann',
      motd: '',
      limits: { bodyBytesMax: 8_192, bodyLinesMax: 200 },
    },
  })
  take({ got: 'said', message: { type: 'backlog', room: '#lobby', lines: [], complete: true } })
}

const word = fc.oneof(
  fc.constantFrom('', '#lobby', '@a.b', 'ann', '\x1b', 'x'.repeat(257)),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const value = fc.oneof(
  word,
  fc.constantFrom(null, 0, 1, -1, 1.5, 2 ** 53, 1e308, true),
  fc.array(
    fc.record(
      { name: word, partner: fc.option(word), seq: fc.constantFrom(null, 0, 5, -1), id: word },
      { requiredKeys: [] },
    ),
    { maxLength: 3 },
  ),
)

export const keptState: Target = {
  name: 'kept',
  means: 'what a client keeps of a server on the disk',
  covers: ['client/kept.ts', 'client/returning.ts', 'client/rooms.ts'],
  bytesMax: 1_500,
  seeds: [bytesOf(JSON.stringify(whole))],
  tokens: [
    ...Object.keys(whole).map(key => `"${key}":`),
    'null',
    '[]',
    '{}',
    '"#lobby"',
    '"@a.b"',
    '{"name":"#x","partner":null,"seq":1}',
    '1e308',
    '-1',
    '9007199254740993',
  ],
  structured: fc
    .array(fc.tuple(fc.constantFrom(...Object.keys(whole)), value), { maxLength: 3 })
    .map(changes => bytesOf(JSON.stringify({ ...whole, ...Object.fromEntries(changes) }))),
  run: input => check(textOf(input)),
}
