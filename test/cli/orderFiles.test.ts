import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { noOrder } from '../../src/chat/order.ts'
import { createLog, openOrder } from '../../src/cli/orderFiles.ts'

function ownFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-order-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('what is kept is there at the next opening', t => {
  const folder = ownFolder(t)
  const told: string[] = []
  const { order, notice } = openOrder(folder, text => told.push(text))
  assert.equal(notice, null)
  assert.deepEqual(order.kept, noOrder)
  const kept = { ...noOrder, motd: 'hi', roles: [{ device: 'd', nick: 'ann', role: 'owner' as const }] }
  assert.equal(order.keep(kept), null)
  assert.deepEqual(openOrder(folder, () => {}).order.kept, kept)
  assert.deepEqual(told, [])
})

test('an order that cannot be kept is told of to who asked, and is kept when it can be', async t => {
  const folder = ownFolder(t)
  t.mock.timers.enable({ apis: ['setInterval'] })
  const told: string[] = []
  const { order } = openOrder(folder, text => told.push(text))
  // Something else goes by the name it would have.
  mkdirSync(join(folder, 'order.json'))
  assert.match(
    order.keep({ ...noOrder, motd: 'hi' }) ?? '',
    /^This holds until the server stops only: it could not be kept, since .* It is tried again by itself\.$/,
  )
  assert.match(told.join(), /^roles and bans hold, but could not be kept for the next start: /)
  t.mock.timers.tick(60_000)
  assert.equal(told.length, 1)
  rmdirSync(join(folder, 'order.json'))
  t.mock.timers.tick(5_000)
  assert.equal(openOrder(folder, () => {}).order.kept.motd, 'hi')
  assert.deepEqual(told.slice(1), ['roles and bans are kept again'])
})

test('a damaged file is set aside and told of, never taken for nobody being banned in silence', t => {
  const folder = ownFolder(t)
  writeFileSync(join(folder, 'order.json'), '{"roles":[')
  const { notice } = openOrder(folder, () => {})
  assert.match(notice ?? '', /NOBODY IS BANNED/)
  const [aside, ...others] = readdirSync(folder)
  assert.deepEqual(others, [])
  assert.match(aside ?? '', /^order\.json\.damaged-\d{14}$/)
})

test('what a file says of people is told to people harmless, and a ban that has no end has none', t => {
  const folder = ownFolder(t)
  const ban = {
    act: 'ban',
    device: 'd',
    nick: '\u202eeve\x1b[2J',
    place: null,
    by: 'a\nb',
    why: '\x9b',
    until: 0,
  }
  const text = JSON.stringify({ ...noOrder, measures: [ban] }).replace('"until":0', '"until":1e999')
  writeFileSync(join(folder, 'order.json'), text)
  const { order, notice } = openOrder(folder, () => {})
  assert.equal(notice, null)
  const [held] = order.kept.measures
  assert.deepEqual([held?.until, held?.by], [null, 'a b'])
  assert.doesNotMatch(JSON.stringify(held), /\u202e|\x1b|\x9b|\\u001b/)
})

test('a log of deeds is bounded: the file before it is kept, and none before that', t => {
  const folder = ownFolder(t)
  const path = join(folder, 'log')
  const log = createLog(path, 200, text => assert.fail(text))
  for (let index = 0; index < 50; index++) log({ index })
  assert.deepEqual(readdirSync(folder).sort(), ['log', 'log.1'])
  const lines = [`${path}.1`, path].flatMap(file => readFileSync(file, 'utf8').trim().split('\n'))
  const indices = lines.map(line => Number(JSON.parse(line).index))
  assert.equal(indices.at(-1), 49)
  assert.deepEqual(
    indices,
    indices.map((_, at) => 50 - indices.length + at),
  )
  for (const file of [path, `${path}.1`]) assert.ok(readFileSync(file).length < 300)
})

test('a log that cannot be written is told of once, and nothing else stops', () => {
  const told: string[] = []
  const log = createLog('/nowhere/at/all/log', 200, text => told.push(text))
  log({})
  log({})
  assert.equal(told.length, 1)
})
