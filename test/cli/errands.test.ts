/** `send` and `tail` as scripts use them: exit codes, acknowledgements, cuts, pipes. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { WireLine } from '../../src/wire/messages.ts'
import { joinPeer } from '../server/peer.ts'
import { earshot, entry, outcome, ownHome, serving } from './earshot.ts'

const to = (port: number): string[] => ['--server', `127.0.0.1:${port}`]

function send(t: TestContext, port: number, ...args: string[]) {
  return earshot(t, ['send', ...to(port), '--nick', 'tool', ...args])
}

function tail(t: TestContext, port: number, ...args: string[]) {
  return earshot(t, ['tail', ...to(port), '--nick', 'reader', ...args])
}

const linesOf = (lines: readonly string[]): WireLine[] =>
  lines.filter(text => text.startsWith('{')).map(text => JSON.parse(text))

test('send says its words in the lobby, and ends with 0 and without a word', async t => {
  const { port } = await serving(t)
  const ann = await joinPeer(port, 'ann')
  const tool = send(t, port, 'backup', 'done')
  assert.deepEqual(await tool.exited, { code: 0, signal: null })
  assert.deepEqual(tool.lines, [])
  const said = await ann.hear('line')
  assert.deepEqual([said.room, said.from, said.kind, said.body], ['#lobby', 'tool', 'say', 'backup done'])
  // It takes its leave: nobody waits for it to come back.
  await ann.hear('presence', ({ nick, presence }) => nick === 'tool' && presence === 'gone')
})

test('send says each line of standard input, in order, more than the server takes at once', async t => {
  const { port } = await serving(t)
  const tool = send(t, port, '#builds')
  const texts = Array.from({ length: 20 }, (_, index) => `line ${index}`)
  tool.write(`${texts.slice(0, 19).join('\n')}\n\n \n`)
  tool.write(texts[19] ?? '')
  tool.end()
  assert.deepEqual(await tool.exited, { code: 0, signal: null })
  const ann = await joinPeer(port, 'ann')
  ann.say({ type: 'join', room: '#builds' })
  const { lines } = await ann.hear('backlog', ({ room }) => room === '#builds')
  assert.deepEqual(
    lines.map(({ body }) => body),
    texts,
  )
})

test('send --whole says all of standard input as one message', async t => {
  const { port } = await serving(t)
  const ann = await joinPeer(port, 'ann')
  const tool = send(t, port, '--whole')
  tool.write('\n  at one\n\n  at two\n\n')
  tool.end()
  assert.deepEqual(await tool.exited, { code: 0, signal: null })
  assert.equal((await ann.hear('line')).body, '  at one\n\n  at two')
})

test('send to a nick reaches that one alone; a nick nobody has is refused by name', async t => {
  const { port } = await serving(t)
  const [ann, bob] = [await joinPeer(port, 'ann'), await joinPeer(port, 'bob')]
  assert.deepEqual(await send(t, port, '@Bob', 'psst').exited, { code: 0, signal: null })
  const said = await bob.hear('line')
  assert.deepEqual([said.from, said.to, said.body], ['tool', 'bob', 'psst'])
  assert.deepEqual(
    ann.heard.filter(({ type }) => type === 'line'),
    [],
  )
  const lost = send(t, port, '@bbo', 'psst')
  assert.deepEqual(await lost.exited, { code: 1, signal: null })
  assert.match(lost.lines.join('\n'), /was not sent: Nobody of that name.*Did you mean @bob\?/)
})

test('a taken nick is no obstacle: a tool takes the one it is offered', async t => {
  const { port } = await serving(t)
  const tool = await joinPeer(port, 'tool')
  assert.deepEqual(await send(t, port, 'hi').exited, { code: 0, signal: null })
  assert.equal((await tool.hear('line')).from, 'tool2')
})

test('what cannot be sent is named by its line, the rest is sent, and the end is 1', async t => {
  const { port } = await serving(t)
  const ann = await joinPeer(port, 'ann')
  const tool = send(t, port)
  tool.write(`first\n${'x'.repeat(8193)}\n${'"'.repeat(8192)}\nlast\n`)
  tool.end()
  assert.deepEqual(await tool.exited, { code: 1, signal: null })
  assert.match(
    tool.lines[0] ?? '',
    /^earshot: line 2 was not sent: It is too long: at most 8192 bytes and 200 lines/,
  )
  assert.match(tool.lines[1] ?? '', /^earshot: line 3 was not sent: It is too long/)
  assert.equal(tool.lines.length, 2)
  assert.equal((await ann.hear('line')).body, 'first')
  assert.equal((await ann.hear('line')).body, 'last')
})

test('the server’s own refusal is passed on: nothing that can be shown', async t => {
  const { port } = await serving(t)
  const tool = send(t, port, '#lobby', '')
  assert.deepEqual(await tool.exited, { code: 1, signal: null })
  assert.match(tool.lines.join('\n'), /^earshot: it was not sent: There was nothing in it/)
})

test('nothing to send is no failure: a quiet command in a pipe', async t => {
  const { port } = await serving(t)
  const tool = send(t, port)
  tool.end()
  assert.deepEqual(await tool.exited, { code: 0, signal: null })
})

test('no server at the address: the reason on stderr, exit 1, standard input unread', async t => {
  const { port, running } = await serving(t)
  running.kill()
  await running.exited
  for (const args of [['send', 'hi'], ['send'], ['tail']]) {
    const tool = earshot(t, [...args, ...to(port)])
    assert.deepEqual(await tool.exited, { code: 1, signal: null })
    assert.match(tool.lines.join('\n'), /^earshot: Nothing listens at 127\.0\.0\.1:\d+\./)
  }
})

test('calls that make no sense are usage errors', async t => {
  for (const [args, says] of [
    [['send', '@bob hello'], /whom is that for/],
    [['send', '#a!b', 'x'], /letters, digits/],
    [['send', '--server', 'a b:1', 'x'], /space in it/],
    [['send', '', 'the password is x'], /first word is empty.*nothing was sent/],
    [['send', '--server', '', 'x'], /--server “”: it is empty/],
    [['tail', ''], /needs a name/],
    [['tail', '#a', '#b'], /one room or one nick/],
    [['tail', '--last', '201'], /number of lines is a whole number from 0 to 200/],
    [['send', '--nick', 'a b', 'x'], /no spaces/],
    [['send', '--trust', 'w5hf', 'x'], /four are enough for \/trust only; here it takes all 16 letters/],
    [
      ['send', '--trust', 'k7qm-3xvd', 'x'],
      /--trust “k7qm-3xvd”: expected all 16 letters and digits of the code/,
    ],
  ] as const) {
    const { code, lines } = await outcome(t, ...args)
    assert.equal(code, 2, args.join(' '))
    assert.match(lines.join('\n'), says)
  }
})

/** Stands between a client and its server: passes bytes on, until it is told to swallow them and to cut. */
async function middleman(t: TestContext, port: number) {
  const { connect } = await import('node:net')
  const links = new Set<Socket>()
  let deaf = false
  let mute = false
  const server = createServer(near => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) {
      links.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', chunk => mute || far.write(chunk))
    far.on('data', chunk => deaf || near.write(chunk))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const socket of links) socket.destroy()
    links.clear()
  }
  t.after(() => {
    cut()
    server.close()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return {
    port: address.port,
    /** From now on nothing of the server arrives, until the next cut. */
    swallow() {
      deaf = true
    },
    /** Nor anything of the client at the server. */
    swallowAll() {
      deaf = mute = true
    },
    cut() {
      deaf = mute = false
      cut()
    },
  }
}

test('a line whose acknowledgement got lost is said once, and send still ends with 0', async t => {
  const { port } = await serving(t)
  const ann = await joinPeer(port, 'ann')
  const between = await middleman(t, port)
  const tool = send(t, between.port)
  await ann.hear('presence', ({ nick }) => nick === 'tool')
  tool.write('before\n')
  await ann.hear('line', ({ body }) => body === 'before')
  between.swallow()
  tool.write('in the dark\n')
  await ann.hear('line', ({ body }) => body === 'in the dark')
  between.cut()
  tool.write('after\n')
  tool.end()
  assert.deepEqual(await tool.exited, { code: 0, signal: null })
  assert.match(tool.lines.join('\n'), /^earshot: connection lost: .* Trying again\.$/)
  await ann.hear('line', ({ body }) => body === 'after')
  const bodies = ann.heard.flatMap(message => (message.type === 'line' ? [message.body] : []))
  assert.deepEqual(bodies, ['before', 'in the dark', 'after'])
})

test('lines that never reached the server are said when it is back, in order, before later ones', async t => {
  const { port } = await serving(t)
  const ann = await joinPeer(port, 'ann')
  ann.say({ type: 'join', room: '#ops' })
  const between = await middleman(t, port)
  const tool = send(t, between.port, '#ops')
  await ann.hear('presence', ({ room, nick }) => room === '#ops' && nick === 'tool')
  between.swallowAll()
  tool.write('one\ntwo\nthree\n')
  // Nothing tells from outside that they were swallowed; a cut before they were said only makes them later ones.
  between.cut()
  tool.write('four\n')
  tool.end()
  assert.deepEqual(await tool.exited, { code: 0, signal: null })
  await ann.hear('line', ({ body }) => body === 'four')
  const bodies = ann.heard.flatMap(message => (message.type === 'line' ? [message.body] : []))
  assert.deepEqual(bodies, ['one', 'two', 'three', 'four'])
})

test('an interrupted send says what was not acknowledged and ends with 130', async t => {
  const { port } = await serving(t)
  const ann = await joinPeer(port, 'ann')
  const between = await middleman(t, port)
  const tool = send(t, between.port)
  await ann.hear('presence', ({ nick }) => nick === 'tool')
  between.swallow()
  tool.write('one\n')
  await ann.hear('line')
  tool.kill('SIGINT')
  assert.deepEqual(await tool.exited, { code: 130, signal: null })
  assert.deepEqual(tool.lines, [
    'earshot: 1 message was not acknowledged (line 1; what follows was not read): it was interrupted.',
  ])
})

test('tail prints the last lines and what follows as plain mode shows them, and ends with 130', async t => {
  const { port } = await serving(t)
  const ann = await joinPeer(port, 'ann')
  for (const word of ['one', 'two', 'three\nfour']) ann.speak(`id-${word.slice(0, 3)}`, word)
  await ann.hear('line', ({ body }) => body.startsWith('three'))
  const reader = tail(t, port, '--last', '2')
  await reader.waitForLine(/^\d\d:\d\d #lobby ann: two$/)
  await reader.waitForLine(/^\d\d:\d\d #lobby ann: three ⏎ four$/)
  ann.say({ type: 'say', id: 'wave', room: '#lobby', kind: 'emote', body: 'waves' })
  await reader.waitForLine(/^\d\d:\d\d #lobby \* ann waves$/)
  ann.say({ type: 'topic', id: 'topic', room: '#lobby', body: 'Pizza' })
  await reader.waitForLine(/^\d\d:\d\d #lobby -- ann set the topic: Pizza$/)
  reader.kill('SIGINT')
  assert.deepEqual(await reader.exited, { code: 130, signal: null })
  assert.equal(reader.lines.length, 4)
})

test('tail --json prints lines in the form of the wire with their epoch and run, and nothing else', async t => {
  const { port } = await serving(t)
  const ann = await joinPeer(port, 'ann')
  ann.say({ type: 'join', room: '#ops' })
  ann.speak('elsewhere', 'not here')
  ann.say({ type: 'say', id: 'one', room: '#ops', kind: 'say', body: 'a “b” \\ ✓' })
  await ann.hear('line', ({ id }) => id === 'one')
  const reader = tail(t, port, 'OPS', '--json', '--last', '200')
  await reader.waitForLine(/"id":"one"/)
  ann.say({ type: 'say', id: 'two', room: '#ops', kind: 'say', body: 'more' })
  await reader.waitForLine(/"id":"two"/)
  await ann.hear('line', ({ id }) => id === 'two')
  const heard = ann.heard.filter(message => message.type === 'line' && message.room === '#ops')
  const { epoch, run } = ann.heard.find(message => message.type === 'welcome') ?? assert.fail()
  assert.deepEqual(
    reader.lines,
    heard.map(message => JSON.stringify({ ...message, epoch, run })),
  )
  assert.deepEqual(Object.keys(JSON.parse(reader.lines[0] ?? '')), [
    'type',
    'room',
    'seq',
    'at',
    'id',
    'from',
    'kind',
    'body',
    'epoch',
    'run',
  ])
})

test('tail reaches beyond the backlog with --last, and --last 0 begins now', async t => {
  const { port } = await serving(t)
  const texts = Array.from({ length: 70 }, (_, index) => `line ${index + 1}`)
  // Many speakers, so that nobody speaks too fast.
  for (let start = 0; start < texts.length; start += 10) {
    const peer = await joinPeer(port, `speaker${start}`)
    for (const text of texts.slice(start, start + 10)) peer.speak(text.replace(' ', '-'), text)
    await peer.hear('line', ({ body }) => body === texts[start + 9])
  }
  const reader = tail(t, port, '--json', '--last', '65')
  await reader.waitForLine(/"line 70"/)
  assert.deepEqual(
    linesOf(reader.lines).map(({ body }) => body),
    texts.slice(5),
  )
  const all = tail(t, port, '--json', '--last', '200')
  await all.waitForLine(/"line 70"/)
  assert.equal(linesOf(all.lines).length, 70)
  const later = tail(t, port, '--json', '--last', '0')
  const ann = await joinPeer(port, 'ann')
  await ann.hear('members', ({ members }) => members.some(({ nick }) => nick.startsWith('reader')))
  // The third reader may still be on its way in; both cases begin with the same line.
  let said = 0
  while (linesOf(later.lines).length === 0) {
    ann.speak(`now-${said}`, `now ${said}`)
    await ann.hear('line', ({ id }) => id === `now-${said}`)
    said += 1
  }
  assert.match(linesOf(later.lines)[0]?.body ?? '', /^now /)
})

test('tail follows a direct conversation, both sides of it', async t => {
  const { port } = await serving(t)
  const bob = await joinPeer(port, 'bob')
  const reader = tail(t, port, '@bob')
  const { room } = await bob
    .hear('presence', ({ nick }) => nick === 'reader')
    .then(() => {
      bob.say({ type: 'say', id: 'hi', room: '@reader', kind: 'say', body: 'hi' })
      return bob.hear('line')
    })
  await reader.waitForLine(/^\d\d:\d\d @bob bob: hi$/)
  bob.speak('public', 'for all')
  bob.say({ type: 'say', id: 'again', room, kind: 'say', body: 'again' })
  await reader.waitForLine(/@bob bob: again$/)
  assert.equal(reader.lines.length, 2)
  const nobody = tail(t, port, '@nobody')
  assert.deepEqual(await nobody.exited, { code: 1, signal: null })
  assert.match(nobody.lines.join('\n'), /Nobody of that name/)
})

test('tail survives cuts with nothing lost or doubled, in every room it can follow', async t => {
  const { port } = await serving(t)
  const ann = await joinPeer(port, 'ann')
  ann.say({ type: 'join', room: '#ops' })
  const between = await middleman(t, port)
  const reader = tail(t, between.port, '#ops', '--json')
  await ann.hear('presence', ({ room, nick }) => room === '#ops' && nick === 'reader')
  let count = 0
  const speak = async () => {
    count += 1
    ann.say({ type: 'say', id: `id${count}`, room: '#ops', kind: 'say', body: `${count}` })
    await ann.hear('line', ({ id }) => id === `id${count}`)
  }
  for (let cut = 0; cut < 3; cut++) {
    await speak()
    await reader.waitForLine(new RegExp(`"id":"id${count}"`))
    between.swallow()
    await speak()
    between.cut()
    await speak()
    await reader.waitForLine(new RegExp(`"id":"id${count}"`))
  }
  // What it says beside its lines comes through another pipe, and may come later.
  const isAgain = (text: string): boolean => text === 'earshot: connected again.'
  await reader.waitForLine(() => reader.lines.filter(isAgain).length === 3)
  assert.deepEqual(
    linesOf(reader.lines).map(({ body }) => body),
    Array.from({ length: count }, (_, index) => `${index + 1}`),
  )
})

test('tail goes on when its server was killed and started again', async t => {
  const env = ownHome(t)
  const before = await serving(t, [], env)
  const ann = await joinPeer(before.port, 'ann')
  const reader = tail(t, before.port)
  await ann.hear('presence', ({ nick }) => nick === 'reader')
  ann.speak('one', 'one')
  await reader.waitForLine(/ann: one$/)
  before.running.kill('SIGKILL')
  await reader.waitForLine(/connection lost/)
  await serving(t, ['--port', `${before.port}`], env)
  await reader.waitForLine(/connected again/)
  const again = await joinPeer(before.port, 'ann')
  again.speak('two', 'two')
  await reader.waitForLine(/ann: two$/)
  assert.equal(reader.lines.filter(text => text.endsWith('ann: one')).length, 1)
})

test('tail whose reader has seen enough ends with 0 and without a word', async t => {
  const { port } = await serving(t)
  const ann = await joinPeer(port, 'ann')
  ann.speak('one', 'one')
  await ann.hear('line')
  const command = `"${process.execPath}" "${entry}" tail --nick reader ${to(port).join(' ')} | head -1; echo "\${PIPESTATUS[0]}"`
  const ended = new Promise<{ stdout: string; stderr: string }>((resolve, reject) => {
    const child = execFile('bash', ['-c', command], { env: ownHome(t) }, (error, stdout, stderr) =>
      error ? reject(error) : resolve({ stdout, stderr }),
    )
    t.after(() => child.kill('SIGKILL'))
  })
  await ann.hear('presence', ({ nick }) => nick === 'reader')
  // “head” is gone after the first line; the second finds nobody, or the third where it was still there.
  const leaving = ann.hear('presence', ({ nick, presence }) => nick === 'reader' && presence === 'gone')
  let isGone = false
  void leaving.then(() => {
    isGone = true
  })
  for (let count = 2; !isGone && count < 9; count++) {
    ann.speak(`id${count}`, `${count}`)
    await ann.hear('line', ({ id }) => id === `id${count}`)
  }
  await leaving
  const { stdout, stderr } = await ended
  assert.match(stdout, /^\d\d:\d\d #lobby ann: one\n0\n$/)
  assert.equal(stderr, '')
})

test('scan with an address asks that one server, which nobody in it notices', async t => {
  const { port } = await serving(t)
  const ann = await joinPeer(port, 'ann')
  const words = await outcome(t, 'scan', `127.0.0.1:${port}`)
  assert.equal(words.code, 0)
  assert.match(words.lines.join('\n'), new RegExp(`^127\\.0\\.0\\.1:${port} answers {2}\\d+\\.\\d ms$`))
  const json = await outcome(t, 'scan', `127.0.0.1:${port}`, '--json')
  assert.match(
    json.lines.join('\n'),
    new RegExp(`^\\{"host":"127.0.0.1","port":${port},"rttMs":\\d+(\\.\\d)?\\}$`),
  )
  ann.speak('after', 'after')
  await ann.hear('line')
  assert.deepEqual(
    ann.heard.filter(({ type }) => type === 'presence'),
    [],
  )
})

for (const [what, wait, answer, says] of [
  [
    'a web server',
    '20s',
    'HTTP/1.1 400 Bad Request\r\n\r\n',
    /What answers at 127\.0\.0\.1:\d+ is no server of Earshot’s/,
  ],
  [
    'nobody who speaks',
    '300ms',
    '',
    /What answers at 127\.0\.0\.1:\d+ does not speak as an Earshot server does/,
  ],
  [
    'a server that is full',
    '20s',
    '{"type":"bye","reason":"busy","text":"Full."}\n',
    /127\.0\.0\.1:\d+: Full\./,
  ],
] as const)
  test(`scan with an address where there is ${what}: a sentence, exit 1`, async t => {
    const stranger = createServer(socket => {
      socket.on('error', () => {})
      socket.on('data', () => socket.write(answer))
    })
    await new Promise<void>(resolve => stranger.listen(0, '127.0.0.1', resolve))
    t.after(() => stranger.close())
    const address = stranger.address()
    assert.ok(typeof address === 'object' && address !== null)
    const { code, lines } = await outcome(t, 'scan', `127.0.0.1:${address.port}`, '--wait', wait)
    assert.equal(code, 1)
    assert.match(lines.join('\n'), says)
  })
