import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerMessage } from '../../src/wire/messages.ts'
import {
  backlog,
  den,
  drive,
  knownDen,
  line,
  linked,
  members,
  sighting,
  wallStart,
  welcome,
} from './driver.ts'

/** The visit is noted. */
const rememberDen = { do: 'rememberServer', server: { ...knownDen, lastMs: wallStart } } as const

const taken: ServerMessage = {
  type: 'refused',
  about: 'hello',
  code: 'nick-taken',
  text: '“ann” is already here.',
  suggestion: 'ann2',
}

test('what our windows have in common is told with hello, and never where others read along', () => {
  const client = drive({ target: den, known: [] })
  client.take({ ...linked, household: 'ours' })
  assert.deepEqual(client.sent(), [{ type: 'hello', v: 1, nick: 'ann', household: 'ours' }])
  const plain = drive({ target: den, known: [] })
  plain.take({ ...linked, secured: null })
  assert.deepEqual(plain.sent(), [{ type: 'hello', v: 1, nick: 'ann' }])
})

test('straight in: dial, hello, welcome, backlog', () => {
  const client = drive({ target: den })
  assert.deepEqual(client.effects(), [{ do: 'dial', target: den, delayMs: 0 }])
  assert.match(client.screen(), /Joining 10\.0\.0\.5:23277 as ann: connecting …/)
  client.take(linked)
  assert.deepEqual(client.effects(), [{ do: 'send', message: { type: 'hello', v: 1, nick: 'ann' } }])
  client.said(welcome({ motd: 'Be kind.\nTea at four.' }))
  assert.deepEqual(client.effects(), [{ do: 'rememberNick', nick: 'ann' }, rememberDen])
  client.said(
    backlog([[7, 'old']], true, { at: Date.UTC(2023, 10, 20, 23, 59) }),
    members(['ann', 'bob']),
    line(8, 'hello ann'),
  )
  assert.deepEqual(client.lines(), [
    '-- Mon 20 Nov 2023 --',
    '23:59 #lobby bob: old',
    '09:12 #lobby -- You are ann on den-server.',
    '09:12 #lobby -- Be kind. ⏎ Tea at four.',
    '-- Tue 21 Nov 2023 --',
    '09:12 #lobby bob: hello ann',
  ])
})

test('a taken nick is asked about, and Enter takes the suggestion', () => {
  const client = drive({ target: den })
  client.take(linked)
  client.effects()
  client.said(taken)
  assert.match(client.screen(), /“ann” is already here\. Which nick do you want\?/)
  assert.match(client.screen(), /> ann2$/m)
  client.key('Enter')
  assert.deepEqual(client.sent(), [{ type: 'hello', v: 1, nick: 'ann2' }])
  client.said(welcome({ nick: 'ann2' }))
  assert.equal(client.at(), 'joined')
  assert.deepEqual(client.effects(), [rememberDen], 'it stands in for ann, who comes as ann the next time')
})

test('a nick taken in place of one’s own is kept where there is none to come with, or where it was thought of', () => {
  for (const { answer, newcomer } of [
    { answer: '', newcomer: 'in lines' },
    { answer: 'zoe', newcomer: null },
  ] as const) {
    const client = drive({ target: den, newcomer })
    client.take(linked)
    client.said(taken)
    client.take({ got: 'entered', text: answer })
    client.effects()
    const nick = answer || 'ann2'
    client.said(welcome({ nick }))
    assert.deepEqual(client.effects(), [{ do: 'rememberNick', nick }, rememberDen])
  }
})

test('a nick that stood in for another is not kept at the next server, either', () => {
  const client = drive()
  for (const { id, name, greetings } of [
    { id: 'den1', name: 'den-server', greetings: [taken] },
    { id: 'den2', name: 'attic', greetings: [] },
  ]) {
    client.take({ got: 'sightings', sightings: [sighting({ id, name })] })
    client.pass(3000)
    client.key('Enter')
    client.take({ ...linked, secured: { server: id, pin: knownDen.pin } })
    client.said(...greetings)
    if (greetings.length > 0) client.key('Enter')
    client.said(welcome({ server: id, name, nick: 'ann2' }), backlog([]))
    assert.equal(client.at(), 'joined')
    client.enter('/servers')
  }
  assert.ok(!client.effects().some(one => one.do === 'rememberNick'))
})

test('a bad nick is asked about with the server’s sentence; plain mode answers with a line', () => {
  const client = drive({ target: den })
  client.take(linked)
  client.said({
    type: 'refused',
    about: 'hello',
    code: 'bad-nick',
    text: 'That is no nick.',
    suggestion: 'ann',
  })
  client.effects()
  assert.equal(client.model().ask?.why, 'That is no nick.')
  client.take({ got: 'entered', text: '!!!' })
  assert.deepEqual(client.effects(), [])
  assert.notEqual(client.model().ask?.why, 'That is no nick.')
  client.take({ got: 'entered', text: '' })
  assert.deepEqual(client.sent(), [{ type: 'hello', v: 1, nick: 'ann' }])
})

test('whoever ponders longer than the server waits is dialled in again', () => {
  const client = drive({ target: den })
  client.take(linked)
  client.said(taken)
  client.take({ got: 'unlinked', text: 'The server ended it.' })
  client.pass(60_000)
  assert.match(client.screen(), /Which nick do you want\?/)
  client.effects()
  client.key('Enter')
  assert.deepEqual(client.effects(), [{ do: 'dial', target: den, delayMs: 0 }])
  client.take(linked)
  assert.deepEqual(client.sent(), [{ type: 'hello', v: 1, nick: 'ann2' }])
})

test('whoever answers that question when the server is gone has a list to go on from', () => {
  const gone = (client: ReturnType<typeof drive>) => {
    client.take(linked)
    client.said(taken)
    client.take({ got: 'unlinked', text: 'The server was stopped.' })
    client.effects()
    client.take({ got: 'entered', text: 'ann2' })
    client.take({ got: 'unlinked', text: 'Nothing listens there.' })
    return client
  }
  const shown = gone(drive({ target: den }))
  assert.equal(shown.at(), 'scanning')
  assert.match(shown.screen(), /Nothing listens there\./)
  assert.deepEqual(
    shown.effects().map(one => one.do),
    ['dial', 'hangUp'],
  )
  const plain = gone(drive({ target: den, interactive: false }))
  assert.deepEqual(plain.effects().at(-1), { do: 'quit', code: 1, text: 'Nothing listens there.' })
})

test('Escape from that question goes back to the list, or out where there is none', () => {
  const straight = drive({ target: den })
  straight.take(linked)
  straight.said(taken)
  straight.effects()
  straight.key('Escape')
  assert.deepEqual(straight.effects(), [{ do: 'hangUp' }, { do: 'quit', code: 0, text: null }])
  const picker = drive()
  picker.take({ got: 'sightings', sightings: [sighting({ id: 'a', name: 'den' })] })
  picker.key('Enter')
  picker.take(linked)
  picker.said(taken)
  picker.key('Escape')
  assert.equal(picker.at(), 'scanning')
})

test('a server that cannot be reached: back to the list with the sentence, or out with code 1', () => {
  const text = 'Nobody listens at 10.0.0.5:23277. Is the server running?'
  const picker = drive()
  picker.take({ got: 'sightings', sightings: [sighting({ id: 'a', name: 'den' })] })
  picker.key('Enter')
  picker.take({ got: 'unlinked', text })
  assert.equal(picker.at(), 'scanning')
  assert.match(picker.screen(), /Nobody listens at 10\.0\.0\.5:23277/)
  const straight = drive({ target: den })
  straight.effects()
  straight.take({ got: 'unlinked', text })
  assert.deepEqual(straight.effects(), [{ do: 'hangUp' }, { do: 'quit', code: 1, text }])
})

test('last words of a server that is full are the reason that is shown', () => {
  const client = drive({ target: den })
  client.take(linked)
  client.said({ type: 'bye', reason: 'busy', text: 'This server is full. Try again later.' })
  client.effects()
  client.take({ got: 'unlinked', text: 'The server ended it.' })
  assert.deepEqual(client.effects().at(-1), {
    do: 'quit',
    code: 1,
    text: 'This server is full. Try again later.',
  })
})

test('another version is final', () => {
  const refusal = {
    type: 'refused',
    about: 'hello',
    code: 'version',
    text: 'Upgrade the older side.',
  } as const
  const straight = drive({ target: den })
  straight.take(linked)
  straight.effects()
  straight.said(refusal, { type: 'bye', reason: 'version', text: 'Upgrade the older side.' })
  straight.take({ got: 'unlinked', text: 'The server ended it.' })
  assert.deepEqual(straight.effects(), [
    { do: 'hangUp' },
    { do: 'quit', code: 1, text: 'Upgrade the older side.' },
  ])
  const returning = drive()
  returning.take({ got: 'sightings', sightings: [sighting({ id: 'den1', name: 'den' })] })
  returning.key('Enter')
  returning.joined()
  returning.take({ got: 'unlinked', text: 'gone' })
  returning.enter('for den only')
  returning.take(linked)
  returning.said(refusal)
  assert.equal(returning.at(), 'scanning')
  assert.match(
    returning.screen(),
    /servers on this network[\s\S]*Upgrade the older side\. 1 line was not sent\./,
  )
  assert.deepEqual(returning.model().outbox, [])
})

test('lines entered before there is a server wait for it', () => {
  const client = drive({ target: den })
  client.take({ got: 'entered', text: 'from a pipe' })
  client.take(linked)
  client.effects()
  client.said(welcome())
  assert.deepEqual(client.sent(), [
    { type: 'say', id: 'id1', room: '#lobby', kind: 'say', body: 'from a pipe' },
  ])
})

test('the server’s names and texts are made harmless', () => {
  const client = drive({ target: den })
  client.take(linked)
  client.said(
    welcome({ name: '\u001b]0;owned\u0007den', motd: 'a\u009b2Jb' }),
    backlog([]),
    members(['ann', 'e\u202evil']),
    line(1, 'x\u001b[2Jy', { from: 'b\u0000ob' }),
  )
  assert.doesNotMatch(client.lines().join('\n') + client.screen(), /[\u001b\u009b\u0000\u202e]/)
})
