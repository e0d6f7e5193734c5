/** Settings: flags over the environment over the file over what is usual, and a sentence for each mistake. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type CommandName, type CommandRow, commands, variableOf } from '../../src/cli/commands.ts'
import { flagOf, readText, settingLines, settle, strangeVariables, valuesOf } from '../../src/cli/settings.ts'
import { earshot, outcome, ownHome, serving } from './earshot.ts'

const rowOf = (name: CommandName): CommandRow => {
  const row = commands.find(one => one.name === name)
  assert.ok(row)
  return row
}

const path = '/etc/earshot.toml'

/** What holds, or what is wrong. */
function settled(
  name: CommandName,
  flags: Record<string, unknown>,
  environment: Record<string, string>,
  held: Record<string, unknown> | null = null,
) {
  const file = held === null ? null : { path, held }
  const outcome = settle(rowOf(name), new Map(Object.entries(flags)), environment, file)
  return outcome.ok ? valuesOf(outcome.settings) : outcome.troubles
}

test('an option has one place in the file and one variable, and the same option has the same everywhere', () => {
  const places = new Map<string, string>()
  for (const { name, options } of commands as readonly CommandRow[])
    for (const option of options) {
      if (option.key === null) continue
      const flag = flagOf(option).slice(2)
      // Below a command’s name, or at the top for all that have it.
      // What is about the server’s folder is said where the server’s own settings are.
      const fits = [flag, `${name}.${flag}`, `serve.${flag}`]
      assert.ok(fits.includes(option.key), `${name} ${flag}: ${option.key}`)
      const known = places.get(variableOf(option.key))
      assert.ok(known === undefined || known === option.key, option.key)
      places.set(variableOf(option.key), option.key)
    }
  // These are promised: who renames one breaks somebody’s file.
  assert.deepEqual([...places.keys()].sort(), [
    'EARSHOT_ADMIN_JSON',
    'EARSHOT_ASCII',
    'EARSHOT_CONFIG',
    'EARSHOT_DISCOVERY_PORT',
    'EARSHOT_EXPORT_JSON',
    'EARSHOT_INTERFACE',
    'EARSHOT_LOOK',
    'EARSHOT_NICK',
    'EARSHOT_NO_BELL',
    'EARSHOT_NO_SCAN',
    'EARSHOT_PASSWORD_FILE',
    'EARSHOT_PLAIN',
    'EARSHOT_ROOM',
    'EARSHOT_SCAN_JSON',
    'EARSHOT_SERVER',
    'EARSHOT_SERVE_ANNOUNCE_LEGACY',
    'EARSHOT_SERVE_DATA',
    'EARSHOT_SERVE_HOST',
    'EARSHOT_SERVE_JSON',
    'EARSHOT_SERVE_KEEP',
    'EARSHOT_SERVE_LIMITS',
    'EARSHOT_SERVE_LOG',
    'EARSHOT_SERVE_MEMORY',
    'EARSHOT_SERVE_METRICS',
    'EARSHOT_SERVE_METRICS_OPEN',
    'EARSHOT_SERVE_MOTD',
    'EARSHOT_SERVE_NAME',
    'EARSHOT_SERVE_NO_ANNOUNCE',
    'EARSHOT_SERVE_PASSWORD',
    'EARSHOT_SERVE_PASSWORD_FILE',
    'EARSHOT_SERVE_PLAINTEXT',
    'EARSHOT_SERVE_PORT',
    'EARSHOT_SERVE_QUIET',
    'EARSHOT_TAIL_JSON',
    'EARSHOT_TAIL_LAST',
    'EARSHOT_THEME',
    'EARSHOT_WAIT',
  ])
})

test('flags win over the environment, that over the file, and what nobody says is not there', () => {
  const held = { 'discovery-port': 5, serve: { port: 1, name: 'filed', motd: 'hi' } }
  const environment = { EARSHOT_SERVE_PORT: '2', EARSHOT_SERVE_NAME: 'from outside' }
  assert.deepEqual(settled('serve', { '--port': 3 }, environment, held), {
    port: 3,
    name: 'from outside',
    motd: 'hi',
    discoveryPort: 5,
  })
  assert.deepEqual(settled('serve', {}, {}, held), { port: 1, name: 'filed', motd: 'hi', discoveryPort: 5 })
  assert.deepEqual(settled('serve', {}, {}), {})
})

test('an empty variable is none', () => {
  assert.deepEqual(settled('serve', {}, { EARSHOT_SERVE_PORT: '', EARSHOT_SERVE_QUIET: '' }), {})
})

test('an empty text names nothing: no folder, file, server or address', () => {
  for (const { name, options } of commands as readonly CommandRow[])
    for (const option of options) {
      const mayBe = ['--motd', '--wait [time]']
      if (!/[<[]/.test(option.flags) || mayBe.some(one => option.flags.startsWith(one))) continue
      for (const text of ['', ' '])
        assert.equal(readText(option, text, flagOf(option)).ok, false, `${name} ${option.flags}`)
    }
  assert.deepEqual(settled('serve', {}, {}, { serve: { data: '' } }), [
    '/etc/earshot.toml: serve.data “”: it is empty. Check the variable it comes from, or leave it out.',
  ])
})

test('switches take true and false, and a switch that says no is turned round', () => {
  for (const yes of ['true', 'YES', '1', ' on '])
    assert.deepEqual(settled('serve', {}, { EARSHOT_SERVE_QUIET: yes, EARSHOT_SERVE_NO_ANNOUNCE: yes }), {
      quiet: true,
      announce: false,
    })
  assert.deepEqual(settled('pick', {}, { EARSHOT_NO_SCAN: 'false' }, { 'no-scan': true }), { scan: true })
  assert.deepEqual(settled('pick', {}, {}, { 'no-scan': true, plain: false }), { scan: false, plain: false })
})

test('what may be repeated is a list: commas in a variable, an array or one text in the file', () => {
  assert.deepEqual(settled('pick', {}, { EARSHOT_ROOM: 'Dev, #ops,' }), { room: ['#dev', '#ops'] })
  assert.deepEqual(settled('pick', {}, {}, { room: ['dev', '#ops'] }), { room: ['#dev', '#ops'] })
  assert.deepEqual(settled('pick', {}, {}, { room: 'dev' }), { room: ['#dev'] })
})

const mistakes: readonly {
  what: string
  environment?: Record<string, string>
  held?: Record<string, unknown>
  says: RegExp
}[] = [
  {
    what: 'a bad variable',
    environment: { EARSHOT_SERVE_PORT: 'many' },
    says: /^EARSHOT_SERVE_PORT “many”: a TCP port is a whole number from 0 to 65535\.$/,
  },
  {
    what: 'a variable that is neither true nor false',
    environment: { EARSHOT_SERVE_QUIET: 'perhaps' },
    says: /^EARSHOT_SERVE_QUIET “perhaps”: expected true or false\.$/,
  },
  {
    what: 'a bad value in the file, also of another command',
    held: { nick: 'a b' },
    says: /^\/etc\/earshot\.toml: nick “a b”: A nick has no spaces\./,
  },
  { what: 'a number with a point', held: { serve: { port: 1.5 } }, says: /serve\.port “1\.5”: a TCP port/ },
  { what: 'a list where one is meant', held: { serve: { name: ['a', 'b'] } }, says: /expected one text/ },
  { what: 'a text where true is meant', held: { serve: { quiet: 'true' } }, says: /expected true or false/ },
  {
    what: 'a table where a value is meant',
    held: { nick: { is: 'ann' } },
    says: /nick “.*”: expected one text/,
  },
  { what: 'a date', held: { nick: new Date(0) }, says: /nick “1970.*”: expected one text/ },
  { what: 'a misspelt key', held: { nikc: 'ann' }, says: /no setting “nikc”\. Did you mean “nick”\?/ },
  {
    what: 'a key in the wrong place',
    held: { port: 1 },
    says: /no setting “port”\. Did you mean “serve\.port”\?/,
  },
  {
    what: 'a key in the wrong table',
    held: { tail: { port: 1 } },
    says: /“tail\.port”\. Did you mean “serve\.port”/,
  },
  {
    what: 'a limit that is none',
    held: { serve: { limits: { sayPerSecnd: 10 } } },
    says: /serve\.limits “sayPerSecnd=10”: there is no limit “sayPerSecnd”\. Did you mean “sayPerSecond”\?/,
  },
  {
    what: 'the table of a server under another name',
    held: { server: { name: 'x' } },
    says: /there is no table “\[server\]”\. Did you mean “\[serve\]”\?$/,
  },
  {
    what: 'a value where a table is meant',
    held: { serve: 3 },
    says: /“serve” is a table: write \[serve\] on a line of its own/,
  },
  {
    what: 'a password where a file is meant, without the password,',
    held: { serve: { password: 'hunter2' } },
    says: /^(?!.*hunter2).*serve\.password: expected true or false\. The password itself stands in a file: serve\.password-file = "FILE"\.$/,
  },
  {
    what: 'a password in a variable, without the password,',
    environment: { EARSHOT_SERVE_PASSWORD: 'hunter2' },
    says: /^(?!.*hunter2).*EARSHOT_SERVE_PASSWORD: expected true or false\./,
  },
  {
    what: 'a bad variable of another command',
    environment: { EARSHOT_PLAIN: 'maybe' },
    says: /^EARSHOT_PLAIN “maybe”: expected true or false\.$/,
  },
  { what: 'a table of no command', held: { server: 'x', srv: { port: 1 } }, says: /no setting “srv”/ },
  { what: 'a file that names itself', held: { config: 'x' }, says: /no setting “config”/ },
  {
    what: 'a key from the depths',
    held: { constructor: 'x' },
    says: /no setting “constructor”.*There are: nick, /,
  },
  {
    what: 'controls in a value',
    held: { serve: { port: '\u001b[31m' } },
    says: /^[^\u001b]*a TCP port[^\u001b]*$/,
  },
]
for (const { what, environment = {}, held = {}, says } of mistakes)
  test(`${what} is named with where it stands`, () => {
    const troubles = settled('serve', {}, environment, held)
    assert.ok(Array.isArray(troubles), JSON.stringify(troubles))
    assert.equal(troubles.length, 1)
    assert.match(String(troubles[0]), says)
  })

test('every mistake is told, not only the first', () => {
  const troubles = settled('serve', {}, { EARSHOT_SERVE_PORT: 'x' }, { nikc: 1, serve: { motdd: 'x' } })
  assert.ok(Array.isArray(troubles))
  assert.equal(troubles.length, 3)
})

test('what is wrong is printed beside the other settings, but no password', () => {
  const held = { serve: { password: 'hunter2', port: 'many' } }
  const lines = settlingLines(held)
  assert.ok(lines.includes('serve.password = not shown WRONG   (from /etc/earshot.toml)'), lines.join('\n'))
  assert.ok(lines.includes('serve.port = "many" WRONG   (from /etc/earshot.toml)'), lines.join('\n'))
})

function settlingLines(held: Record<string, unknown>): readonly string[] {
  return settingLines(settle(rowOf('serve'), new Map(), {}, { path, held }).settings, path)
}

test('a variable that is none of ours is named with the one that was meant', () => {
  const environment = {
    EARSHOT_NIK: 'x',
    EARSHOT_NICK: 'y',
    EARSHOT_CONFIG: '/x',
    EARSHOT_OTHER_THING: '1',
    HOME: '/',
  }
  assert.deepEqual(strangeVariables(environment), [
    'there is no variable “EARSHOT_NIK”, so nothing comes of it. Did you mean “EARSHOT_NICK”?',
    'there is no variable “EARSHOT_OTHER_THING”, so nothing comes of it.',
  ])
})

test('the effective settings say of each where it comes from', () => {
  const { settings } = settle(
    rowOf('serve'),
    new Map<string, unknown>([['--port', 4000]]),
    { EARSHOT_SERVE_MOTD: 'hi “there”' },
    { path, held: { 'discovery-port': 5000 } },
  )
  const lines = settingLines(settings, path)
  for (const line of [
    'serve.port = 4000   (from --port)',
    'serve.motd = "hi “there”"   (from EARSHOT_SERVE_MOTD)',
    'discovery-port = 5000   (from /etc/earshot.toml)',
    'serve.quiet = false   (default)',
    'serve.name = this machine’s name   (default)',
    'config = "/etc/earshot.toml"   (default)',
  ])
    assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`)
})

/** A home with a file of settings in the usual place. */
function homeWith(t: TestContext, text: string): { env: Record<string, string>; file: string } {
  const env = ownHome(t)
  const folder = join(env.XDG_CONFIG_HOME ?? '', 'earshot')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'earshot.toml')
  writeFileSync(file, text)
  return { env, file }
}

async function run(t: TestContext, args: readonly string[], env: Record<string, string>) {
  const running = earshot(t, args, env)
  running.end()
  const { code } = await running.exited
  return { code, text: running.lines.join('\n') }
}

test('serve --check prints what holds and serves nothing', async t => {
  const { env, file } = homeWith(t, 'discovery-port = 4001\n[serve]\nname = "den"\nport = 4002\n')
  const { code, text } = await run(t, ['serve', '--check', '--motd', 'hi'], {
    ...env,
    EARSHOT_SERVE_PORT: '4003',
  })
  assert.equal(code, 0)
  assert.match(text, new RegExp(`^serve\\.name = "den" {3}\\(from ${file}\\)$`, 'm'))
  assert.match(text, /^serve\.port = 4003 {3}\(from EARSHOT_SERVE_PORT\)$/m)
  assert.match(text, /^serve\.motd = "hi" {3}\(from --motd\)$/m)
  assert.match(text, new RegExp(`^discovery-port = 4001 {3}\\(from ${file}\\)$`, 'm'))
  assert.doesNotMatch(text, /listening|is open on/)
})

test('serve --check prints values as a person types them, and a wrong one as wrong', async t => {
  const { env, file } = homeWith(t, '[serve]\nplaintext = "maybe"\n')
  const { text } = await run(t, ['serve', '--check', '--keep', '30d', '--metrics', '9464'], {
    ...env,
    EARSHOT_SERVE_PORT: '70000',
  })
  assert.match(text, /^serve\.keep = "30d" {3}\(from --keep\)$/m)
  assert.match(text, /^serve\.metrics = "127\.0\.0\.1:9464" {3}\(from --metrics\)$/m)
  assert.match(text, /^serve\.port = 70000 WRONG {3}\(from EARSHOT_SERVE_PORT\)$/m)
  assert.match(text, new RegExp(`^serve\\.plaintext = "maybe" WRONG {3}\\(from ${file}\\)$`, 'm'))
  const lines = await run(t, ['serve', '--check', '--keep', '100000'], { ...env, EARSHOT_SERVE_PORT: '' })
  assert.match(lines.text, /^serve\.keep = "100000" {3}\(from --keep\)$/m)
})

test('serve --check with something bad prints the rest, names it, and is a usage error', async t => {
  const { env, file } = homeWith(t, '[serve]\nprot = 4002\n')
  const { code, text } = await run(t, ['serve', '--check'], env)
  assert.equal(code, 2)
  assert.match(text, /^serve\.port = 23277/m)
  assert.match(
    text,
    new RegExp(`^earshot: ${file}: there is no setting “serve.prot”. Did you mean “serve.port”\\?$`, 'm'),
  )
})

test('serve --check refuses a password file as serve itself does', async t => {
  const env = ownHome(t)
  const [none = '', empty = '', whole = ''] = ['none', 'empty', 'whole'].map(name =>
    join(env.HOME ?? '', name),
  )
  writeFileSync(empty, '')
  writeFileSync(whole, 'correct horse battery\n')
  for (const file of [none, empty]) {
    const args = ['serve', '--memory', '--no-announce', '--host', '127.0.0.1', '--port', '0']
    const served = await run(t, [...args, '--password-file', file], env)
    const checked = await run(t, ['serve', '--check'], { ...env, EARSHOT_SERVE_PASSWORD_FILE: file })
    assert.match(served.text, /^earshot: .*(cannot be read|no password)/m)
    assert.equal(checked.code, served.code)
    assert.ok(checked.text.split('\n').includes(served.text), checked.text)
  }
  for (const file of [whole, '-'])
    assert.equal((await run(t, ['serve', '--check', '--password-file', file], env)).code, 0, file)
})

test('a file that is no TOML is named with line and column', async t => {
  const { env, file } = homeWith(t, 'nick = "ann"\nroom = [\n')
  const { code, text } = await run(t, ['scan', '--wait', '1ms'], env)
  assert.equal(code, 2)
  assert.match(text, new RegExp(`^earshot: ${file}, line \\d+, column \\d+: .+\\.$`))
})

test('--config names another file, which must be there', async t => {
  const { env, file } = homeWith(t, '[serve]\nname = "elsewhere"\n')
  const other = { ...env, XDG_CONFIG_HOME: join(env.HOME ?? '', 'none') }
  assert.match(
    (await run(t, ['serve', '--check', '--config', file], other)).text,
    /serve\.name = "elsewhere"/,
  )
  assert.match((await run(t, ['serve', '--check'], { ...other, EARSHOT_CONFIG: file })).text, /"elsewhere"/)
  const missing = await run(t, ['serve', '--check', '--config', '/no/such.toml'], env)
  assert.equal(missing.code, 2)
  assert.match(missing.text, /--config “\/no\/such\.toml”: there is no such file/)
  const unset = await run(t, ['scan', '--wait', '1ms'], { ...env, EARSHOT_CONFIG: '/no/such.toml' })
  assert.match(unset.text, /EARSHOT_CONFIG “\/no\/such\.toml”: there is no such file/)
})

test('a server takes its name from the file, and a client its nick and rooms from the environment', async t => {
  const { env } = homeWith(t, '[serve]\nname = "den"\nmotd = "from the file"\n')
  const { port, listening } = await serving(t, [], env)
  assert.equal(listening.name, 'den')
  const ann = earshot(t, ['join', `127.0.0.1:${port}`, '--plain', '--no-scan', '--room', 'ops'], {
    ...ownHome(t),
    EARSHOT_NICK: 'ann',
  })
  await ann.waitForLine(/You are ann on den/)
  await ann.waitForLine(/from the file/)
  const bob = earshot(t, ['send', '--server', `127.0.0.1:${port}`, '--nick', 'bob', '#ops', 'are you there?'])
  assert.deepEqual(await bob.exited, { code: 0, signal: null })
  await ann.waitForLine(/#ops bob: are you there\?/)
})

test('a value on the command line is checked before help is printed', async t => {
  assert.equal((await outcome(t, 'tail', '--last', '201', '--help')).code, 2)
  assert.equal((await outcome(t, 'tail', '--last', '200', '--help')).code, 0)
})

test('limits are texts, or a table in the file, and several in one text of the environment', () => {
  const both = ['sayBurst=50', 'sayPerSecond=0.5']
  const limitsOf = (environment: Record<string, string>, held: Record<string, unknown> | null = null) => {
    const values = settled('serve', {}, environment, held)
    return 'limits' in values ? values.limits : values
  }
  assert.deepEqual(limitsOf({}, { serve: { limits: { sayBurst: 50, sayPerSecond: 0.5 } } }), both)
  assert.deepEqual(limitsOf({}, { serve: { limits: both } }), both)
  assert.deepEqual(limitsOf({}, { serve: { limits: 'none' } }), ['none'])
  assert.deepEqual(limitsOf({ EARSHOT_SERVE_LIMITS: both.join(',') }), both)
})

test('a folder of settings that is no absolute path is ignored, as if it were not given', async t => {
  const { env } = homeWith(t, 'nick = "ann"\n')
  const { text } = await run(t, ['serve', '--check'], { ...env, XDG_CONFIG_HOME: 'relative' })
  assert.doesNotMatch(text, /relative/)
  assert.match(text, new RegExp(`^config = "${env.HOME}/`, 'm'))
})

test('what an order lacks is asked for in the words of the shell', async t => {
  assert.match(
    (await outcome(t, 'join')).lines.join('\n'),
    /^earshot: join which server\?.*earshot join HOST/,
  )
  assert.match((await outcome(t, 'admin', 'kick')).lines.join('\n'), /Whom\? earshot admin kick NICK\./)
})
