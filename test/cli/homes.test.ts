/** Which folder a server lives in: the one of its name, never that of another. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { joinPeer } from '../server/peer.ts'
import { ownHome, serving } from './earshot.ts'

test('a server is found again by its name, and what one was told is never told by another', async t => {
  const env = ownHome(t)
  const start = (...args: string[]) => serving(t, args, env)
  const stop = async ({ running }: Awaited<ReturnType<typeof start>>) => {
    running.kill('SIGTERM')
    await running.exited
  }
  const file = join(env.HOME ?? '', 'password')
  writeFileSync(file, 'three old horses')
  const secret = await start('--name', 'secret', '--password-file', file)
  const open = await start('--name', 'open')
  const ann = await joinPeer(open.port, 'ann')
  ann.speak('one', 'said in the open')
  await ann.hear('line')
  await stop(secret)
  await stop(open)

  // In the other order.
  const openAgain = await start('--name', 'OPEN')
  assert.equal(openAgain.listening.code, open.listening.code)
  const bob = await joinPeer(openAgain.port, 'bob')
  const { lines } = await bob.hear('backlog')
  assert.deepEqual(
    lines.map(({ body }) => body),
    ['said in the open'],
  )
  const unnamed = await start()
  assert.notEqual(unnamed.listening.code, secret.listening.code)
  assert.match(
    await unnamed.running.waitForLine(/is new here and begins empty/),
    /To go on with what another server of yours keeps, give its folder with --data:/,
  )
  const secretAgain = await start('--name', 'secret', '--password')
  assert.equal(secretAgain.listening.code, secret.listening.code)
  await secretAgain.running.waitForLine(/password is the one of before/)
})

test('a server without a name of its own keeps its folder when the machine is called otherwise', async t => {
  const env = ownHome(t)
  process.env.XDG_DATA_HOME = env.XDG_DATA_HOME
  // Where the folders are is read once.
  const { homesFor } = await import('../../src/cli/served.ts')
  const folder = (number: number) => join(env.XDG_DATA_HOME ?? '', 'earshot', `server-${number}`)
  const bytes = (count: number) => Buffer.alloc(count).toString('base64')
  const verifier = { salt: bytes(16), storedKey: bytes(32), serverKey: bytes(32), iterations: 4096 }
  const lay = (number: number, name: string, file: string, held: object) => {
    mkdirSync(folder(number), { recursive: true })
    writeFileSync(join(folder(number), 'served.json'), JSON.stringify({ name, port: 23277, ...held }))
    if (file !== '') writeFileSync(join(folder(number), file), JSON.stringify(verifier))
  }
  lay(1, 'laptop', 'password.json', { isNamed: false })
  lay(2, 'den', '', { isNamed: true })
  lay(3, 'laptop', '', { isNamed: false })
  // As it was written before names counted.
  lay(4, 'laptop-2', '', {})
  mkdirSync(folder(5))
  const numbers = (name: string, isNamed: boolean, isOpen = false) =>
    homesFor({ name, isNamed, isOpen })
      .slice(0, 4)
      .map(path => Number(path.split('-').at(-1)))
  assert.deepEqual(numbers('laptop-2', false), [1, 3, 4, 5], 'the machine has another name by now')
  assert.deepEqual(numbers('Den', true), [2, 5, 6, 7])
  assert.deepEqual(numbers('attic', true), [5, 6, 7, 8], 'what no server is known to live in, or a new one')
  assert.deepEqual(
    numbers('laptop', false, true),
    [3, 5, 6, 7],
    'hosted from the list of servers: never what had a password, for nobody would be told',
  )
})
