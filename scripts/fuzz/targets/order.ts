/** The files of a server’s order: whatever they hold, a hub lives with it, and nothing of it reaches a terminal as it is. */
import fc from 'fast-check'
import { readOrder } from '../../../src/chat/order.ts'
import { deedLine } from '../../../src/cli/admin.ts'
import { createTable } from '../../../test/chat/table.ts'
import { bytesOf, harmless, holds, type Target, textOf } from '../target.ts'

const whole = {
  roles: [
    { device: 'device-7', nick: 'ann', role: 'owner' },
    { device: 'device-8', nick: 'olga', role: 'op' },
  ],
  measures: [
    { act: 'ban', device: 'device-9', nick: 'eve', place: '10.0.0.0/24', by: 'ann', why: 'x', until: null },
    {
      act: 'mute',
      device: 'device-6',
      household: 'h',
      nick: 'bob',
      place: null,
      by: 'olga',
      why: '',
      until: 9e12,
    },
    { act: 'kick', device: 'device-5', nick: 'cat', place: null, by: 'ann', why: 'y', until: 1 },
  ],
  motd: 'be kind',
  allowed: { isOn: false, guests: [{ nick: 'gus', device: null }] },
  locks: [{ room: '#den', salt: 'salt', hash: 'hash', devices: ['device-7'] }],
}

function check(text: string): void {
  harmless(deedLine(text), 'a line of the log')
  const order = readOrder(text)
  if (order === null) return
  const written = JSON.stringify(order)
  holds(JSON.stringify(readOrder(written)) === written, () => `written and read it differs: ${written}`)
  const table = createTable({ kept: { lines: [], rooms: [], people: [], order } })
  table.table.nowMs = 1_000
  table.join('a', 'ann', {}, '10.0.0.9')
  table.join('b', 'zoe', {}, '::1')
  for (const lines of [
    table.host({ type: 'moderate', act: 'bans' }),
    table.host({ type: 'moderate', act: 'motd' }),
    table.host({ type: 'moderate', act: 'allow' }),
    table.host({ type: 'moderate', act: 'unban', whom: 'eve' }),
    table.host({ type: 'moderate', act: 'unlock', text: '#den' }),
    table.host({ type: 'moderate', act: 'op', whom: 'zoe' }),
    table.closed.map(({ text: why }) => why),
    table.hears('b').flatMap(message => (message.type === 'refused' ? [message.text] : [])),
  ])
    for (const line of lines) harmless(line, 'a sentence')
  const { order: kept } = table.table
  if (kept !== null) holds(readOrder(JSON.stringify(kept)) !== null, () => 'what is kept cannot be read')
}

const keys = [
  'roles',
  'measures',
  'motd',
  'allowed',
  'locks',
  'isOn',
  'guests',
  'act',
  'device',
  'household',
  'nick',
  'place',
]
const value = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    'ann',
    'ban',
    'kick',
    'owner',
    0,
    -1,
    1e308,
    true,
    [],
    {},
    '10.0.0.0/99',
  ),
  fc.constantFrom<unknown>(
    '\x1b[2J',
    '\u202eann',
    '::ffff:10.0.0.1/200',
    'fe80::%eth0/64',
    '__proto__',
    '#den',
  ),
  fc.string({ unit: 'binary', maxLength: 10 }),
)
const measure = fc
  .array(fc.tuple(fc.constantFrom(...Object.keys(whole.measures[0] ?? {})), value), { maxLength: 2 })
  .map(changes => ({ ...whole.measures[0], ...Object.fromEntries(changes) }))

export const orderFiles: Target = {
  name: 'order',
  means: 'the files of roles, bans, locked rooms, and of what was done to keep order',
  covers: ['chat/order.ts', 'chat/measures.ts', 'base/network.ts'],
  bytesMax: 1_500,
  seeds: [
    bytesOf(JSON.stringify(whole)),
    bytesOf(JSON.stringify({ at: '2026-01-02T03:04:05Z', by: 'ann', act: 'ban', whom: 'eve', why: 'x' })),
  ],
  tokens: [
    ...keys.map(key => `"${key}":`),
    JSON.stringify(whole.measures[0]),
    '"10.0.0.0/24"',
    '"fd00::/64"',
    'null',
    '[]',
    '{}',
    '1e400',
    '\\u001b',
    '\\u202e',
  ],
  structured: fc
    .tuple(
      fc.array(measure, { maxLength: 3 }),
      fc.array(fc.tuple(fc.constantFrom(...Object.keys(whole)), value), { maxLength: 2 }),
    )
    .map(([measures, changes]) =>
      bytesOf(JSON.stringify({ ...whole, measures, ...Object.fromEntries(changes) })),
    ),
  run: input => check(textOf(input)),
}
