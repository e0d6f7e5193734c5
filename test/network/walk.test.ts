/** The main job on real networks: find, pick, talk, pull the cable, move the server, stop it. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { entry } from '../cli/earshot.ts'
import { ptyWorks, spawnInPty } from '../screens/screen.ts'
import { createLab, type Host, labAvailable, type Running } from './lab.ts'
import { scanned } from './scanned.ts'

const skip = labAvailable() ?? false

async function threeHosts(t: TestContext): Promise<{ server: Host; ann: Host; bob: Host }> {
  const lab = createLab()
  t.after(() => lab.close())
  lab.bridge('lan')
  const host = (name: string, last: number) => lab.host(name, [{ bridge: 'lan', cidr: `10.99.0.${last}/24` }])
  return { server: await host('server', 1), ann: await host('ann', 2), bob: await host('bob', 3) }
}

const earshot = (host: Host, ...args: string[]): Running => host.spawn(process.execPath, [entry, ...args])

test('scan lists a server of another host with its address, and says what to do where there is none', {
  skip,
}, async t => {
  const { server, ann } = await threeHosts(t)
  const none = await ann.run(process.execPath, [entry, 'scan', '--wait', '1500ms'])
  assert.equal(none.code, 1)
  assert.match(none.stderr, /no server answered on .*eth0.*earshot serve/)
  const serve = earshot(server, 'serve', '--name', 'den', '--json')
  const { id } = JSON.parse(await serve.waitForLine(/"listening"/))
  const scan = await scanned(ann, /"10\.99\.0\.1".*"rttMs":\d/, '--json')
  assert.equal(scan.code, 0)
  const found = JSON.parse(scan.stdout)
  assert.deepEqual(
    { ...found, rttMs: typeof found.rttMs },
    { id, name: 'den', host: '10.99.0.1', port: 23277, users: 0, version: 1, rttMs: 'number' },
  )
  const row = /^den {2}10\.99\.0\.1:23277 {2}0 users .* {2}new$/m
  assert.match((await scanned(ann, row)).stdout, row)
})

test('a server is joined by the name it calls itself, and says so when its network goes and comes', {
  skip,
}, async t => {
  const { server, ann } = await threeHosts(t)
  const serve = earshot(server, 'serve', '--name', 'den')
  await serve.waitForLine(/earshot join 10\.99\.0\.1:23277/)
  const one = earshot(ann, 'join', 'Den', '--plain', '--nick', 'ann')
  await one.waitForLine(/You are ann on den/)
  await server.unplug()
  server.removeAddress('10.99.0.1/24')
  await serve.waitForLine(/This machine has no network any more/)
  server.addAddress('10.99.0.1/24')
  await server.plug()
  await serve.waitForLine(/It is reached now with:/)
  one.write('still here\n')
  await one.waitForLine(/ann: still here/)
})

test('on a bare link, with no address but the link-local ones, a server says how others join, and they do', {
  skip,
}, async t => {
  const lab = createLab()
  t.after(() => lab.close())
  lab.bridge('six')
  const server = await lab.host('server', [{ bridge: 'six' }])
  const ann = await lab.host('ann', [{ bridge: 'six', dev: 'lan0' }])
  const onLink = /^ {2}earshot join '\[(fe80::[\da-f:]+)%eth0\]:23277'$/
  server.addAddress('10.99.0.1/24')
  const serve = earshot(server, 'serve', '--name', 'den')
  await serve.waitForLine(/earshot join 10\.99\.0\.1:23277/)
  assert.ok(!serve.lines.some(line => line.includes('fe80')))
  server.removeAddress('10.99.0.1/24')
  await serve.waitForLine(/It is reached now by everybody on the same cable or Wi-Fi, with:/)
  const [, address = ''] = onLink.exec(await serve.waitForLine(onLink)) ?? []
  await serve.waitForLine(/Behind the “%” whoever joins so puts the network interface/)
  serve.kill('SIGTERM')
  await serve.exited

  const again = earshot(server, 'serve', '--name', 'den')
  await again.waitForLine(/“den” is open on port 23277; everybody on the same cable or Wi-Fi sees it/)
  await again.waitForLine(onLink)
  const row = /^den {2}\[fe80::[\da-f:]+%lan0\]:23277/m
  assert.match((await scanned(ann, row)).stdout, row)
  const typed = earshot(ann, 'join', `[${address}%lan0]:23277`, '--no-scan', '--plain', '--nick', 'ann')
  await typed.waitForLine(/You are ann on den/)
})

test('what calls itself like a server we know, and is another, is not joined by that name', {
  skip,
}, async t => {
  const { server, ann, bob } = await threeHosts(t)
  const serve = earshot(server, 'serve', '--name', 'den')
  await serve.waitForLine(/earshot join/)
  const first = earshot(ann, 'join', 'den', '--plain', '--nick', 'ann')
  await first.waitForLine(/You are ann on den/)
  first.write('/quit\n')
  await first.exited
  serve.kill('SIGTERM')
  await serve.exited
  const other = earshot(bob, 'serve', '--name', 'den')
  await other.waitForLine(/earshot join/)
  const second = earshot(ann, 'join', 'den', '--plain', '--nick', 'ann')
  await second.waitForLine(/another server/i)
  second.kill('SIGTERM')
})

test('two hosts pick a server by number and talk; a pulled cable is survived with nothing lost or doubled', {
  skip,
}, async t => {
  const { server, ann, bob } = await threeHosts(t)
  const serve = earshot(server, 'serve', '--name', 'den', '--json')
  await serve.waitForLine(/"listening"/)
  const one = earshot(ann, '--plain', '--nick', 'ann')
  await one.waitForLine(/1 {2}den {2}10\.99\.0\.1:23277/)
  one.write('1\n')
  await one.waitForLine(/You are ann on den/)
  const two = earshot(bob, '--plain', '--nick', 'bob')
  await two.waitForLine(/1 {2}den/)
  two.write('den\n')
  await one.waitForLine(/bob joined/)
  two.write('before the cut\n')
  await one.waitForLine(/bob: before the cut/)

  await ann.unplug()
  one.write('said in the dark\n')
  two.write('while ann is away\n')
  await two.waitForLine(/bob: while ann is away/)
  await one.waitForLine(/The network is away: eth0 \(10\.99\.0\.2\) is gone/)
  await ann.plug()
  // Not waited for: that TCP sends again, or that silence is noticed.
  await one.waitForLine(/Connected again\./, 20_000)
  await one.waitForLine(/bob: while ann is away/)
  await two.waitForLine(/ann: said in the dark/)
  for (const [client, said] of [
    [one, 'while ann is away'],
    [two, 'said in the dark'],
  ] as const)
    assert.equal(client.lines.filter(line => line.includes(`: ${said}`)).length, 1, said)
})

test('a server that comes back at another address and port is found by its identity', { skip }, async t => {
  const { server, ann } = await threeHosts(t)
  const before = earshot(server, 'serve', '--name', 'den', '--json')
  await before.waitForLine(/"listening"/)
  const client = earshot(ann, '--plain', '--nick', 'ann')
  await client.waitForLine(/1 {2}den/)
  client.write('1\n')
  await client.waitForLine(/You are ann/)
  before.kill('SIGKILL')
  await client.waitForLine(/Connection lost/)
  await server.removeAddress('10.99.0.1/24')
  await server.addAddress('10.99.0.77/24')
  const after = earshot(server, 'serve', '--name', 'den', '--port', '4567', '--json')
  await after.waitForLine(/"listening"/)
  await client.waitForLine(/den is at 10\.99\.0\.77:4567 now/)
  await client.waitForLine(/Connected again/)
  client.write('found you\n')
  await client.waitForLine(/ann: found you/)
})

test('a stopped server is gone from an open list at once, and everybody in it is told', { skip }, async t => {
  const { server, ann, bob } = await threeHosts(t)
  const serve = earshot(server, 'serve', '--name', 'den', '--json')
  await serve.waitForLine(/"listening"/)
  const looking = earshot(ann, '--plain')
  await looking.waitForLine(/1 {2}den/)
  const inside = earshot(bob, 'join', '10.99.0.1', '--plain', '--nick', 'bob')
  await inside.waitForLine(/You are bob/)
  serve.kill('SIGTERM')
  await looking.waitForLine(/den is gone/)
  await inside.waitForLine(/The server was stopped/)
  assert.deepEqual(await serve.exited, { code: 0, signal: null })
})

test('the full screen lists, joins and hosts across hosts', {
  skip: skip || ((await ptyWorks()) ? false : 'node-pty is missing'),
}, async t => {
  const { ann, bob } = await threeHosts(t)
  const screen = async (host: Host, nick: string) => {
    const program = await spawnInPty(
      'ip',
      ['netns', 'exec', host.namespace, process.execPath, entry, '--nick', nick],
      {
        env: {
          XDG_DATA_HOME: `/run/earshot-lab/${host.namespace}/data`,
          XDG_CONFIG_HOME: `/run/earshot-lab/${host.namespace}/config`,
        },
      },
    )
    t.after(() => program.kill())
    return program
  }
  const first = await screen(ann, 'ann')
  await first.waitFor(/listening on .*eth0/)
  await first.waitFor(/firewall/)
  assert.match(first.text(), /h: start a server here/)
  first.type('h')
  await first.waitFor('You are ann on')
  const second = await screen(bob, 'bob')
  await second.waitFor(/10\.99\.0\.2:23277 +1 /)
  second.type('\r')
  await first.waitFor('bob joined')
  second.type('found you\r')
  await first.waitFor(/bob │ found you/)
  first.type('/quit\r')
  // Who hosts is asked once, for quitting ends the server for the others too.
  await first.waitFor(/quitting ends the server/)
  first.type('\r')
  assert.equal((await first.exit).code, 0)
  await second.waitFor('Connection lost')
})
