/** Long texts folded, the bare text, the mark of what is new, repeats, and lines from an editor of the user’s own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keymap } from '../../src/client/keymap.ts'
import { assertScreen, backlog, drive, entered, inTheLobby, line, members, welcome } from './driver.ts'

const trace = Array.from({ length: 30 }, (_, n) => `at frame ${n + 1}`).join('\n')

test('a long text is folded at twelve rows, and F8 shows all of it from its first row on', () => {
  const chat = inTheLobby({ rows: 22 })
  chat.said(line(1, trace), line(2, 'after'))
  assert.match(chat.screen(), /at frame 11\n.* │ \+19 lines · F8 shows all\n.*bob │ after/)
  chat.key('F8')
  const rows = chat.screen().split('\n')
  assert.match(rows[1] ?? '', /bob │ at frame 1$/)
  assert.match(rows[19] ?? '', /│ at frame 19$/)
  chat.key('F8')
  chat.key('End')
  assert.match(chat.screen(), /\+19 lines/)
  chat.enter('/unfold')
  assert.match(chat.screen(), /at frame 19$/m)
})

test('a text of twelve rows is not folded, and F8 without a long text says so', () => {
  const chat = inTheLobby({ rows: 22 })
  chat.said(line(1, trace.split('\n').slice(0, 12).join('\n')))
  assert.match(chat.screen(), /at frame 12$/m)
  chat.key('F8')
  assert.match(chat.screen(), /No text here is folded/)
})

test('the bare text has no gutter, no panels and no marks, and what is written in it copies as it was', () => {
  const chat = inTheLobby({ columns: 120, rows: 12 })
  chat.said(line(1, 'deploy is green'), line(2, 'if x:\n    y()', { from: 'carol' }))
  chat.enter('on it')
  chat.said(line(3, 'on it', { id: 'id1', from: 'ann' }))
  chat.key('F2')
  assertScreen(
    chat.screen(),
    `
    | #lobby  den-server                                                                                              2 here
    |
    |
    |09:12 -- You are ann on den-server.
    |─────────────────────────────────────────────────── Tue 21 Nov 2023 ────────────────────────────────────────────────────
    |09:12 bob: deploy is green
    |09:12 carol:
    |if x:
    |    y()
    |09:12 ann: on it
    | Bare text: select it with the mouse and copy. F2 or /bare shows all again.                                       09:12
    |▌>
    `,
  )
  chat.key('Escape')
  assert.match(chat.screen(), /Here 2/)
})

test('where a panel ends the bare view, nothing says any more how to end it', () => {
  for (const key of ['F3', 'F4']) {
    const chat = inTheLobby({ columns: 120 })
    chat.key('F2')
    assert.match(chat.screen(), /Bare text: /)
    chat.key(key)
    assert.equal(chat.model().bare, false, key)
    assert.doesNotMatch(chat.screen(), /Bare text: /)
  }
})

test('a long text is whole in the bare view', () => {
  const chat = inTheLobby({ rows: 40 })
  chat.said(line(1, trace))
  chat.key('F2')
  assert.match(chat.screen(), /^09:12 bob:\nat frame 1\n/m)
  assert.match(chat.screen(), /^at frame 30$/m)
})

test('F7 goes up to where “new” is written, and says where there is nothing', () => {
  const chat = inTheLobby({ rows: 14 })
  chat.key('F7')
  assert.match(chat.screen(), /Nothing is marked as new in #lobby/)
  chat.enter('/join #dev')
  chat.said(...entered('#dev'))
  for (let seq = 1; seq <= 30; seq++) chat.said(line(seq, `line ${seq}.`))
  chat.enter('/go lobby')
  assert.doesNotMatch(chat.screen(), / new /)
  chat.key('F7')
  const rows = chat.screen().split('\n')
  assert.match(rows[1] ?? '', /─ new ─/)
  assert.match(rows[2] ?? '', /line 1\./)
  chat.key('End')
  chat.key('M-u')
  assert.match(chat.screen(), /─ new ─/)
})

test('the same word of the client again and again is one row that counts', () => {
  const chat = inTheLobby({ rows: 12 })
  for (let n = 0; n < 3; n++) chat.enter('/topic')
  assert.match(chat.screen(), /#lobby has no topic\. \/topic TEXT sets it\. \(3 times\)/)
  assert.equal(chat.screen().match(/has no topic/g)?.length, 1)
  assert.equal(chat.lines().filter(text => text.includes('has no topic')).length, 3)
})

test('somebody who has never been anywhere is told three things, once', () => {
  const chat = drive({ target: { hosts: ['10.0.0.5'], port: 23277 }, newcomer: 'on a screen' })
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  chat.said(welcome(), backlog([]), members(['ann', 'bob']))
  const told = chat.lines().map(text => text.slice(13))
  assert.equal(told.length, 4)
  assert.match(told[1] ?? '', /then Enter/)
  assert.match(told[3] ?? '', /\/help/)
  chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
  chat.pass(60_000)
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  chat.said(welcome())
  assert.equal(chat.lines().filter(text => text.includes('then Enter')).length, 1)
  const other = inTheLobby()
  assert.equal(other.lines().length, 1)
})

test('who is told so in lines hears of no mark and no key that lines do not have', () => {
  const chat = drive({ target: { hosts: ['10.0.0.5'], port: 23277 }, newcomer: 'in lines' })
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  chat.said(welcome(), backlog([]), members(['ann', 'bob']))
  const told = chat.lines().join('\n')
  assert.match(
    told,
    /Once it is printed here, it is kept\.\n.*\n.*\/help lists what there is\. \/quit leaves\./,
  )
  assert.doesNotMatch(told, /✓|F1|Tab/)
})

test('the line goes to an editor of the user’s own and comes back, to be sent or undone', () => {
  const chat = inTheLobby()
  chat.type('draft')
  chat.key('C-x')
  assert.deepEqual(chat.effects(), [{ do: 'compose', text: 'draft' }])
  chat.take({ got: 'composed', text: 'draft\nand\x1b more\n\n' })
  assert.equal(chat.model().editor.text, 'draft\nand� more')
  assert.match(chat.screen(), /Enter sends it\./)
  chat.key('C-_')
  assert.equal(chat.model().editor.text, 'draft')
  chat.take({ got: 'composeFailed', text: 'There is no editor “nano”.' })
  assert.match(chat.screen(), /There is no editor “nano”\./)
  assert.equal(chat.model().editor.text, 'draft')
  chat.key('C-u')
  chat.enter('/edit some text')
  assert.deepEqual(chat.effects(), [{ do: 'compose', text: 'some text' }])
})

test('what an editor left is cut to what a line holds, with a word', () => {
  const chat = inTheLobby()
  chat.type('draft')
  chat.take({ got: 'composed', text: 'x'.repeat(70_000) })
  assert.equal(chat.model().editor.text, 'draft')
  assert.match(chat.screen(), /at most 64 KiB/)
})

test('where lines are printed, what changes a screen says that there is none', () => {
  const chat = inTheLobby()
  for (const text of ['/bare', '/unfold', '/mark', '/members', '/roomlist', '/edit']) {
    chat.take({ got: 'entered', text })
    assert.match(chat.lines().at(-1) ?? '', /needs a full screen/, text)
  }
  assert.deepEqual(chat.effects(), [])
})

test('no key needs Alt alone', () => {
  for (const row of keymap)
    assert.ok(
      row.keys.some(key => !key.includes('M-')),
      row.help,
    )
})

test('emoji are completed by their names, one after the other', () => {
  const chat = inTheLobby()
  chat.type('well done :thumbs')
  chat.key('Tab')
  assert.equal(chat.model().editor.text, 'well done 👍')
  assert.match(chat.screen(), /👍 thumbsup · Tab once more: 👎 thumbsdown/)
  chat.key('Tab')
  assert.equal(chat.model().editor.text, 'well done 👎')
  chat.key('Tab')
  assert.equal(chat.model().editor.text, 'well done 👍')
  chat.key('C-u')
  chat.type(':tada:')
  chat.key('Tab')
  assert.equal(chat.model().editor.text, '🎉')
})

test('/help COMMAND gives an example', () => {
  const chat = inTheLobby()
  chat.enter('/help join')
  assert.match(chat.lines().at(-1) ?? '', /\/join #ROOM \[PASSWORD\]: .* For example: \/join #dev/)
})
