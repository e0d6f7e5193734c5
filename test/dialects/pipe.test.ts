import assert from 'node:assert/strict'
import test from 'node:test'
import { pipe } from '../../src/dialects/pipe.ts'
import type { Codec } from '../../src/dialects/types.ts'
import { limits } from '../../src/wire/limits.ts'
import type { ClientMessage, ServerMessage } from '../../src/wire/messages.ts'
import { dialectContract, sameMeans, welcomed } from '../contract/dialect.ts'

const said = (
  count: number,
  body: string,
  kind: 'say' | 'emote' = 'say',
  room = '#lobby',
): ClientMessage => ({
  type: 'say',
  id: `id-${count}`,
  room,
  kind,
  body,
})

dialectContract(pipe, {
  transcript: [
    {
      line: 'CMD_USER|ann',
      says: [{ type: 'hello', v: 1, guest: true, nick: 'ann' }],
      told: [welcomed('ann')],
    },
    { line: '', says: [] },
    { line: 'MSG|ann: hello', says: [said(0, 'hello')] },
    { line: 'MSG|bob: I am ann: see', says: [said(1, 'I am ann: see')] },
    { line: 'MSG|no name in this', says: [said(2, 'no name in this')] },
    { line: 'MSG|what I think of it: good', says: [said(3, 'what I think of it: good')] },
    { line: 'plain | text\r', says: [said(4, 'plain | text')] },
    { line: 'SRV|mine', says: [said(5, 'SRV|mine')] },
    { line: '#1 fan of @bob', says: [said(6, '#1 fan of @bob')] },
    { line: 'CMD_USER|bob', says: [{ type: 'nick', nick: 'bob' }] },
    { line: '/nick carl', says: [{ type: 'nick', nick: 'carl' }] },
    { line: 'MSG|ann: /me waves', says: [said(7, 'waves', 'emote')] },
    { line: '//path', says: [said(8, '/path')] },
    { line: '/msg bob psst', says: [said(9, 'psst', 'say', '@bob')] },
    { line: '/who', says: [{ type: 'who', room: '#lobby' }] },
    { line: '/quit', says: [{ type: 'bye' }] },
  ],
  joined: [welcomed('ann')],
  bad: [
    { line: 'MSG|', answer: /^SRV\|There was no text/ },
    { line: 'MSG|ann: ', answer: /^SRV\|There was no text/ },
    { line: 'MSG|ann:', answer: /^SRV\|There was no text/ },
    { line: 'CMD_USER|', answer: /^SRV\|There was no name/ },
    { line: '/help', answer: /^SRV\|\/nick NAME/ },
    { line: '/dance', answer: /^SRV\|There is no command “\/dance”/ },
    { line: '/nick', answer: /^SRV\|Something is missing/ },
    { line: '/join #dev', answer: /^SRV\|Your client cannot show that/ },
    { line: '/msg bob', answer: /^SRV\|Say to whom/ },
  ],
})

function guest(nick = 'ann'): Codec {
  const codec = pipe.open(sameMeans())
  codec.render(welcomed(nick))
  return codec
}
const line = { type: 'line', room: '#lobby', seq: 1, at: 0, id: 'x', from: 'bob', kind: 'say' } as const

test('whoever speaks before giving a name comes in as a guest, and is heard', () => {
  const codec = pipe.open({ ...sameMeans(), newId: () => 'K3_x9zzzz' })
  const heard = [...codec.parse('MSG|Guest: hello')]
  assert.deepEqual(heard, [
    { message: { type: 'hello', v: 1, guest: true, nick: 'guest-k3x9' } },
    { message: { type: 'say', id: 'K3_x9zzzz', room: '#lobby', kind: 'say', body: 'hello' } },
  ])
})

test('whose name is refused comes in under the suggested one, and their client is told in its own way', () => {
  const codec = pipe.open(sameMeans())
  const heard: unknown[] = []
  const told: string[] = []
  for (const one of codec.parse('CMD_USER|Bob')) {
    heard.push(one)
    told.push(
      codec.render(
        heard.length === 1
          ? { type: 'refused', about: 'hello', code: 'nick-taken', text: 'Taken.', suggestion: 'Bob2' }
          : welcomed('Bob2'),
      ),
    )
  }
  assert.deepEqual(heard, [
    { message: { type: 'hello', v: 1, guest: true, nick: 'Bob' } },
    { message: { type: 'hello', v: 1, guest: true, nick: 'Bob2' } },
  ])
  assert.equal(told[0], 'SRV|Taken.')
  assert.match(told[1] ?? '', /^SRV\|Bob is now known as Bob2\.\nSRV\|Welcome to den/)
})

test('a name with blanks that was asked for is taken off the text like any other', () => {
  const codec = pipe.open(sameMeans())
  for (const _ of codec.parse('CMD_USER|Guest User')) codec.render(welcomed('Guest_User'))
  assert.deepEqual([...codec.parse('MSG|Guest User: hi')], [{ message: said(0, 'hi') }])
})

test('lines read as MSG with the sender’s nick, in one row, and `|` is text', () => {
  const codec = guest()
  assert.equal(codec.render({ ...line, body: 'a|b\nSRV|c\r\nMSG|d: e' }), 'MSG|bob: a|b SRV|c MSG|d: e')
  assert.equal(codec.render({ ...line, kind: 'emote', body: 'waves' }), 'MSG|bob: * waves')
  assert.equal(codec.render({ ...line, room: '@a.b', to: 'ann', body: 'psst' }), 'MSG|@bob: psst')
})

test('one’s own line is not echoed', () => {
  const codec = guest()
  for (const heard of codec.parse('MSG|ann: hello')) assert.ok('message' in heard)
  assert.equal(codec.render({ ...line, id: 'id-0', from: 'ann', body: 'hello' }), '')
})

test('the list of members comes at the join, and after changes once when it is asked for', () => {
  const codec = guest()
  const members: ServerMessage = {
    type: 'members',
    room: '#lobby',
    members: [
      { nick: 'ann', presence: 'here' },
      { nick: 'bob', presence: 'away' },
    ],
    complete: true,
  }
  assert.equal(codec.render(members), 'ULIST|ann(lan),bob(lan)')
  assert.equal(codec.kept?.waits(), false)
  const presence = (nick: string, how: 'here' | 'reconnecting' | 'gone', was?: string): string =>
    codec.render({ type: 'presence', room: '#lobby', nick, presence: how, ...(was ? { was } : {}) })
  assert.equal(presence('carl', 'here'), 'SRV|carl has joined the chat.')
  assert.equal(presence('bob', 'here'), '', 'came back from being away')
  assert.equal(presence('rob', 'here', 'bob'), 'SRV|bob is now known as rob.')
  assert.equal(presence('carl', 'reconnecting'), '', 'may come back')
  assert.equal(presence('carl', 'here'), '', 'came back')
  assert.equal(presence('carl', 'gone'), 'SRV|carl has left the chat.')
  assert.equal(codec.kept?.waits(), true)
  assert.equal(codec.kept?.take(), 'ULIST|ann(lan),rob(lan)')
  assert.equal(codec.kept?.waits(), false)
})

test('a name cannot break the list', () => {
  const members: ServerMessage = {
    type: 'members',
    room: '#lobby',
    members: [{ nick: 'a,b(c)|d\nSRV|e', presence: 'here' }],
    complete: true,
  }
  assert.equal(guest().render(members), 'ULIST|abcd SRVe(lan)')
})

test('pipeListNamesMax: a longer list leaves the rest out', () => {
  const members: ServerMessage = {
    type: 'members',
    room: '#lobby',
    members: Array.from({ length: limits.pipeListNamesMax + 5 }, (_, index) => ({
      nick: `n${index}`,
      presence: 'here',
    })),
    complete: true,
  }
  assert.equal(guest().render(members).split(',').length, limits.pipeListNamesMax)
})
