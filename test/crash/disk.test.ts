/** The disk below a running server: full, read-only, and good again; what was acknowledged is never harmed. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { earshot, entry, ownHome } from '../cli/earshot.ts'
import { bodiesIn } from '../cli/kept.ts'
import { type Running, startRunning } from '../network/running.ts'
import { joinPeer, openPeer, type Peer } from '../server/peer.ts'
import { newFolder } from '../store/places.ts'

const serve = ['serve', '--json', '--no-announce', '--host', '127.0.0.1', '--port', '0']

/** Runs a script in a mount namespace of its own, where a disk of the test’s lies at `$0`; `exec` makes it the process. */
function inMounts(
  t: TestContext,
  disk: string,
  script: string,
  args: readonly string[] = [],
  more = {},
): Running {
  mkdirSync(disk, { recursive: true })
  const env = { ...ownHome(t), ...more }
  const all = ['-m', 'sh', '-c', script, disk, process.execPath, entry, ...args]
  const running = startRunning('unshare', all, { env, cwd: tmpdir() })
  t.after(() => running.kill('SIGKILL'))
  return running
}

const listeningOf = async (running: Running): Promise<{ port: number; id: string; code: string }> =>
  JSON.parse(await running.waitForLine(/"event":"listening"/))

const portOf = async (running: Running): Promise<number> => (await listeningOf(running)).port

function whyNoMounts(script: string): string | false {
  const disk = newFolder()
  mkdirSync(disk)
  const done = spawnSync('unshare', ['-m', 'sh', '-c', script, disk], { encoding: 'utf8' })
  return done.status === 0 ? false : `this machine permits no such mount (${done.stderr.trim()})`
}

const memoryDisk = 'mount -t tmpfs -o size=1m,mode=700 earshot-test "$0"'
const noMounts = whyNoMounts(memoryDisk)

/** Says it until it is kept; a refusal must be about the disk. @returns how often it was refused */
async function insist(peer: Peer, id: string, triesMax: number): Promise<number> {
  for (let refused = 0; refused < triesMax; refused++) {
    peer.speak(id, 'x'.repeat(2000))
    const answer = await Promise.race([
      peer.hear('line', line => line.id === id),
      peer.hear('refused', ({ about }) => about === id),
    ])
    if (answer.type === 'line') return refused
    assert.equal(answer.code, 'storage')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return triesMax
}

test('a full disk refuses lines by name, harms nothing that was kept, and is forgotten when there is space', {
  skip: noMounts,
}, async t => {
  const disk = newFolder()
  const running = inMounts(t, disk, `${memoryDisk} && exec "$@"`, [...serve, '--data', join(disk, 'den')])
  const port = await portOf(running)
  // What the server sees there, seen from here.
  const seen = `/proc/${running.pid}/root${disk}`
  const acked: string[] = []
  const ann = await joinPeer(port, 'ann')
  for (const id of ['a', 'b', 'c']) {
    assert.equal(await insist(ann, id, 1), 0)
    acked.push(id)
  }
  try {
    for (;;) writeFileSync(join(seen, 'filler'), Buffer.alloc(4096), { flag: 'a' })
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
  }
  // The log may have a page or two to spare; then everything is refused.
  let refused = 0
  for (let count = 0; refused === 0; count++) {
    assert.ok(count < 200, 'the disk never got full')
    refused = await insist(ann, `full-${count}`, 1)
    if (refused === 0) acked.push(`full-${count}`)
  }
  await running.waitForLine(/"event":"trouble".*The disk is full/)
  assert.equal((await ann.hear('storage')).keeps, false)
  const waiting = earshot(t, ['send', '--server', `127.0.0.1:${port}`, '--no-scan', '--wait', 'patience'])
  await waiting.waitForLine(/^earshot: The server could not keep this line.* Trying again\.$/)
  // Whoever comes now is let in, and told the past.
  const bob = await openPeer(port)
  bob.say({ type: 'hello', v: 1, nick: 'bob' })
  assert.deepEqual(
    (await bob.hear('backlog')).lines.map(({ id }) => id),
    acked.slice(-50),
  )
  assert.equal((await bob.hear('storage')).keeps, false)
  rmSync(join(seen, 'filler'))
  // Nobody has to say anything for it.
  for (const peer of [ann, bob]) assert.equal((await peer.hear('storage', ({ keeps }) => keeps)).keeps, true)
  assert.ok((await insist(ann, 'good-again', 20)) < 20, 'it was still refused two seconds later')
  acked.push('good-again')
  assert.deepEqual(await waiting.exited, { code: 0, signal: null })

  // Killed where it stands; the disk goes with its last process, so what it left is copied before.
  const copy = newFolder()
  running.kill('SIGSTOP')
  const copied = spawnSync('cp', ['-r', join(seen, 'den'), copy])
  assert.equal(copied.status, 0, String(copied.stderr))
  running.kill('SIGKILL')
  await running.exited
  const bodies = await bodiesIn(copy)
  assert.equal(bodies.length, acked.length + 1)
  assert.ok(bodies.includes('patience'))
})

test('on a disk that can only be read a server says so, and serves without keeping where no folder was asked for', {
  skip: noMounts,
}, async t => {
  const disk = newFolder()
  const readOnly = `${memoryDisk} && mount -o remount,ro "$0" && exec "$@"`
  const asked = inMounts(t, disk, readOnly, [...serve, '--data', join(disk, 'den')])
  assert.deepEqual(await asked.exited, { code: 1, signal: null })
  assert.match(asked.lines.join('\n'), /^earshot: The folder .* cannot be made: .*can only be read\./)

  const own = inMounts(t, disk, readOnly, serve, { XDG_DATA_HOME: disk })
  const port = await portOf(own)
  assert.match(
    own.lines[0] ?? '',
    /"event":"trouble".*earshot\S* cannot be used: .*the disk there can only be read\. Nothing/,
  )
  const ann = await openPeer(port)
  ann.say({ type: 'hello', v: 1, nick: 'ann' })
  assert.match((await ann.hear('welcome')).motd, /not kept beyond this run/)
  ann.speak('one', 'kept for now')
  assert.equal((await ann.hear('line')).seq, 1)
})

test('on a full disk a server that was given no folder says that nothing outlives its run, and names no file of a moment', {
  skip: noMounts,
}, async t => {
  const disk = newFolder()
  // Folders can be made there, and nothing be written into them.
  const full = `${memoryDisk} && { cat /dev/zero > "$0/filler" 2>&- || true; } && exec "$@"`
  const own = inMounts(t, disk, full, serve, { XDG_DATA_HOME: disk })
  const port = await portOf(own)
  const { text } = JSON.parse(own.lines.find(line => line.includes('"trouble"')) ?? '{}')
  assert.match(
    String(text),
    /^this server’s folder \S+ cannot be used: the disk there is full\. Nothing that is said here outlives this run, and at its next start this server has another identity and another code\.$/,
  )
  assert.doesNotMatch(String(text), /\.sock|\.new|ENOSPC/)
  const ann = await openPeer(port)
  ann.say({ type: 'hello', v: 1, nick: 'ann' })
  assert.match((await ann.hear('welcome')).motd, /not kept beyond this run/)
})

const fileDisk = 'truncate -s 8M "$0.img" && mkfs.ext4 -q -F "$0.img" && mount -o loop "$0.img" "$0"'

test('a disk that turns read-only below a running server refuses lines, the past stays readable, and the end is clean', {
  skip: whyNoMounts(fileDisk),
}, async t => {
  const disk = newFolder()
  t.after(() => rmSync(`${disk}.img`, { force: true }))
  const running = inMounts(t, disk, `${fileDisk} && chmod 700 "$0" && exec "$@"`, [
    ...serve,
    '--data',
    join(disk, 'den'),
  ])
  const { port, id, code } = await listeningOf(running)
  const ann = await joinPeer(port, 'ann')
  assert.equal(await insist(ann, 'before', 1), 0)
  // As the kernel does when the disk below reports errors.
  const aborted = spawnSync('nsenter', [
    '-t',
    String(running.pid),
    '-m',
    'mount',
    '-o',
    'remount,abort',
    disk,
  ])
  assert.equal(aborted.status, 0, String(aborted.stderr))
  assert.equal(await insist(ann, 'after', 1), 1)
  await running.waitForLine(/"event":"trouble".*a line could not be kept/)
  assert.equal((await ann.hear('storage')).keeps, false)
  const bob = await openPeer(port)
  bob.say({ type: 'hello', v: 1, nick: 'bob' })
  assert.deepEqual(
    (await bob.hear('backlog')).lines.map(({ id }) => id),
    ['before'],
  )
  running.kill()
  assert.deepEqual(await running.exited, { code: 0, signal: null })

  // Once it is mended, all that was acknowledged is there, and it is the same server.
  const mended = inMounts(t, disk, 'mount -o loop "$0.img" "$0" && exec "$@"', [
    ...serve,
    '--data',
    join(disk, 'den'),
  ])
  const back = await listeningOf(mended)
  assert.deepEqual([back.id, back.code], [id, code], 'another server')
  const again = await openPeer(back.port)
  again.say({ type: 'hello', v: 1, nick: 'ann' })
  assert.deepEqual(
    (await again.hear('backlog')).lines.map(({ id }) => id),
    ['before'],
  )
})
