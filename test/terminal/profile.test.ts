/** What the environment says about the terminal. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Depth, type Environment, readProfile } from '../../src/terminal/profile.ts'

const both = { inputIsTerminal: true, outputIsTerminal: true, platform: 'linux' }

test('the depth of colour follows TERM, COLORTERM, TMUX and the wishes of the user', () => {
  const table: readonly (readonly [Environment, Depth])[] = [
    [{ TERM: 'xterm-256color' }, 256],
    [{ TERM: 'xterm' }, 16],
    [{ TERM: 'xterm', COLORTERM: 'truecolor' }, 256],
    [{ TERM: 'tmux-256color' }, 256],
    [{ TERM: 'screen-256color' }, 256],
    [{ TERM: 'screen' }, 8],
    [{ TERM: 'screen', TMUX: '/tmp/tmux-0/default,1,0' }, 256],
    [{ TERM: 'alacritty' }, 256],
    [{ TERM: 'foot' }, 256],
    [{ TERM: 'xterm-kitty' }, 256],
    [{ TERM: 'xterm-ghostty' }, 256],
    [{ TERM: 'wezterm' }, 256],
    [{ TERM: 'linux' }, 8],
    [{ TERM: 'linux', COLORTERM: 'truecolor' }, 8],
    [{ TERM: 'vt220' }, 'mono'],
    [{ TERM: 'never-heard-of' }, 8],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, 'mono'],
    [{ TERM: 'xterm-256color', NO_COLOR: '0' }, 'mono'],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, 256],
    [{ TERM: 'xterm-256color', NO_COLOR: '1', FORCE_COLOR: '1' }, 16],
    [{ TERM: 'xterm', FORCE_COLOR: '3' }, 256],
    [{ TERM: 'xterm', FORCE_COLOR: '0' }, 'mono'],
  ]
  for (const [env, depth] of table) assert.equal(readProfile(env, both).depth, depth, JSON.stringify(env))
  assert.equal(
    readProfile({ TERM: 'xterm-256color', FORCE_COLOR: '3' }, { ...both, mono: true }).depth,
    'mono',
  )
})

test('text is Unicode unless another character set is named or ASCII was asked for', () => {
  const unicode = (env: Environment): boolean => readProfile({ TERM: 'xterm', ...env }, both).unicode
  assert.equal(unicode({}), true)
  assert.equal(unicode({ LANG: 'C' }), true)
  assert.equal(unicode({ LANG: 'de_DE.UTF-8' }), true)
  assert.equal(unicode({ LANG: 'de_DE.utf8@euro' }), true)
  assert.equal(unicode({ LANG: 'de_DE.ISO-8859-1' }), false)
  assert.equal(unicode({ LANG: 'de_DE.ISO-8859-1', LC_ALL: 'de_DE.UTF-8' }), true)
  assert.equal(unicode({ LANG: 'de_DE.UTF-8', LC_CTYPE: 'de_DE.ISO-8859-15' }), false)
  assert.equal(unicode({ EARSHOT_ASCII: '1' }), false)
  assert.equal(readProfile({ TERM: 'xterm' }, { ...both, ascii: true }).unicode, false)
})

test('the full screen needs a terminal on both sides that is not dumb, and no wish for plain text', () => {
  const usable = (env: Environment, around = both): boolean => {
    const profile = readProfile(env, around)
    assert.equal(profile.usable, profile.why === null)
    return profile.usable
  }
  assert.equal(usable({ TERM: 'xterm' }), true)
  assert.equal(usable({ TERM: 'dumb' }), false)
  assert.equal(usable({}), false)
  assert.equal(usable({}, { ...both, platform: 'win32' }), true)
  assert.equal(usable({ TERM: 'xterm' }, { ...both, inputIsTerminal: false }), false)
  assert.equal(usable({ TERM: 'xterm' }, { ...both, outputIsTerminal: false }), false)
  assert.equal(usable({ TERM: 'xterm', EARSHOT_PLAIN: '1' }), false)
  assert.equal(usable({ TERM: 'xterm', EARSHOT_PLAIN: '0' }), true)
  assert.equal(usable({ TERM: 'xterm', INK_SCREEN_READER: 'true' }), false)
})

test('the Linux console keeps its own description, without a title and without marked pastes', () => {
  const linux = readProfile({ TERM: 'linux' }, both)
  assert.deepEqual([linux.terminal, linux.title, linux.marksPastes], ['linux', false, false])
  const other = readProfile({ TERM: 'tmux-256color' }, both)
  assert.deepEqual([other.terminal, other.title, other.marksPastes], ['xterm-256color', true, true])
})
