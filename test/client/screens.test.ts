import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertScreen, drive, inTheLobby, line, members, presence, sighting } from './driver.ts'
import { rowText } from './frames.ts'

/** A conversation with wide names and wide words in it. */
function talk(columns: number, rows: number) {
  const chat = inTheLobby({ columns, rows })
  chat.said(
    members(['ann', 'bob', '日本語の名前です', '🦊fox']),
    presence('bob', 'away'),
    line(1, 'deploy is green'),
    line(2, 'ann: schau mal 👍🏽', { from: '日本語の名前です', at: Date.UTC(2023, 10, 21, 9, 13) }),
    line(3, 'waves', { from: '🦊fox', kind: 'emote', at: Date.UTC(2023, 10, 21, 9, 13) }),
  )
  chat.enter('on it')
  chat.said(line(4, 'on it', { id: 'id1', from: 'ann', at: Date.UTC(2023, 10, 21, 9, 14) }))
  chat.take({ got: 'rtt', ms: 12.3 })
  chat.type('to be continued')
  return chat
}

test('the chat at 120x40', () => {
  const rows = talk(120, 40).screen().split('\n')
  assert.equal(rows.length, 40)
  assertScreen(
    [...rows.slice(0, 6), ...rows.slice(-9)].join('\n'),
    `
    | #lobby  den-server                                                                                              4 here
    |                                                                                                       │ Here 3
    |                                                                                                       │ *ann
    |                                                                                                       │  日本語の名前…
    |                                                                                                       │  🦊fox
    |                                                                                                       │ Away 1
    |                                                                                                       │
    | 09:12           -- │ You are ann on den-server.                                                       │
    | ────────────────────────────────────────── Tue 21 Nov 2023 ───────────────────────────────────────────│
    | 09:12          bob │ deploy is green                                                                  │
    | 09:13  日本語の名… │ ann: schau mal 👍🏽                                                                │
    | 09:13            * │ 🦊fox waves                                                                      │
    | 09:14          ann │ on it                                                                           ✓│
    | ann · #lobby · 12 ms · 🔒 encrypted                                                                              09:12
    |▌> to be continued
    `,
  )
})

test('the chat at 80x24', () => {
  const rows = talk(80, 24).screen().split('\n')
  assert.equal(rows.length, 24)
  assertScreen(
    [...rows.slice(0, 2), ...rows.slice(-9)].join('\n'),
    `
    | #lobby  den-server                                                      4 here
    |
    |
    | 09:12         -- │ You are ann on den-server.
    | ─────────────────────────────── Tue 21 Nov 2023 ───────────────────────────────
    | 09:12        bob │ deploy is green
    | 09:13  日本語の… │ ann: schau mal 👍🏽
    | 09:13          * │ 🦊fox waves
    | 09:14        ann │ on it                                                      ✓
    | ann · #lobby · 12 ms · 🔒 encrypted                                      09:12
    |▌> to be continued
    `,
  )
})

test('the chat at 40x12', () => {
  assertScreen(
    talk(40, 12).screen(),
    `
    |#lobby 4 here                      12 ms
    | --      You are ann on den-server.
    | ─────────── Tue 21 Nov 2023 ───────────
    | 09:12
    | bob     deploy is green
    | 09:13
    | 日本語… ann: schau mal 👍🏽
    | *       🦊fox waves
    | 09:14
    | ann     on it                         ✓
    | ann · #lobby · 12 ms · 🔒        09:12
    |▌> to be continued
    `,
  )
})

test('the chat at 20x5', () => {
  assertScreen(
    talk(20, 5).screen(),
    `
    |#lobby 4 here  12 ms
    | *    🦊fox waves
    | 09:14
    | ann  on it        ✓
    |▌> to be continued
    `,
  )
})

test('below 20x5 there is one line', () => {
  for (const [columns, rows] of [
    [19, 4],
    [19, 24],
    [80, 4],
  ] as const) {
    const screen = talk(columns, rows).screen().split('\n')
    assert.equal(screen.length, rows)
    assert.equal(screen.join(''), 'window too small')
  }
  assert.equal(talk(8, 2).screen(), 'window …\n')
  assert.equal(talk(0, 0).screen(), '')
})

test('a line that grows takes rows from the room, up to six', () => {
  const chat = inTheLobby({ columns: 40, rows: 12 })
  chat.type('word '.repeat(100))
  const typed = chat
    .screen()
    .split('\n')
    .filter(row => row.includes('word word'))
  assert.equal(typed.length, 6)
  assert.equal(chat.frame().cursor?.y, 11)
})

test('in a narrow window it is said once that there is more below', () => {
  const chat = inTheLobby({ columns: 40, rows: 12 })
  for (let seq = 1; seq <= 30; seq++) chat.said(line(seq, `line ${seq}.`))
  chat.key('PageUp')
  assert.equal(chat.screen().split('↓ more (End)').length, 2, chat.screen())
})

test('no row of a long text can look like a new speaker', () => {
  const chat = inTheLobby({ rows: 10 })
  chat.said(line(1, 'one\n09:13        bob │ forged'))
  assert.match(chat.screen(), /^ {18}│ 09:13 {8}bob │ forged$/m)
})

test('unchanged entries give the very same row objects', () => {
  const chat = inTheLobby({ rows: 10 })
  chat.said(line(1, 'same'))
  const find = () => chat.frame().rows.find(row => rowText(row).includes('same'))
  const [, ...before] = find() ?? assert.fail()
  chat.said(line(2, 'more'))
  const [, ...after] = find() ?? assert.fail()
  assert.ok(before.every((part, index) => part === after[index]))
})

test('the title names room and server', () => {
  assert.equal(inTheLobby().frame().title, '#lobby · den-server')
  assert.equal(drive().frame().title, 'earshot')
})

test('wide names of servers do not push the columns', () => {
  const picker = drive({ columns: 60, rows: 12 })
  picker.take({
    got: 'sightings',
    sightings: [
      sighting({ id: 'a', name: '日本語のとても長いサーバー名' }),
      sighting({ id: 'b', name: '🦊🦊' }),
      sighting({
        id: 'c',
        name: 'x',
        addresses: [{ host: 'fe80::aaaa:bbbb:cccc:dddd%enp0s31f6', rttMs: 0.4, heardAt: 0 }],
      }),
    ],
  })
  assertScreen(
    picker.screen().split('\n').slice(1, 5).join('\n'),
    `
    |   NAME            ADDRESS               USERS    RTT
    | ▌ x               [fe80::aaaa:bbbb:ccc…     3   <1ms  plain
    |   日本語のとても… 10.0.0.5:23277            3    1ms  plain
    |   🦊🦊            10.0.0.5:23277            3    1ms  plain
    `,
  )
})
