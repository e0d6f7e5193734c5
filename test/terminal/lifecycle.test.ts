/** A real terminal gets every mode back, however the program ends or stops. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { patienceMs } from '../patience.ts'
import { type PtyProgram, ptyWorks, spawnInPty } from '../screens/screen.ts'

const sample = fileURLToPath(new URL('sample.ts', import.meta.url))
const start = [process.execPath, '--import', 'tsx', sample]
const works = process.platform !== 'win32' && (await ptyWorks())
const options = { skip: works ? false : 'no pseudoterminals here', timeout: 2 * patienceMs }

/** How a mode was set last. */
const last = (raw: string, mode: number): string | undefined =>
  [...raw.matchAll(/\x1b\[\?(\d+)([hl])/g)].filter(found => found[1] === String(mode)).at(-1)?.[2]

const assertGivenBack = (raw: string): void => {
  assert.equal(last(raw, 1049), 'l', 'alternate screen')
  assert.equal(last(raw, 25), 'h', 'cursor')
  assert.equal(last(raw, 2004), 'l', 'bracketed paste')
  assert.equal(last(raw, 1004), 'l', 'focus reports')
  assert.equal(last(raw, 7), 'h', 'wrapping')
  assert.equal(last(raw, 2026), 'l', 'synchronized output')
  assert.equal(raw.split('\x1b[22;2t').length, raw.split('\x1b[23;2t').length, 'titles saved and restored')
}

interface Ended {
  readonly raw: string
  readonly code: number
  readonly screen: string
}

/** A shell runs the sample between two `stty -g` and tells its exit code; `end` makes the sample (`pid`) end. */
const runBetween = async (end: (program: PtyProgram, pid: number) => void): Promise<Ended> => {
  const script = 'echo "before $(stty -g)"; "$@"; echo "code $?"; echo "after $(stty -g)"; read -r heard'
  const program = await spawnInPty('sh', ['-c', script, 'sh', ...start], { rows: 30 })
  try {
    await program.waitFor('sample is open')
    end(program, childOf(program.pid))
    // The shell ends when all it said has been read: what is on the way when it ends may be lost.
    await program.waitForRaw(/after \S+\s/)
    program.type('\r')
    await program.exit
    const raw = program.raw()
    const before = /before (\S+)/.exec(raw)?.[1]
    assert.ok(before !== undefined)
    assert.equal(/after (\S+)/.exec(raw)?.[1], before, 'stty')
    assertGivenBack(raw)
    return { raw, code: Number(/code (\d+)/.exec(raw)?.[1]), screen: program.text() }
  } finally {
    program.kill()
  }
}

const childOf = (pid: number): number =>
  Number(
    execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')[0],
  )

test('^C, which the program answers by quitting, gives the terminal back', options, async () => {
  const { code } = await runBetween(program => program.type('\x03'))
  assert.equal(code, 0)
})

test('process.exit gives the terminal back', options, async () => {
  const { code } = await runBetween(program => program.type('\x18'))
  assert.equal(code, 3)
})

for (const [signal, expected] of [
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGQUIT', 131],
  ['SIGINT', 130],
] as const) {
  test(`${signal} gives the terminal back and exits with ${expected}`, options, async () => {
    const { code } = await runBetween((_program, pid) => process.kill(pid, signal))
    assert.equal(code, expected)
  })
}

for (const [what, typed, text] of [
  ['an error that nobody caught', '\x14', 'thrown by the sample'],
  ['a rejection that nobody handled', '\x12', 'rejected by the sample'],
] as const) {
  test(
    `${what} gives the terminal back, is shown on the ordinary screen, and exits with 70`,
    options,
    async () => {
      const { code, raw, screen } = await runBetween(program => program.type(typed))
      assert.equal(code, 70)
      assert.ok(raw.lastIndexOf(text) > raw.lastIndexOf('\x1b[?1049l'))
      assert.ok(screen.includes(text), screen)
    },
  )
}

test('^Z gives the terminal back to the shell, and fg takes it again', options, async () => {
  const shell = await spawnInPty('bash', ['--norc', '--noprofile', '-i'], {
    env: { PS1: 'prompt> ', LANG: 'C.UTF-8' },
    rows: 30,
  })
  try {
    await shell.waitFor('prompt>')
    // Readline marks pastes on its own; what is tested here is what the sample leaves behind.
    shell.type("bind 'set enable-bracketed-paste off'\r")
    await shell.waitFor(/off'\nprompt>/)
    shell.type('stty -a | md5sum | sed "s/^/before /"\r')
    const before = /before (\S+)/.exec(await shell.waitFor(/^before \S+.*\nprompt>/m))?.[1]
    shell.type(`${start.map(word => `'${word}'`).join(' ')}\r`)
    await shell.waitFor('sample is open')
    shell.type('kept')
    await shell.waitFor('typed: kept')
    shell.type('\x1a')
    await shell.waitFor(/Stopped[\s\S]*prompt>/)
    assertGivenBack(shell.raw())
    // The terminal is another one when it comes back.
    shell.resize(61, 17)
    shell.type('fg\r')
    await shell.waitFor(
      screen => screen.startsWith('sample is open\n61x17') && screen.includes('typed: kept'),
    )
    assert.equal(last(shell.raw(), 2004), 'h')
    shell.type(' on')
    await shell.waitFor('typed: kept on')
    shell.type('\x03')
    await shell.waitFor(/fg\n[\s\S]*prompt>\s*$/)
    assertGivenBack(shell.raw())
    shell.type('stty -a | md5sum | sed "s/^/after /"\r')
    assert.equal(/after (\S+)/.exec(await shell.waitFor(/^after \S+/m))?.[1], before)
  } finally {
    shell.kill()
    await shell.exit
  }
})

test('where no shell is above the program, ^Z ends with the screen as it was', options, async () => {
  const program = await spawnInPty(start[0] ?? '', start.slice(1))
  try {
    await program.waitFor('sample is open')
    for (let times = 1; times <= 2; times += 1) {
      const before = program.raw().length
      if (times === 1) program.type('\x1a')
      else process.kill(program.pid, 'SIGTSTP')
      await program.waitForRaw(raw =>
        /\x1b\[\?1049l[\s\S]*\x1b\[\?1049h[\s\S]*sample is open/.test(raw.slice(before)),
      )
    }
    program.type('\x03')
    assert.equal((await program.exit).code, 0)
    assertGivenBack(program.raw())
  } finally {
    program.kill()
  }
})

test(
  'stopped without a warning and continued, modes are set again and the screen is whole',
  options,
  async () => {
    const program = await spawnInPty(start[0] ?? '', start.slice(1))
    try {
      await program.waitFor('sample is open')
      const before = program.raw().length
      process.kill(program.pid, 'SIGSTOP')
      process.kill(program.pid, 'SIGCONT')
      await program.waitForRaw(raw => /\x1b\[\?1049h[\s\S]*sample is open/.test(raw.slice(before)))
      program.type('\x03')
      assert.equal((await program.exit).code, 0)
      assertGivenBack(program.raw())
    } finally {
      program.kill()
    }
  },
)

test('a resized terminal is drawn for its new size', options, async () => {
  const program = await spawnInPty(start[0] ?? '', start.slice(1))
  try {
    await program.waitFor('80x24')
    program.resize(100, 30)
    await program.waitFor('100x30')
    program.type('\x03')
    await program.exit
  } finally {
    program.kill()
  }
})

test(
  'a terminal that takes nothing keeps the program neither from working nor from ending',
  options,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'earshot-'))
    const pipe = join(folder, 'full')
    execFileSync('mkfifo', [pipe])
    const program = await spawnInPty(start[0] ?? '', start.slice(1), { env: { SAMPLE_TELLS: pipe } })
    try {
      await program.waitFor('sample is open')
      program.pause()
      program.type('\x06')
      // The sample can say this only while it does not wait for the terminal.
      assert.equal(await readFile(pipe, 'utf8'), 'the terminal is full and I go on')
      process.kill(program.pid, 'SIGTERM')
      assert.equal((await program.exit).code, 143)
    } finally {
      program.kill()
      await rm(folder, { recursive: true })
    }
  },
)
