/** The lab itself: what its hosts hear of each other, and that nothing of it stays behind. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { namespaces } from '../../scripts/netlab/namespace.mjs'
import { createLab, firewallAvailable, type Host, type Lab, labAvailable, type Running } from './lab.ts'

const skip = labAvailable() ?? false
const port = 40_404

/** Prints what it hears over UDP and answers it. */
const udpEar = `
  const socket = require('node:dgram').createSocket({ type: 'udp4', reuseAddr: true })
  socket.on('message', (text, from) => {
    console.log('heard ' + text + ' from ' + from.address)
    socket.send('echo ' + text, from.port, from.address)
  })
  socket.bind(${port}, () => console.log('listening'))`

/** Arguments: target, text, own address or nothing. Prints “sent” and the first answer, then ends. */
const udpMouth = `
  const [target, text, own] = process.argv.slice(1)
  const socket = require('node:dgram').createSocket('udp4')
  socket.on('message', answer => { console.log('' + answer); socket.close() })
  socket.bind(0, own, () => { socket.setBroadcast(true); socket.send(text, ${port}, target, () => console.log('sent')) })`

const tcpEar = `
  require('node:net').createServer(socket => socket.on('data', text => {
    console.log('heard ' + text)
    socket.end('echo ' + text)
  }).on('error', () => {})).listen(${port}, '::', () => console.log('listening'))`

/** Arguments: target, text. Prints all it gets, or the error's code. */
const tcpMouth = `
  const [target, text] = process.argv.slice(1)
  const socket = require('node:net').connect(${port}, target, () => socket.write(text))
  socket.on('data', answer => console.log('' + answer)).on('error', error => console.log(error.code))`

/** Prints the names of its network cards at every line it reads. */
const cardReader = `
  require('node:readline').createInterface(process.stdin).on('line', () =>
    console.log('cards ' + Object.keys(require('node:os').networkInterfaces()).join(' ')))`

function script(host: Host, code: string, ...args: string[]): Running {
  return host.spawn(process.execPath, ['-e', code, '--', ...args])
}

async function listener(host: Host, code: string): Promise<Running> {
  const running = script(host, code)
  await running.waitForLine(/^listening$/)
  return running
}

let lab: Lab
let ann: Host
let bob: Host

before(async () => {
  if (skip) return
  lab = createLab()
  lab.bridge('home')
  lab.bridge('office')
  ann = await lab.host('ann', [{ bridge: 'home', cidr: ['10.77.1.11/24', 'fd77:1::11/64'] }])
  bob = await lab.host('bob', [
    { bridge: 'home', cidr: ['10.77.1.12/24', 'fd77:1::12/64'] },
    { bridge: 'office', cidr: '10.77.2.12/24' },
  ])
})

after(() => lab?.close())

test('hosts on one bridge reach each other over UDP', { skip }, async () => {
  const ear = await listener(bob, udpEar)
  const mouth = script(ann, udpMouth, '10.77.1.12', 'hello')
  assert.equal(await mouth.waitForLine(/echo/), 'echo hello')
  assert.equal(await ear.waitForLine(/heard/), 'heard hello from 10.77.1.11')
  assert.deepEqual(await mouth.exited, { code: 0, signal: null })
  ear.kill()
  assert.deepEqual(await ear.exited, { code: null, signal: 'SIGTERM' })
})

test('hosts on one bridge reach each other over TCP, by IPv4, IPv6 and IPv6 link-local', {
  skip,
}, async () => {
  const ear = await listener(bob, tcpEar)
  const { stdout } = await bob.run('ip', ['-6', '-o', 'addr', 'show', 'dev', 'eth0', 'scope', 'link'])
  const linkLocal = /fe80:[0-9a-f:]+/.exec(stdout)?.[0]
  for (const target of ['10.77.1.12', 'fd77:1::12', `${linkLocal}%eth0`]) {
    const mouth = script(ann, tcpMouth, target, 'hello')
    assert.equal(await mouth.waitForLine(/./), 'echo hello', target)
    await mouth.exited
  }
  ear.kill()
  await ear.exited
})

test('a broadcast to 255.255.255.255 leaves by the card its socket is bound to and no other', {
  skip,
}, async () => {
  const carol = await lab.host('carol', [{ bridge: 'office', cidr: '10.77.2.13/24' }])
  const ears = [await listener(ann, udpEar), await listener(carol, udpEar)]
  const toOffice = script(bob, udpMouth, '255.255.255.255', 'office', '10.77.2.12')
  assert.equal(await toOffice.waitForLine(/echo/), 'echo office')
  const toHome = script(bob, udpMouth, '255.255.255.255', 'home', '10.77.1.12')
  assert.equal(await toHome.waitForLine(/echo/), 'echo home')
  assert.deepEqual(
    ears.map(ear => ear.lines),
    [
      ['listening', 'heard home from 10.77.1.12'],
      ['listening', 'heard office from 10.77.2.12'],
    ],
  )
  await carol.close()
  for (const ear of ears) ear.kill()
  await Promise.all(ears.map(ear => ear.exited))
})

test('a card that is unplugged is gone from os.networkInterfaces(), and comes back plugged in', {
  skip,
}, async () => {
  const reader = script(bob, cardReader)
  async function cards(): Promise<string> {
    const seen = reader.lines.length
    reader.write('\n')
    return reader.waitForLine(/^cards/, undefined, seen)
  }
  assert.equal(await cards(), 'cards lo eth0 eth1')
  await bob.unplug('eth1')
  assert.equal(await cards(), 'cards lo eth0')
  await bob.unplug()
  assert.equal(await cards(), 'cards lo')
  await bob.plug('eth1')
  await bob.plug()
  assert.equal(await cards(), 'cards lo eth0 eth1')
  reader.end()
  assert.deepEqual(await reader.exited, { code: 0, signal: null })
})

test('an unplugged host is heard again after it was plugged in', { skip }, async () => {
  const ear = await listener(bob, udpEar)
  await ann.unplug()
  await ann.plug()
  const mouth = script(ann, udpMouth, '255.255.255.255', 'back', '10.77.1.11')
  assert.equal(await mouth.waitForLine(/echo/), 'echo back')
  ear.kill()
  await ear.exited
})

test('addresses come and go while the host runs', { skip }, async () => {
  async function addresses(): Promise<string> {
    return (await ann.run('ip', ['-o', 'addr', 'show', 'dev', 'eth0'])).stdout
  }
  ann.addAddress('10.78.0.1/16')
  ann.addAddress('fd78::1/64')
  assert.match(await addresses(), /10\.78\.0\.1\/16 brd 10\.78\.255\.255/)
  assert.match(await addresses(), /fd78::1\/64/)
  ann.removeAddress('10.78.0.1/16')
  ann.removeAddress('fd78::1/64')
  assert.doesNotMatch(await addresses(), /10\.78\.|fd78::/)
})

test('a command reports its exit code and both its outputs', { skip }, async () => {
  const result = await ann.run('sh', ['-c', 'echo out; echo err >&2; exit 3'])
  assert.deepEqual(result, { code: 3, stdout: 'out\n', stderr: 'err\n' })
  assert.equal((await ann.run('sh', ['-c', 'kill -TERM $$'])).code, 143)
  await assert.rejects(ann.run('sh', ['-c', 'tail -f /dev/null'], { timeoutMs: 50 }), /over 50 ms/)
})

test('a line that never comes is reported with all output so far', { skip }, async () => {
  const ended = ann.spawn('sh', ['-c', 'echo one; printf two'])
  await assert.rejects(ended.waitForLine(/three/), /ended with code 0[\s\S]*one\ntwo/)
  const going = ann.spawn('sh', ['-c', 'echo one; read forever'])
  await going.waitForLine(/one/)
  await assert.rejects(going.waitForLine(/three/, 1), /within 1 ms\. It is still running\.[\s\S]*one/)
  going.kill('SIGKILL')
  assert.equal((await going.exited).signal, 'SIGKILL')
})

test('a process that outlives its bound is killed', { skip }, async () => {
  const running = ann.spawn('sh', ['-c', 'read forever'], { lifetimeMs: 1 })
  assert.equal((await running.exited).signal, 'SIGKILL')
  assert.match(running.lines.join(), /older than 1 ms/)
})

test('hosts keep their files apart', { skip }, async () => {
  const print = ['-c', 'cd "$XDG_CONFIG_HOME" && pwd']
  const homes = [await ann.run('sh', print), await bob.run('sh', print)].map(result => result.stdout)
  assert.notEqual(homes[0], homes[1])
  assert.match(homes[0] ?? '', /ann/)
})

test('a firewall that lets only replies in stops a call from outside, not an answer', {
  skip: firewallAvailable() ?? false,
}, async () => {
  const annEar = await listener(ann, udpEar)
  const bobEar = await listener(bob, udpEar)
  ann.firewall('replies-only')
  const asked = script(ann, udpMouth, '10.77.1.12', 'question')
  assert.equal(await asked.waitForLine(/echo/), 'echo question')
  // What is sent later and heard proves that what was sent earlier did not just come late.
  const stopped = script(bob, udpMouth, '10.77.1.11', 'stopped')
  await stopped.waitForLine(/^sent$/)
  stopped.kill()
  await stopped.exited
  ann.firewall('none')
  const heard = script(bob, udpMouth, '10.77.1.11', 'heard')
  assert.equal(await heard.waitForLine(/echo/), 'echo heard')
  assert.deepEqual(annEar.lines, ['listening', 'heard heard from 10.77.1.12'])
  for (const ear of [annEar, bobEar]) ear.kill()
  await Promise.all([annEar.exited, bobEar.exited])
})

test('closing a lab removes its namespaces, folders and processes, also those started by others', {
  skip,
}, async () => {
  const other = createLab()
  other.bridge('home')
  const host = await other.host('dan', [{ bridge: 'home', cidr: '10.77.1.11/24' }])
  const parent = host.spawn('sh', ['-c', 'tail -f /dev/null & echo child $!; wait'])
  const childPid = Number((await parent.waitForLine(/^child/)).split(' ')[1])
  await assert.rejects(other.host('eve', [{ bridge: 'nowhere' }]), /no bridge “nowhere”/)
  const names = namespaces().filter(name => name.startsWith(host.namespace.replace('host-dan', '')))
  assert.equal(names.length, 3)
  await other.close()
  await other.close()
  assert.equal((await parent.exited).signal, 'SIGKILL')
  assert.equal(existsSync(`/proc/${childPid}/ns/net`), false)
  assert.deepEqual(
    namespaces().filter(name => names.includes(name)),
    [],
  )
  assert.equal(
    names.some(name => existsSync(`/run/earshot-lab/${name}`)),
    false,
  )
})
