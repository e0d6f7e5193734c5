import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { commandHelp, commands, firstWord, parseCommand } from '../../src/chat/commands.ts'

const typed = (text: string, lineMode = false) => parseCommand(text, { lineMode })

test('a line is text unless it begins with one slash', () => {
  assert.deepEqual(typed('hello /nick'), { is: 'say', body: 'hello /nick' })
  assert.deepEqual(typed('  indented'), { is: 'say', body: '  indented' })
  assert.deepEqual(typed('//etc/hosts'), { is: 'say', body: '/etc/hosts' })
  assert.deepEqual(typed('   \n '), { is: 'nothing' })
})

test('commands are found by name and alias in any case, with their argument', () => {
  assert.deepEqual(typed('/nick  Ann '), { is: 'command', name: 'nick', argument: 'Ann' })
  assert.deepEqual(typed('/ME waves  twice'), { is: 'command', name: 'me', argument: 'waves  twice' })
  assert.deepEqual(typed('/exit'), { is: 'command', name: 'quit', argument: '' })
  assert.deepEqual(typed('/?'), { is: 'command', name: 'help', argument: '' })
  assert.deepEqual(typed('/me one\ntwo'), { is: 'command', name: 'me', argument: 'one\ntwo' })
})

test('a command without what it needs says how it is used', () => {
  assert.deepEqual(typed('/nick'), {
    is: 'misused',
    name: 'nick',
    text: 'Something is missing: /nick NAME (take another nick). For example: /nick ann2',
  })
})

test('an unknown command names the nearest one and the way to say it', () => {
  assert.deepEqual(typed('/nikc bob'), {
    is: 'unknown',
    nearest: 'nick',
    text: 'There is no command “/nikc”. Did you mean /nick? To say a line that begins with a slash, type two: “//”.',
  })
  assert.deepEqual(typed('/usr/bin/env'), {
    is: 'unknown',
    nearest: null,
    text: 'There is no command “/usr/bin/env”. /help lists them. To say a line that begins with a slash, type two: “//”.',
  })
})

test('quit and exit are words of line mode only', () => {
  for (const word of ['quit', 'exit', ' QUIT '])
    assert.deepEqual(typed(word, true), { is: 'command', name: 'quit', argument: '' })
  assert.deepEqual(typed('list users', true), { is: 'command', name: 'who', argument: '' })
  assert.deepEqual(typed('quit'), { is: 'say', body: 'quit' })
  assert.deepEqual(typed('quit it', true), { is: 'say', body: 'quit it' })
})

test('#room and @nick are short for rooms and people, from anywhere', () => {
  assert.deepEqual(typed('#Dev hello  there'), { is: 'sayIn', room: '#dev', body: 'hello  there' })
  assert.deepEqual(typed('#dev\nhello'), { is: 'sayIn', room: '#dev', body: 'hello' })
  assert.deepEqual(typed('#Dev '), { is: 'command', name: 'join', argument: '#dev' })
  assert.deepEqual(typed('@bob'), { is: 'command', name: 'msg', argument: 'bob' })
  assert.deepEqual(typed('@bob: hello  there'), { is: 'command', name: 'msg', argument: 'bob hello  there' })
  assert.deepEqual(typed(' #dev'), { is: 'say', body: ' #dev' })
  for (const [text, name] of [
    ['#', 'join'],
    ['# heading', 'join'],
    ['#!/bin/sh', 'join'],
    ['@', 'msg'],
    ['@ bob', 'msg'],
    ['@: x', 'msg'],
  ] as const) {
    const parsed = typed(text)
    assert.equal(parsed.is === 'misused' && parsed.name, name, text)
    assert.match(parsed.is === 'misused' ? parsed.text : '', /put a blank in front\.$/)
  }
})

test('msg with a nick and a text is a command of line mode without its slash', () => {
  assert.deepEqual(typed('msg bob hello there', true), {
    is: 'command',
    name: 'msg',
    argument: 'bob hello there',
  })
  assert.deepEqual(typed('msg bob', true), { is: 'say', body: 'msg bob' })
  assert.deepEqual(typed('msg bob hello'), { is: 'say', body: 'msg bob hello' })
})

test('the words that other chats use are known', () => {
  const named = (text: string) => {
    const parsed = typed(text)
    return parsed.is === 'command' ? parsed.name : parsed.is
  }
  assert.deepEqual(
    ['/w b x', '/whisper b x', '/query b', '/r x', '/part', '/list', '/names', '/unignore b', '/j x'].map(
      named,
    ),
    ['msg', 'msg', 'msg', 'reply', 'leave', 'rooms', 'who', 'ignore', 'join'],
  )
})

test('a text is cut behind its first word', () => {
  assert.deepEqual(firstWord('bob  hello there'), { word: 'bob', rest: 'hello there' })
  assert.deepEqual(firstWord('bob'), { word: 'bob', rest: '' })
  assert.deepEqual(firstWord(''), { word: '', rest: '' })
})

test('no word stands for two commands, and every row explains itself', () => {
  const words = commands.flatMap(row => [row.name, ...row.aliases])
  assert.equal(new Set(words).size, words.length)
  for (const row of commands) assert.ok(row.usage.startsWith(`/${row.name}`) && row.help !== '')
  assert.equal(commandHelp('owner', commands).length, commands.length)
  assert.equal(commandHelp('owner').length, commands.filter(row => !row.needsScreen).length)
  for (const row of commands)
    if (row.example !== '') {
      const parsed = parseCommand(row.example, { lineMode: false })
      assert.equal(parsed.is === 'command' && parsed.name, row.name, row.example)
    }
  assert.match(commandHelp('owner')[0] ?? '', /^\/nick NAME +take another nick$/)
})

test('help lists what is for who asks, and names the rest with who may', () => {
  const names = (role: 'member' | 'op' | 'owner') => commandHelp(role).map(line => line.split(' ')[0])
  assert.ok(names('member').includes('/motd') && !names('member').includes('/kick'))
  assert.ok(names('op').includes('/kick') && !names('op').includes('/op'))
  assert.ok(names('owner').includes('/op'))
  assert.deepEqual(
    [commandHelp('member').at(-1), commandHelp('op').at(-1)],
    [
      'Ops may /kick /ban /unban /bans /mute /unmute, owners /op /deop /allow, too. /help NAME explains one.',
      'Owners may /op /deop /allow. /help NAME explains one.',
    ],
  )
})

test('any text parses', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.boolean(),
      (text, lineMode) => void typed(text, lineMode),
    ),
  )
})
