/** What went wrong in five small LAN chats that this one grew out of, each fault once: here it must not happen. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limits } from '../src/wire/limits.ts'
import { entry, ownHome, serving } from './cli/earshot.ts'
import { ptyWorks, spawnInPty } from './screens/screen.ts'
import { netcat, piper, quietServer, typist } from './server/netcat.ts'
import { joinPeer, openPeer, type Peer } from './server/peer.ts'

// S0 BasicMessagingApp · S1 Multi-Client Command-Line Chat · S2 CLI-ChatApp · S3 CLI chat with sockets ·
// S4 python-rich-chat. What is tested elsewhere at length (how soon servers are listed, the editor’s keys, scrolling)
// is not tested again here.

const bodies = (peer: Peer): string[] =>
  peer.heard.flatMap(message => (message.type === 'line' ? [message.body] : []))

// S0: one recv is one command.

test('S0: two quick messages to one person arrive as two', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  const bob = await typist(t, port, 'bob')
  alice.raw('msg bob x\nmsg bob y\n')
  await bob.hear(/^\d\d:\d\d @alice: x$/)
  await bob.hear(/^\d\d:\d\d @alice: y$/)
})

test('S0: a message of 1,500 bytes arrives whole and its tail is no command', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  const bob = await typist(t, port, 'bob')
  const long = 'x'.repeat(1_500)
  alice.say(`msg bob ${long}`)
  assert.ok((await bob.hear(/@alice: /)).endsWith(`@alice: ${long}`))
  alice.say('/who')
  await alice.hear(/^-- 2 in #lobby/)
  assert.doesNotMatch(alice.text(), /There is no command/)
})

test('S0: double spaces are kept', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  const bob = await typist(t, port, 'bob')
  alice.say('msg bob a  b   c', 'd  e')
  await bob.hear(/@alice: a {2}b {3}c$/)
  await bob.hear(/#lobby alice: d {2}e$/)
})

test('S0: no empty message is delivered', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  const bob = await typist(t, port, 'bob')
  const nat = await joinPeer(port, 'nat')
  alice.say('/msg bob', '/msg bob   ', '@bob', '@bob  ', '/join #lobby', '   ', '')
  nat.say({ type: 'say', id: 'id1', room: '@bob', kind: 'say', body: ' \n ' })
  assert.equal((await nat.hear('refused')).code, 'empty')
  alice.say('done')
  await bob.hear(/#lobby alice: done$/)
  assert.doesNotMatch(bob.text(), /@alice|@nat/)
  nat.close()
})

test('S0: `list users` lists them and ends nobody’s connection', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  await typist(t, port, 'bob')
  alice.say('list users')
  await alice.hear(/^-- 2 in #lobby: alice \(not encrypted\), bob \(not encrypted\)$/)
  alice.say('LIST USERS')
  await alice.hear(/^-- 2 in #lobby: alice \(not encrypted\), bob \(not encrypted\)$/)
})

test('S0: `msg ` without anything, and bytes that are no UTF-8, end nobody’s connection', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  const bob = await typist(t, port, 'bob')
  alice.say('/msg ')
  await alice.hear(/^-- Something is missing: \/msg/)
  alice.raw('msg \n')
  alice.raw(Buffer.from('na\xefve\n', 'latin1'))
  await alice.hear(/^-- That line was not UTF-8 and was dropped/)
  alice.say('still here')
  await bob.hear(/alice: still here$/)
})

test('S0: a second bob cannot take the name, and when the first leaves the next one is reached', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  const bob = await typist(t, port, 'bob')
  const second = await netcat(t, port)
  second.say('bob')
  await second.hear(/^-- “bob” is already here\.$/)
  bob.say('quit')
  await alice.hear(/^-- bob left #lobby$/)
  second.say('bob')
  await second.hear(/^-- You are bob on den/)
  alice.say('msg bob hello')
  await second.hear(/^\d\d:\d\d @alice: hello$/)
})

test('S0: others are told of joins and leaves, and of who is unreachable', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  const bob = await typist(t, port, 'bob')
  await alice.hear(/^-- bob joined #lobby$/)
  bob.close()
  await alice.hear(/^-- bob left #lobby$/)
  alice.say('msg nobody hello')
  await alice.hear(/^-- Nobody of that name is known here/)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  test(`S0, S4: on ${signal} the server tells everybody that it stops`, async t => {
    const { port, running } = await serving(t)
    const text = await typist(t, port, 'tex')
    const pipe = await piper(t, port, 'pip')
    const nat = await joinPeer(port, 'nat')
    running.kill(signal)
    await text.hear(/^-- The server was stopped/)
    await pipe.hear(/^SRV\|The server was stopped/)
    assert.equal((await nat.hear('bye')).reason, 'shutdown')
    assert.deepEqual(await running.exited, { code: 0, signal: null })
  })

// S1: what it promised.

test('S1: a message is whole however its bytes come, in every dialect', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const text = await typist(t, port, 'tex')
  const pipe = await piper(t, port, 'pip')
  const say = JSON.stringify({ type: 'say', id: 'id1', room: '#lobby', kind: 'say', body: 'é 日 1' })
  const drips: [(bytes: Uint8Array) => void, string, string][] = [
    [bytes => nat.raw(bytes), `${say}\n`, 'é 日 1'],
    [bytes => text.raw(bytes), 'é 日 2\n', 'é 日 2'],
    [bytes => pipe.raw(bytes), 'MSG|pip: é 日 3\n', 'é 日 3'],
  ]
  for (const [drip, words, body] of drips) {
    for (const byte of Buffer.from(words)) {
      drip(Buffer.of(byte))
      await new Promise(resolve => setImmediate(resolve))
    }
    assert.equal((await nat.hear('line')).body, body)
  }
  nat.close()
})

test('S1: /whisper, /who and /help do what they say, and a lost client’s departure is told', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  const bob = await typist(t, port, 'bob')
  const carl = await typist(t, port, 'carl')
  alice.say('/whisper bob psst')
  await bob.hear(/^\d\d:\d\d @alice: psst$/)
  alice.say('/who')
  await alice.hear(/^-- 3 in #lobby: alice \(not encrypted\), bob \(not encrypted\), carl \(not encrypted\)$/)
  alice.say('/help')
  await alice.hear(/^-- \/msg NICK/)
  bob.socket.resetAndDestroy()
  await carl.hear(/^-- bob left #lobby$/)
  assert.doesNotMatch(carl.text(), /psst/)
})

// S2: rooms and direct words.

test('S2: plain text is said, /help is answered and is no error', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  const bob = await typist(t, port, 'bob')
  alice.say('plain text', '/help', '/info')
  await bob.hear(/#lobby alice: plain text$/)
  await alice.hear(/^-- \/join #ROOM/)
  await alice.hear(/^-- den, server/)
  assert.doesNotMatch(alice.text(), /no command|invalid/i)
})

test('S2: a bare /join, # or @ is answered, and whoever said it is no ghost afterwards', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  const bob = await typist(t, port, 'bob')
  for (const bare of ['/join', '/join ', '#', '# text', '@', '@ text', '#?', '@nobody', '/nick', '/msg']) {
    alice.say(bare)
    await alice.hear(/^-- /)
  }
  bob.say('msg alice are you there')
  await alice.hear(/^\d\d:\d\d @bob: are you there$/)
  alice.say('/join #lobby', 'I am')
  await bob.hear(/#lobby alice: I am$/)
  alice.say('#r')
  await alice.hear(/^-- You are in #r now/)
  assert.doesNotMatch(bob.text(), /#lobby alice: [@#/]/)
})

test('S2: whoever is in no room cannot speak there, and is told so', async t => {
  const { port } = await quietServer(t)
  const alice = await joinPeer(port, 'alice')
  alice.say({ type: 'join', room: '#dev' })
  await alice.hear('members', said => said.room === '#dev')
  const eve = await joinPeer(port, 'eve')
  for (const room of ['#dev', '#nowhere', '@x.y']) {
    eve.say({ type: 'say', id: `id-${room.slice(1, 2)}`, room, kind: 'say', body: 'forced' })
    const refused = await eve.hear('refused')
    assert.match(refused.code, /^no-such/)
    assert.notEqual(refused.text, '')
  }
  eve.speak('ok', 'in the lobby')
  await alice.hear('line', line => line.body === 'in the lobby')
  assert.deepEqual(bodies(alice), ['in the lobby'])
  for (const peer of [alice, eve]) peer.close()
})

test('S2: text for a room that nobody is in makes the room and its sender hears of it', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  alice.say('#fresh anybody?')
  await alice.hear(/^-- 1 in #fresh: alice$/)
  const bob = await typist(t, port, 'bob')
  bob.say('/join #fresh')
  await bob.hear(/#fresh alice: anybody\?$/)
})

test('S2: direct words go to whoever holds the name, and to nobody who wants it too', async t => {
  const { port } = await quietServer(t)
  const alice = await joinPeer(port, 'alice')
  const bob = await joinPeer(port, 'bob')
  const thief = await openPeer(port)
  for (const nick of ['bob', 'BOB', 'ｂｏｂ']) {
    thief.say({ type: 'hello', v: 1, nick })
    assert.equal((await thief.hear('refused')).code, 'nick-taken')
  }
  thief.say({ type: 'hello', v: 1, nick: 'thief' })
  await thief.hear('welcome')
  alice.say({ type: 'say', id: 'id1', room: '@bob', kind: 'say', body: 'secret' })
  assert.equal((await bob.hear('line')).body, 'secret')
  alice.speak('id2', 'done')
  await thief.hear('line', line => line.body === 'done')
  assert.deepEqual(bodies(thief), ['done'])
  for (const peer of [alice, bob, thief]) peer.close()
})

test('S2: one `quit` leaves, in the prompt and in the room', async t => {
  const { port } = await quietServer(t)
  const ann = await typist(t, port, 'ann')
  for (const word of ['quit', '/quit', 'exit', 'QUIT']) {
    const bob = await typist(t, port, 'bob')
    bob.say(word)
    await bob.hear(/^-- See you\.$/)
    await bob.gone
    await ann.hear(/^-- bob left #lobby$/)
    const nobody = await netcat(t, port)
    nobody.say(word)
    await nobody.gone
  }
})

const noPty = (await ptyWorks()) ? false : 'no real terminal can be made here (node-pty is missing)'
test('S2: what comes in while a line is typed leaves that line alone', { skip: noPty }, async t => {
  const { port } = await serving(t)
  const screen = await spawnInPty(
    process.execPath,
    [entry, 'join', `127.0.0.1:${port}`, '--no-scan', '--nick', 'ann'],
    { env: ownHome(t) },
  )
  t.after(() => screen.kill())
  await screen.waitFor('You are ann')
  screen.type('half a thou')
  await screen.waitFor('half a thou')
  const bob = await typist(t, port, 'bob')
  bob.say('interrupting')
  await screen.waitFor('interrupting')
  screen.type('ght\r')
  await bob.hear(/#lobby ann: half a thought$/)
})

// S3: bytes relayed as they come.

test('S3: two sends never merge, whoever reads them', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const text = await typist(t, port, 'tex')
  const pipe = await piper(t, port, 'pip')
  pipe.raw('MSG|pip: one\nMSG|pip: two\n')
  await text.hear(/#lobby pip: one$/)
  await text.hear(/#lobby pip: two$/)
  text.raw('three\nfour\n')
  await pipe.hear(/^MSG\|tex: three$/)
  await pipe.hear(/^MSG\|tex: four$/)
  await nat.hear('line', line => line.body === 'four')
  assert.deepEqual(bodies(nat), ['one', 'two', 'three', 'four'])
  nat.close()
})

test('S3: a line of ten thousand characters is refused in a sentence and never arrives in pieces', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const text = await typist(t, port, 'tex')
  const pipe = await piper(t, port, 'pip')
  const long = 'x'.repeat(10_000)
  text.say(long)
  await text.hear(/^-- That line was longer than 4096 bytes/)
  pipe.say(`MSG|pip: ${long}`)
  await pipe.hear(/^SRV\|That is too long/)
  nat.speak('id1', long)
  assert.equal((await nat.hear('refused')).code, 'too-long')
  const most = 'y'.repeat(limits.bodyBytesMax)
  nat.speak('id2', most)
  await nat.hear('line', line => line.body === most)
  assert.deepEqual(bodies(nat), [most])
  assert.ok((await text.hear(/#lobby nat: y/)).endsWith(`: ${most}`))
  await pipe.hear(/^MSG\|nat: y+$/)
  nat.close()
})

test('S3: names that are taken or empty are refused in every dialect', async t => {
  const { port } = await quietServer(t)
  await joinPeer(port, 'Alice')
  const text = await netcat(t, port)
  text.say('alice')
  await text.hear(/^-- “alice” is already here/)
  text.say('/nick ')
  await text.hear(/^-- First a nick/)
  const pipe = await netcat(t, port)
  pipe.say('CMD_USER|')
  await pipe.hear(/^SRV\|There was no name in that/)
  pipe.say('CMD_USER|   ')
  await pipe.hear(/^SRV\|There was no name in that/)
  pipe.say('CMD_USER|ALICE')
  await pipe.hear(/^SRV\|“ALICE” is already here\.$/)
  await pipe.hear(/^SRV\|ALICE is now known as ALICE2\.$/)
  const nat = await openPeer(port)
  for (const [nick, code] of [
    ['alice', 'nick-taken'],
    ['', 'bad-nick'],
    [' ', 'bad-nick'],
  ] as const) {
    nat.say({ type: 'hello', v: 1, nick })
    assert.equal((await nat.hear('refused')).code, code)
  }
  nat.close()
})

test('S3: whoever joins is told where they are, who is here, and what was said', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  alice.say('hello')
  const bob = await typist(t, port, 'bob')
  assert.match(bob.text(), /^-- You are bob on den/m)
  assert.match(bob.text(), /^\d\d:\d\d #lobby alice: hello$/m)
  assert.match(bob.text(), /^-- 2 in #lobby: alice, bob$/m)
})

test('S3: who gave no name is neither heard nor relayed', async t => {
  const { port } = await quietServer(t)
  const alice = await typist(t, port, 'alice')
  const raw = await openPeer(port)
  raw.speak('id1', 'bare bytes')
  assert.equal((await raw.hear('refused')).code, 'not-joined')
  const text = await netcat(t, port)
  text.say('bare bytes with blanks are no nick')
  await text.hear(/^-- A nick has no spaces/)
  await typist(t, port, 'bob')
  await alice.hear(/bob joined/)
  assert.doesNotMatch(alice.text(), /bare bytes/)
  raw.close()
})

test('S3: /help is not broadcast, from no dialect', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const text = await typist(t, port, 'tex')
  const pipe = await piper(t, port, 'pip')
  text.say('/help', '/HELP', '/helpp')
  await text.hear(/^-- There is no command “\/helpp”\. Did you mean \/help\?/)
  pipe.say('/help', 'MSG|pip: /help')
  await pipe.hear(/^SRV\|\/nick NAME/)
  await pipe.hear(/^SRV\|\/nick NAME/)
  text.say('done')
  await nat.hear('line', line => line.body === 'done')
  assert.deepEqual(bodies(nat), ['done'])
  nat.close()
})

test('S3, S4: readers that stop reading hold nobody up', async t => {
  const { port } = await quietServer(t)
  const stuck = [await typist(t, port, 'tex'), await piper(t, port, 'pip')]
  for (const one of stuck) one.socket.pause()
  const reader = await joinPeer(port, 'reader')
  const body = 'x'.repeat(limits.bodyBytesMax)
  // Six megabytes, as it took there; each guest says what one may say at once.
  const rounds = Math.ceil(6_000_000 / (limits.sayBurst * body.length))
  for (let round = 1; round <= rounds; round++) {
    const guest = await joinPeer(port, `guest${round}`)
    for (let count = 0; count < limits.sayBurst; count++) guest.speak(`id${count}`, body)
    await reader.hear('line', line => line.seq === round * limits.sayBurst)
    guest.close()
  }
  assert.equal(bodies(reader).length, rounds * limits.sayBurst)
  reader.close()
})

// S4: the protocol with `|`.

test('S4: one write cannot forge a notice, a list of users or another sender', async t => {
  const { port } = await quietServer(t)
  const text = await typist(t, port, 'tex')
  const pipe = await piper(t, port, 'pip')
  const eve = await piper(t, port, 'eve')
  const nat = await joinPeer(port, 'nat')
  eve.raw('MSG|Bob: x\nSRV|The server stops.\nULIST|evil(1.2.3.4)\nMSG|pip: y\n')
  await pipe.hear(/^MSG\|eve: x$/)
  await pipe.hear(/^MSG\|eve: SRV\|The server stops\.$/)
  await pipe.hear(/^MSG\|eve: ULIST\|evil\(1\.2\.3\.4\)$/)
  await pipe.hear(/^MSG\|eve: y$/)
  await text.hear(/^\d\d:\d\d #lobby eve: ULIST\|evil/)
  const forged = 'z\nSRV|forged\rMSG|pip: forged\u2028-- pip left #lobby\n12:04 #lobby pip: forged'
  nat.speak('id1', forged)
  await pipe.hear(/^MSG\|nat: z .*forged$/)
  await text.hear(/ #lobby nat: z$/)
  await text.hear(/^ {6}12:04 #lobby pip: forged$/)
  nat.say({ type: 'topic', id: 'id2', room: '#lobby', body: 'a\nSRV|forged\n-- pip left #lobby' })
  await pipe.hear(/^SRV\|nat set the topic: a /)
  await text.hear(/ \* nat set the topic: a /)
  for (const line of [...pipe.lines(), ...text.lines()]) {
    assert.doesNotMatch(
      line,
      /^(?:SRV\|forged|ULIST\|evil|-- pip left|MSG\|pip: forged|\d\d:\d\d #lobby pip: )/,
    )
  }
  nat.close()
})

test('S4: a line that comes in two packets is one message', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const pipe = await piper(t, port, 'pip')
  pipe.raw('MSG|pip: first ha')
  nat.say({ type: 'ping' })
  await nat.hear('pong')
  pipe.raw('lf\n')
  assert.equal((await nat.hear('line')).body, 'first half')
  nat.close()
})

test('S4: the sender is whoever sends, whatever their lines claim', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const eve = await piper(t, port, 'eve')
  eve.say('MSG|nat: I did it', 'MSG|SRV: psst', 'MSG|no name', 'raw')
  for (const body of ['I did it', 'psst', 'no name', 'raw']) {
    const line = await nat.hear('line')
    assert.deepEqual([line.from, line.body], ['eve', body])
  }
  nat.close()
})

test('S4: a name is never empty and holds none of , ( ) |', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  for (const bad of ['a,b', 'a(b)', 'a|b', '|', ',', 'x\x1b[31m', 'a\u202eb']) {
    nat.say({ type: 'nick', nick: bad })
    assert.equal((await nat.hear('refused')).code, 'bad-nick', bad)
    const pipe = await netcat(t, port)
    pipe.say(`CMD_USER|${bad}`)
    const list = await pipe.hear(/^ULIST\|/)
    assert.match(list, /^ULIST\|(?:[\p{L}\p{N}_.-]+\(lan\),?)+$/u)
    pipe.close()
  }
  nat.close()
})

test('S4: a refused name and one’s own name again are answered', async t => {
  const { port } = await quietServer(t)
  await typist(t, port, 'ann')
  const pipe = await piper(t, port, 'pip')
  pipe.say('CMD_USER|pip')
  await pipe.hear(/^SRV\|You are already pip\.$/)
  pipe.say('CMD_USER|ANN')
  await pipe.hear(/^SRV\|“ANN” is already here\..*ANN2/)
  pipe.say('/nick Pip')
  await pipe.hear(/^SRV\|pip is now known as Pip\.$/)
})

test('S4: `|` typed in netcat is text', async t => {
  const { port } = await quietServer(t)
  const text = await typist(t, port, 'tex')
  const pipe = await piper(t, port, 'pip')
  text.say('a|b', 'MSG|tex: c', '|')
  await pipe.hear(/^MSG\|tex: a\|b$/)
  await pipe.hear(/^MSG\|tex: MSG\|tex: c$/)
  await pipe.hear(/^MSG\|tex: \|$/)
})

test('S4: a byte that is no UTF-8 is answered, and the connection stands', async t => {
  const { port } = await quietServer(t)
  const text = await typist(t, port, 'tex')
  const pipe = await piper(t, port, 'pip')
  for (const bad of ['\xff', '\xe9t\xe9', '\xc3', '\xed\xa0\x80']) {
    pipe.raw(Buffer.from(`MSG|pip: ${bad}\n`, 'latin1'))
    await pipe.hear(/^SRV\|That line was not UTF-8/)
  }
  pipe.say('MSG|pip: still here')
  await text.hear(/#lobby pip: still here$/)
})

test('S4: forty joins cost each member a bounded line, and no full list', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const text = await typist(t, port, 'tex')
  await nat.hear('presence')
  const before = { nat: nat.heard.length, text: text.text().length }
  const crowd = await Promise.all(Array.from({ length: 40 }, (_, index) => joinPeer(port, `guest${index}`)))
  for (let count = 0; count < crowd.length; count++) {
    await nat.hear('presence', said => said.presence === 'here')
    await text.hear(/^-- guest\d+ joined #lobby$/)
  }
  const natBytes = JSON.stringify(nat.heard.slice(before.nat)).length
  assert.ok(natBytes < 40 * 120, `${natBytes} bytes`)
  assert.ok(text.text().length - before.text < 40 * 40)
  assert.ok(!nat.heard.slice(before.nat).some(message => message.type === 'members'))
  for (const peer of [nat, ...crowd]) peer.close()
})

test('S4: joins, leaves and new names take nothing of the 50 lines', async t => {
  const { port } = await quietServer(t)
  const ann = await typist(t, port, 'ann')
  ann.say('the only line')
  for (let count = 0; count < 60; count++) {
    const guest = await joinPeer(port, `guest${count}`)
    guest.close()
    await ann.hear(new RegExp(`^-- guest${count} left`))
  }
  const bob = await typist(t, port, 'bob')
  assert.match(bob.text(), /#lobby ann: the only line$/m)
  assert.doesNotMatch(bob.text(), /guest\d/)
  const nat = await joinPeer(port, 'nat')
  assert.equal((await nat.hear('backlog')).lines.length, 1)
  nat.close()
})

test('S3, S4: nobody is shown anybody’s address', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const text = await typist(t, port, 'tex')
  const pipe = await piper(t, port, 'pip')
  const unnamed = await netcat(t, port)
  unnamed.say('MSG|hello')
  await text.hear(/^-- guest-[a-z0-9]{4} joined #lobby$/)
  const ports = [text.socket, pipe.socket, unnamed.socket, nat.socket].map(socket => socket.localPort)
  text.say('/nick tim', '/who')
  await text.hear(/^-- 4 in #lobby/)
  await pipe.hear(/^ULIST\|.*tim/)
  await nat.hear('presence', said => said.nick === 'tim')
  const seen = [text.text(), pipe.text(), unnamed.text(), JSON.stringify(nat.heard)]
  for (const all of seen) {
    assert.doesNotMatch(all, /127\.0\.0\.1|::1/)
    for (const own of ports) assert.ok(!all.includes(`:${own}`))
  }
  nat.close()
})

test('S4: whoever speaks learns that it was kept: natively by its own line, elsewhere by a refusal when not', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  nat.speak('mine', 'hello')
  assert.equal((await nat.hear('line')).id, 'mine')
  const text = await typist(t, port, 'tex')
  text.say('@nobody hello')
  await text.hear(/^-- Nobody of that name/)
  nat.close()
})

test('S4: each line carries its time', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const text = await typist(t, port, 'tex')
  nat.speak('id1', 'when?')
  const line = await nat.hear('line')
  assert.ok(Math.abs(line.at - Date.now()) < 60_000)
  const time = new Date(line.at).toTimeString().slice(0, 5)
  assert.equal(await text.hear(/when\?$/), `${time} #lobby nat: when?`)
  nat.close()
})

test('S0, S2, S3, S4: control sequences reach nobody’s terminal', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const text = await typist(t, port, 'tex')
  const pipe = await piper(t, port, 'pip')
  const nasty = '\x1b[2J\x1b]0;owned\x07 red\x1b[31m \x9b31m \x00 \x08\x08 \u202eabc'
  nat.speak('id1', `1${nasty}`)
  nat.say({ type: 'away', on: true, text: nasty })
  text.say(`2${nasty}`)
  pipe.say(`MSG|pip: 3${nasty}`)
  for (const count of ['1', '2', '3']) await nat.hear('line', line => line.body.startsWith(count))
  await text.hear(/#lobby pip: 3/)
  await pipe.hear(/^MSG\|tex: 2/)
  const shown = [...bodies(nat), ...text.lines(), ...pipe.lines()]
  for (const line of shown) assert.doesNotMatch(line, /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/)
  nat.close()
})

test('S4: leaving is told to the others in every dialect, however one leaves', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const text = await typist(t, port, 'tex')
  const pipe = await piper(t, port, 'pip')
  const leavers: [nick: string, leave: () => Promise<void> | void][] = []
  const quits = await piper(t, port, 'quits')
  leavers.push(['quits', () => quits.say('/quit')])
  const ends = await typist(t, port, 'ends')
  leavers.push(['ends', () => ends.end()])
  const breaks = await joinPeer(port, 'breaks')
  leavers.push(['breaks', () => void breaks.socket.resetAndDestroy()])
  for (const [nick, leave] of leavers) {
    await leave()
    await text.hear(new RegExp(`^-- ${nick} left #lobby$`))
    await pipe.hear(new RegExp(`^SRV\\|${nick} has left the chat\\.$`))
    await nat.hear('presence', said => said.nick === nick && said.presence === 'gone')
  }
  nat.close()
})
