/** One room, many dialects: people with our client, with netcat, telnet and clients of older LAN chats, on one port. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { test } from 'node:test'
import { limits } from '../../src/wire/limits.ts'
import { earshot, serving } from '../cli/earshot.ts'
import { netcat, piper, quietServer, typist } from './netcat.ts'
import { joinPeer, openPeer } from './peer.ts'

test('the same conversation reads the same in every dialect', async t => {
  const { port } = await quietServer(t)
  const native = await joinPeer(port, 'nat')
  const text = await typist(t, port, 'tex')
  const pipe = await piper(t, port, 'pip')
  await text.hear(/pip joined/)

  native.speak('id1', 'from native')
  await pipe.hear(/^MSG\|nat: from native$/)
  await text.hear(/^\d\d:\d\d #lobby nat: from native$/)
  text.say('from | text')
  await pipe.hear(/^MSG\|tex: from \| text$/)
  await native.hear('line', line => line.body === 'from | text' && line.from === 'tex')
  pipe.say('MSG|pip: from pipe')
  await text.hear(/^\d\d:\d\d #lobby pip: from pipe$/)
  await native.hear('line', line => line.body === 'from pipe' && line.from === 'pip')
  text.say('/me waves')
  await pipe.hear(/^MSG\|tex: \* waves$/)
  await native.hear('line', line => line.kind === 'emote')
  native.say({
    type: 'say',
    id: 'id2',
    room: '#lobby',
    kind: 'say',
    body: 'one\nSRV|two\n12:04 #lobby tex: three',
  })
  await pipe.hear(/^MSG\|nat: one SRV\|two 12:04 #lobby tex: three$/)
  await text.hear(/ #lobby nat: one$/)
  await text.hear(/^ {6}SRV\|two$/)
  await text.hear(/^ {6}12:04 #lobby tex: three$/)

  // Whoever comes now is told the same past, in the same order.
  const later = await typist(t, port, 'later')
  const past = later.lines().flatMap(line => / #lobby (.*)/.exec(line)?.[1] ?? [])
  assert.deepEqual(past.slice(0, 5), [
    'nat: from native',
    'tex: from | text',
    'pip: from pipe',
    '* tex waves',
    'nat: one',
  ])
  assert.deepEqual(
    text.lines().filter(line => line.includes('from | text')),
    [],
    'one’s own line is not echoed',
  )
  assert.ok(!pipe.text().includes('from pipe'))
  native.close()
})

test('our own client as lines talks with netcat and an older client', async t => {
  const { port } = await serving(t)
  const text = await typist(t, port, 'tex')
  const pipe = await piper(t, port, 'pip')
  const plain = earshot(t, ['join', `127.0.0.1:${port}`, '--plain', '--nick', 'pla'])
  await text.hear(/^-- pla joined #lobby$/)
  await pipe.hear(/^SRV\|pla has joined the chat\.$/)
  text.say('a | b')
  await plain.waitForLine(/tex: a \| b$/)
  pipe.say('MSG|pip: hello')
  await plain.waitForLine(/pip: hello$/)
  plain.write('good day\n')
  await text.hear(/ #lobby pla: good day$/)
  await pipe.hear(/^MSG\|pla: good day$/)
})

test('somebody silent is greeted, takes the suggested nick with Enter, and reads the last 50 lines', async t => {
  const { port } = await quietServer(t)
  const ann = await joinPeer(port, 'ann')
  // Several speak, since each may say only so much at once; who leaves takes nothing of the 50.
  for (let count = 0; count < 60; count += limits.sayBurst) {
    const guest = await joinPeer(port, `g${count}`)
    for (let more = 1; more <= limits.sayBurst; more++) guest.speak(`id${more}`, `line ${count + more}`)
    await ann.hear('line', line => line.seq === count + limits.sayBurst)
    guest.close()
  }
  const guest = await netcat(t, port)
  assert.equal(await guest.hear(/./), 'Welcome to den, an Earshot chat server.')
  const asked = await guest.hear(/./)
  const nick = /^Your nick\? \(Enter: (guest-[a-z0-9]{4})\)$/.exec(asked)?.[1]
  assert.ok(nick, asked)
  guest.say('')
  await guest.hear(new RegExp(`^-- You are ${nick} on den`))
  await guest.hear(/^-- \d+ in #lobby: /)
  const past = guest.lines().filter(line => / g\d+: line /.test(line))
  assert.equal(past.length, 50)
  assert.match(past[0] ?? '', /^\d\d:\d\d #lobby g10: line 11$/)
  ann.close()
})

test('a nick that is taken or bad is refused with a suggestion, and asked again', async t => {
  const { port } = await quietServer(t)
  await typist(t, port, 'Alice')
  const other = await netcat(t, port)
  other.say('alice')
  await other.hear(/^-- “alice” is already here\.$/)
  await other.hear(/^Your nick\? \(Enter: alice2\)$/)
  other.say('two words')
  await other.hear(/^-- A nick has no spaces\. Try “two_words”\.$/)
  await other.hear(/^Your nick\? \(Enter: two_words\)$/)
  other.say('')
  await other.hear(/^-- You are two_words on den/)
})

test('a first line that comes late still claims its dialect', async t => {
  const { port } = await quietServer(t)
  const [native, pipe, web] = await Promise.all([openPeer(port), netcat(t, port), netcat(t, port)])
  for (const one of [pipe, web]) await one.hear(/^Your nick\?/)
  pipe.say('CMD_USER|pip')
  await pipe.hear(/^ULIST\|pip\(lan\)$/)
  // A page that makes a browser speak to us, slowly, is sent away before its body can be taken for words.
  web.raw('POST / HTTP/1.1\r\n\r\nmallory\r\nforged\r\n')
  await web.hear(/^HTTP\/1\.1 400/)
  native.say({ type: 'hello', v: 1, nick: 'nat' })
  await native.hear('welcome')
  const long = 'x'.repeat(limits.bodyBytesMax)
  native.speak('id1', long)
  assert.equal((await native.hear('line')).body, long)
  assert.ok(!pipe.text().includes('mallory'))
  native.close()
})

test('our own client whose first packet is late is greeted, reads nothing in that, and joins', async t => {
  const { port } = await serving(t)
  const text = await typist(t, port, 'tex')
  // Holds back what the client says until the server has taken it for a person.
  const slow = createServer(client => {
    const server = connect(port, '127.0.0.1')
    for (const socket of [client, server]) socket.on('error', () => {})
    server.pipe(client)
    server.once('data', () => client.pipe(server))
    t.after(() => server.destroy())
  })
  slow.listen(0, '127.0.0.1')
  await once(slow, 'listening')
  t.after(() => slow.close())
  const address = slow.address()
  assert.ok(typeof address === 'object' && address !== null)
  const plain = earshot(t, ['join', `127.0.0.1:${address.port}`, '--plain', '--nick', 'pla'])
  await text.hear(/^-- pla joined #lobby$/)
  text.say('hello')
  await plain.waitForLine(/tex: hello$/)
  assert.ok(!plain.lines.some(line => /Your nick/.test(line)))
})

test('telnet’s negotiation is swallowed, its Enter is a line, and it gets returns back', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const telnet = await netcat(t, port)
  telnet.raw(Buffer.from('\xff\xfd\x03\xff\xfb\x18tel\r\0', 'latin1'))
  await telnet.hear(/^-- 2 in #lobby/)
  assert.match(telnet.text(), /in #lobby: nat, tel\r\n/)
  telnet.raw(Buffer.from('hello\xff\xfa\x18\x00xterm\xff\xf0 there\r\nagain\r\0', 'latin1'))
  assert.equal((await nat.hear('line')).body, 'hello there')
  assert.equal((await nat.hear('line')).body, 'again')
  telnet.raw(Buffer.from('\xff\xf4\xff\xfd\x06', 'latin1'))
  await nat.hear('presence', said => said.nick === 'tel' && said.presence === 'gone')
  await telnet.gone
  nat.close()
})

test('lines piped in with the end behind them are all said, the last one without its newline too', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const piped = await netcat(t, port)
  // More than may be said at once: whoever is too fast is read more slowly, and the end is not read before the rest.
  const lines = Array.from({ length: limits.sayBurst + 4 }, (_, index) => `line ${index}`)
  piped.raw(['bob', ...lines].join('\n'))
  piped.end()
  for (const line of lines) assert.equal((await nat.hear('line')).body, line)
  await nat.hear('presence', said => said.nick === 'bob' && said.presence === 'gone')
  nat.close()
})

test('a line beyond the bound of a dialect is told in a sentence, and nothing else is lost', async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const text = await typist(t, port, 'tex')
  text.say('before', 'x'.repeat(limits.textLineBytesMax + 1), 'after')
  await text.hear(/^-- That line was longer than 4096 bytes and was dropped/)
  assert.equal((await nat.hear('line')).body, 'before')
  assert.equal((await nat.hear('line')).body, 'after')
  const most = 'y'.repeat(limits.textLineBytesMax)
  text.say(most)
  assert.equal((await nat.hear('line')).body, most)
  nat.close()
})

test('rooms, direct words, topics, search and history work by hand', async t => {
  const { port } = await quietServer(t)
  const ann = await typist(t, port, 'ann')
  const bob = await typist(t, port, 'bob')
  await ann.hear(/bob joined/)
  ann.say('/join #Dev', 'the fox is red', '/topic foxes')
  await ann.hear(/^-- You are in #dev now/)
  await ann.hear(/ #dev \* ann set the topic: foxes$/)
  bob.say('/rooms')
  await bob.hear(/^-- #dev \(1 here\): foxes$/)
  bob.say('#dev hello dev')
  await ann.hear(/^-- bob joined #dev$/)
  await ann.hear(/ #dev bob: hello dev$/)
  await bob.hear(/ #dev ann: the fox is red$/)
  bob.say('in the lobby')
  await ann.hear(/ #lobby bob: in the lobby$/)
  bob.say('/search red fox')
  await bob.hear(/ #dev ann: the fox is red$/)
  await bob.hear(/^-- 1 found for “red fox”\.$/)
  bob.say('@ann psst')
  await ann.hear(/^\d\d:\d\d @bob: psst$/)
  ann.say('/r yes?')
  await bob.hear(/^\d\d:\d\d @ann: yes\?$/)
  bob.say('/join #dev', '/history 2')
  await bob.hear(/^-- #dev begins there\.$/)
  bob.say('list users')
  await bob.hear(/^-- 2 in #dev: ann \(not encrypted\), bob \(not encrypted\)$/)
  ann.say('/away lunch')
  await bob.hear(/^-- ann is away: lunch$/)
  ann.say('/back')
  await bob.hear(/^-- ann is back$/)
  ann.say('/leave')
  await bob.hear(/^-- ann left #dev$/)
  await ann.hear(/^-- You left #dev\. You are in #lobby now/)
  ann.say('quit')
  await ann.hear(/^-- See you\.$/)
  await ann.gone
})

test('an older client’s list of members is told at its join and seldom again, whatever the crowd does', async t => {
  const { port } = await quietServer(t)
  const pipe = await piper(t, port, 'pip')
  const beganMs = performance.now()
  const crowd = await Promise.all(Array.from({ length: 40 }, (_, index) => joinPeer(port, `guest${index}`)))
  await pipe.hear(/^ULIST\|(?:[^,]+,){40}[^,]+$/)
  const lists = pipe.lines().filter(line => line.startsWith('ULIST|')).length
  const periods = Math.ceil((performance.now() - beganMs) / limits.pipeListEveryMs)
  assert.ok(lists <= 1 + periods, `${lists} lists in ${periods} periods`)
  assert.ok(!/\d+\.\d+\.\d+\.\d+/.test(pipe.text()))
  for (const peer of crowd) peer.close()
})

test('a crowd of silent connections does not shut the door', async t => {
  const { port } = await quietServer(t)
  const silent = await Promise.all(Array.from({ length: limits.greetingMax }, () => netcat(t, port)))
  await Promise.all(silent.map(one => one.hear(/^Your nick\?/)))
  const ann = await typist(t, port, 'ann')
  await silent[0]?.hear(/^Too many newcomers/)
  await silent[0]?.gone
  silent[5]?.say('bob')
  await ann.hear(/bob joined/)
})

test('a stopping server says so in every dialect, at the door as well', async t => {
  const server = await quietServer(t)
  const text = await typist(t, server.port, 'tex')
  const pipe = await piper(t, server.port, 'pip')
  const asked = await netcat(t, server.port)
  await asked.hear(/^Your nick\?/)
  await server.stop('Gone to lunch.')
  await text.hear(/^-- Gone to lunch\.$/)
  await asked.hear(/^-- Gone to lunch\.$/)
  await pipe.hear(/^SRV\|Gone to lunch\.$/)
  await Promise.all([text.gone, pipe.gone, asked.gone])
})

const has = (program: string): boolean => {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test('a shell that knows nothing but /dev/tcp can talk', { skip: !has('bash') }, async t => {
  const { port } = await quietServer(t)
  const nat = await joinPeer(port, 'nat')
  const shell = spawn('bash', [
    '-c',
    `exec 3<>/dev/tcp/127.0.0.1/${port}; printf 'bash\\nhello from a shell\\n' >&3; read -r line <&3; echo "$line"`,
  ])
  t.after(() => shell.kill())
  assert.equal((await nat.hear('line')).body, 'hello from a shell')
  nat.close()
})
