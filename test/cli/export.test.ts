/** `export` and `wipe`: what a server keeps, printed and forgotten by whoever runs it. */
import assert from 'node:assert/strict'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loadDriver } from '../../src/store/driver.ts'
import { joinPeer } from '../server/peer.ts'
import { draft, newFolder, openAt } from '../store/places.ts'
import { earshot, outcome, ownHome, serving } from './earshot.ts'
import { bodiesIn, fillLobby } from './kept.ts'

const printed = async (t: TestContext, ...args: string[]): Promise<readonly string[]> => {
  const { code, lines } = await outcome(t, 'export', ...args)
  assert.equal(code, 0, lines.join('\n'))
  return lines
}

/** A history of two rooms and a conversation, half an hour between its lines. */
async function smallHistory(): Promise<string> {
  const folder = newFolder()
  const store = await openAt(folder)
  const at = Date.now()
  await store.append(draft('a', { body: 'two\nrows' }), at - 5_400_000)
  await store.append(draft('b', { room: '#dev', kind: 'emote', body: 'waves' }), at - 3_600_000)
  await store.append(draft('c', { kind: 'topic', body: 'Pizza' }), at - 1_800_000)
  await store.append(draft('d', { room: '@x.y', body: 'secret' }), at)
  await store.close()
  return folder
}

test('export prints rooms as people read them, what is private only to who asks for it', async t => {
  const folder = await smallHistory()
  const lines = await printed(t, '--data', folder)
  assert.deepEqual(
    lines.map(line => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d /, 'WHEN ')),
    ['WHEN #lobby ann: two ⏎ rows', 'WHEN #dev * ann waves', 'WHEN #lobby -- ann set the topic: Pizza'],
  )
  assert.deepEqual(await printed(t, '--data', folder, '--room', 'DEV'), [lines[1]])
  assert.deepEqual(await printed(t, '--data', folder, '--since', '61m'), lines.slice(1))
  assert.match(
    (await printed(t, '--data', folder, '--direct')).at(-1) ?? '',
    / @somebody forgotten ann: secret$/,
  )
  const strange = await outcome(t, 'export', '--data', folder, '--room', 'ops')
  assert.equal(strange.code, 1)
  assert.match(strange.lines.join('\n'), /^earshot: nothing is kept of #ops\. There are: #lobby, #dev\.$/)
})

test('export --json prints the lines that tail --json prints, but for the run, while the server runs and after it was killed', async t => {
  const folder = newFolder()
  const { port, running } = await serving(t, ['--data', folder])
  const [ann, bob] = [await joinPeer(port, 'ann'), await joinPeer(port, 'bob')]
  ann.speak('one', 'first')
  ann.speak('two', 'second')
  ann.say({ type: 'say', id: 'psst', room: '@bob', kind: 'say', body: 'psst' })
  await bob.hear('line', ({ id }) => id === 'psst')
  const reader = earshot(t, ['tail', '--server', `127.0.0.1:${port}`, '--no-scan', '--json'])
  await reader.waitForLine(/"second"/)
  const told = reader.lines
    .filter(line => line.startsWith('{'))
    .map(line => JSON.stringify({ ...JSON.parse(line), run: undefined }))
  assert.deepEqual(await printed(t, '--data', folder, '--json'), told)
  const direct = JSON.parse((await printed(t, '--data', folder, '--json', '--direct')).at(-1) ?? '')
  assert.deepEqual([direct.from, direct.to, direct.body], ['ann', 'bob', 'psst'])

  running.kill('SIGKILL')
  await running.exited
  assert.deepEqual(await printed(t, '--data', folder, '--json'), told)
  // The next server must know that the last one ended badly, whoever looked into its folder meanwhile.
  assert.ok(existsSync(join(folder, 'history.suspect')))
  await serving(t, ['--data', folder])
  assert.ok(!existsSync(join(folder, 'history.suspect')))
})

test('export finds the only history of this user by itself; of several it wants one named', async t => {
  const env = ownHome(t)
  const none = earshot(t, ['export'], env)
  assert.deepEqual(await none.exited, { code: 1, signal: null })
  assert.match(none.lines.join('\n'), /^earshot: no history is kept by this user\./)
  const { port } = await serving(t, ['--name', 'den'], env)
  const ann = await joinPeer(port, 'ann')
  ann.speak('one', 'first')
  await ann.hear('line')
  const one = earshot(t, ['export'], env)
  assert.deepEqual(await one.exited, { code: 0, signal: null })
  assert.match(one.lines.join('\n'), /#lobby ann: first$/)
  const other = await serving(t, ['--name', 'attic'], env)
  const several = earshot(t, ['export'], env)
  assert.deepEqual(await several.exited, { code: 1, signal: null })
  const list = `several servers .* --data:\n  .*server-1  “den”, port ${port}\n  .*server-2  “attic”, port ${other.port}$`
  assert.match(several.lines.join('\n'), new RegExp(list))
})

test('what cannot be exported is told in a sentence, and nothing in the folder is changed', async t => {
  const missing = newFolder()
  const nowhere = await outcome(t, 'export', '--data', missing)
  assert.deepEqual([nowhere.code, existsSync(missing)], [1, false])
  assert.match(nowhere.lines.join('\n'), /^earshot: no history is kept in .*--data/)

  const folder = newFolder()
  await fillLobby(folder, 300, Date.now())
  const file = join(folder, 'history.db')
  const spoiled = (spoil: (file: string) => void): string => {
    const copy = newFolder()
    cpSync(folder, copy, { recursive: true })
    spoil(join(copy, 'history.db'))
    return copy
  }
  const db = (await loadDriver())?.open(file)
  db?.exec('PRAGMA user_version = 99')
  db?.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all()
  db?.close()
  for (const [copy, says] of [
    [folder, /written by a newer Earshot .*Update Earshot\.$/],
    [
      spoiled(at => writeFileSync(at, 'no database '.repeat(1000))),
      /The history file is damaged\. Start the server/,
    ],
    [spoiled(at => truncateSync(at, 5000)), /The history file is damaged/],
    [spoiled(at => writeFileSync(at, '')), /Nothing was ever kept/],
  ] as const) {
    const before = readFileSync(join(copy, 'history.db'))
    const { code, lines } = await outcome(t, 'export', '--data', copy)
    assert.equal(code, 1, lines.join('\n'))
    assert.match(lines.at(-1) ?? '', says)
    assert.deepEqual(readFileSync(join(copy, 'history.db')), before)
  }
})

test('wipe refuses while a server runs, and without a terminal wants --yes', async t => {
  const folder = newFolder()
  await fillLobby(folder, 3, Date.now())
  const asked = await outcome(t, 'wipe', '--data', folder)
  assert.equal(asked.code, 2)
  assert.match(
    asked.lines.join('\n'),
    /^earshot: this would forget 3 lines of 1 room in .*Say so with --yes\.$/,
  )
  const { running } = await serving(t, ['--data', folder])
  const refused = await outcome(t, 'wipe', '--data', folder, '--yes')
  assert.equal(refused.code, 1)
  assert.match(refused.lines.join('\n'), /^earshot: A server runs on the folder .* already\. Stop it/)
  running.kill()
  await running.exited
  assert.equal((await bodiesIn(folder)).length, 3)
})

test('wipe --yes forgets every word, and clients that come back are told that the history was reset', async t => {
  const folder = newFolder()
  const first = await serving(t, ['--data', folder])
  const reader = earshot(t, ['tail', '--server', `127.0.0.1:${first.port}`, '--no-scan', '--json'])
  const ann = await joinPeer(first.port, 'ann')
  ann.speak('one', 'unforgettable')
  await reader.waitForLine(/"unforgettable"/)
  const { epoch } = await ann
    .hear('welcome')
    .catch(() => ann.heard.find(({ type }) => type === 'welcome') as never)
  first.running.kill()
  await first.running.exited

  const done = await outcome(t, 'wipe', '--data', folder, '--yes')
  assert.equal(done.code, 0, done.lines.join('\n'))
  assert.match(done.lines.join('\n'), /^Forgotten: 1 line of 1 room\. /)
  for (const name of readdirSync(folder).filter(one => one.startsWith('history')))
    assert.ok(!readFileSync(join(folder, name)).includes('unforgettable'), name)
  assert.deepEqual(await printed(t, '--data', folder), [])

  const second = await serving(t, ['--data', folder, '--port', String(first.port)])
  assert.equal(second.listening.id, first.listening.id)
  await reader.waitForLine(/^earshot: connected again; the server’s history was reset\.$/)
  const again = await joinPeer(second.port, 'ann')
  again.speak('two', 'anew')
  const said = JSON.parse(await reader.waitForLine(/"anew"/))
  assert.equal(said.seq, 1)
  assert.notEqual(said.epoch, epoch)
})

test('after a copy of the folder was put back, clients that come back are told and see what is said under numbers that were given before', async t => {
  const folder = newFolder()
  const copy = join(newFolder(), 'copy')
  const data = ['--data', folder]
  const first = await serving(t, data)
  const ends = async ({ running }: typeof first) => {
    running.kill()
    await running.exited
  }
  const at = ['--port', String(first.port)]
  await joinPeer(first.port, 'ann').then(ann => {
    ann.speak('one', 'copied')
    return ann.hear('line')
  })
  await ends(first)
  cpSync(folder, copy, { recursive: true })

  const second = await serving(t, [...data, ...at])
  const there = [`127.0.0.1:${first.port}`, '--no-scan']
  const reader = earshot(t, ['tail', '--server', ...there])
  const plain = earshot(t, ['join', ...there, '--plain', '--nick', 'pat'])
  const ann = await joinPeer(second.port, 'ann')
  for (const count of [1, 2, 3]) ann.speak(`later-${count}`, `later ${count}`)
  for (const one of [reader, plain]) await one.waitForLine(/later 3$/)
  await ends(second)
  rmSync(folder, { recursive: true })
  // Not every Node copies who may look into a folder.
  mkdirSync(folder, { mode: 0o700 })
  cpSync(copy, folder, { recursive: true })

  const third = await serving(t, [...data, ...at])
  await reader.waitForLine(/^earshot: connected again; the server’s history was reset\.$/)
  await plain.waitForLine(/Connected again, but the server’s history was reset\.$/)
  const again = await joinPeer(third.port, 'ann')
  again.speak('restored', 'restored 1')
  assert.equal((await again.hear('line')).seq, 2)
  for (const one of [reader, plain]) await one.waitForLine(/restored 1$/)
})

test('a copy of a running server that was put back is told to who heard more, also where others have said more since', async t => {
  const folder = newFolder()
  const copy = newFolder()
  const data = ['--data', folder]
  const first = await serving(t, data)
  const there = [`127.0.0.1:${first.port}`, '--no-scan']
  const reader = earshot(t, ['tail', '--server', ...there])
  const script = (...more: string[]) => earshot(t, ['tail', '--server', ...there, '--json', ...more])
  const stopped = script()
  const plain = earshot(t, ['join', ...there, '--plain', '--nick', 'pat'])
  const kims = ownHome(t)
  const window = () => earshot(t, ['join', ...there, '--plain', '--nick', 'kim'], kims)
  const closed = window()
  const sender = earshot(t, ['send', '--server', ...there])
  const ann = await joinPeer(first.port, 'ann')
  sender.write('copied\n')
  for (const one of [reader, plain, closed]) await one.waitForLine(/copied$/)
  // Not every Node copies who may look into a folder.
  mkdirSync(copy, { mode: 0o700 })
  cpSync(folder, copy, { recursive: true, filter: file => !file.endsWith('.sock') })
  ann.speak('lost', 'lost')
  for (const one of [reader, plain, closed]) await one.waitForLine(/lost$/)
  const { seq, epoch, run } = JSON.parse(await stopped.waitForLine(/"body":"lost"/))
  stopped.kill('SIGINT')
  await stopped.exited
  closed.write('/quit\n')
  await closed.exited
  first.running.kill()
  await first.running.exited

  rmSync(folder, { recursive: true })
  mkdirSync(folder, { mode: 0o700 })
  cpSync(copy, folder, { recursive: true })
  const store = await openAt(folder)
  for (const count of [2, 3, 4, 5]) await store.append(draft(`since-${count}`, { body: `since ${count}` }), 1)
  await store.close()
  await serving(t, [...data, '--port', String(first.port)])
  await reader.waitForLine(/^earshot: connected again; the server’s history was reset\.$/)
  await plain.waitForLine(/Connected again, but the server’s history was reset\.$/)
  const opened = window()
  await opened.waitForLine(/The server’s history was reset since you left\.$/)
  const goesOn = script('--since', `${seq}@${epoch}.${run}`)
  await goesOn.waitForLine(
    /^earshot: the server’s history was reset since that line\. All there is follows\.$/,
  )
  for (const count of [2, 3, 4, 5]) await goesOn.waitForLine(new RegExp(`"seq":${count},.*"since ${count}"`))
  for (const one of [reader, plain, opened])
    for (const count of [2, 3, 4, 5]) await one.waitForLine(new RegExp(`since ${count}$`))
  sender.write('sent\n')
  sender.end()
  assert.equal((await sender.exited).code, 0)
  for (const one of [reader, plain, opened]) await one.waitForLine(/sent$/)
})

test('wipe names what was set aside and leaves it alone', async t => {
  const folder = newFolder()
  mkdirSync(folder, { mode: 0o700 })
  writeFileSync(join(folder, 'history.db'), 'no database '.repeat(1000), { mode: 0o600 })
  const { code, lines } = await outcome(t, 'wipe', '--data', folder, '--yes')
  assert.equal(code, 0, lines.join('\n'))
  assert.match(lines.join('\n'), /The history was damaged\. It was set aside as .*history-damaged-/)
  assert.match(
    lines.join('\n'),
    /set aside there earlier, and are left alone:\n {2}.*history-damaged-.*\.db$/,
  )
})

test('a second server of one user says which one runs already, and warns of the same name', async t => {
  const env = ownHome(t)
  const { port } = await serving(t, ['--name', 'den'], env)
  const attic = await serving(t, ['--name', 'attic'], env)
  const beside = JSON.parse(await attic.running.waitForLine(/"beside"/))
  assert.deepEqual(beside, { event: 'beside', name: 'den', port, isSameName: false })
  attic.running.kill()
  await attic.running.exited
  const silent = ['serve', '--no-announce', '--host', '127.0.0.1', '--port', '0']
  const twin = earshot(t, [...silent, '--name', 'Den'], env)
  await twin.waitForLine(
    new RegExp(
      `^Another server of yours runs already at port ${port} as “den”\\. The two share neither .*, but have the same name.*--name\\.$`,
    ),
  )
  twin.kill()
  await twin.exited
  // Of one that keeps nothing nothing is found there later but whose folder it was.
  const forgetful = await serving(t, ['--name', 'attic', '--memory'], env)
  const plain = earshot(t, [...silent, '--name', 'loft', '--memory'], env)
  await plain.waitForLine(/as “den”\. The two share neither key nor code nor history\.$/)
  plain.kill()
  await plain.exited
  const third = await serving(t, ['--name', 'cellar'], env)
  await third.running.waitForLine(new RegExp(`"beside","name":"den","port":${port},`))
  await third.running.waitForLine(/"beside","name":"attic","port":null,"isSameName":false/)
  forgetful.running.kill()
  await forgetful.running.exited
  const nameless = await serving(t, ['--name', 'loft', '--memory'], env)
  const fourth = await serving(t, ['--name', 'shed'], env)
  await fourth.running.waitForLine(/"beside","name":null,"port":null,"isSameName":false/)
  nameless.running.kill()
})
