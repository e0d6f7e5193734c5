import assert from 'node:assert/strict'
import test from 'node:test'
import { closingOf } from '../../src/net/closing.ts'
import { dialRank, dialTrouble, listenTrouble } from '../../src/net/troubles.ts'

const told = (code: string, host = 'kitchen', platform: NodeJS.Platform = 'linux') =>
  dialTrouble({ code, host, port: 4000, timeoutMs: 5_000 }, platform)

const dialSentences: [string, string][] = [
  ['ENOTFOUND', 'No host named “kitchen” was found. Check the spelling, or use its IP address.'],
  ['ECONNREFUSED', 'Nothing listens at kitchen:4000. Is the server running? If so, check the port.'],
  [
    'ETIMEDOUT',
    'kitchen:4000 does not answer (waited 5 s). Is that machine on and in this network? If so, let its firewall allow TCP port 4000.',
  ],
  [
    'EHOSTUNREACH',
    'There is no way to “kitchen” from here. Check that it is on, and that both machines are in the same network.',
  ],
  ['EODD', 'Connecting to kitchen:4000 failed (EODD). Try again, or use another address of that server.'],
]
for (const [code, sentence] of dialSentences)
  test(`dialling: ${code} has its sentence`, () => assert.equal(told(code), sentence))

test('macOS is asked for its Local Network permission', () => {
  assert.match(told('EHOSTUNREACH', 'kitchen', 'darwin'), /Local Network/)
  assert.doesNotMatch(told('EHOSTUNREACH', 'kitchen', 'win32'), /Local Network/)
})

test('a link-local address without its interface is told how to name it', () => {
  assert.match(told('EINVAL', 'fe80::1'), /fe80::1%eth0/)
  assert.match(told('EINVAL', 'fe80::1%wlan0'), /has the interface/)
})

test('IPv6 addresses stand in brackets before a port', () =>
  assert.match(told('ECONNREFUSED', '::1'), /at \[::1\]:4000/))

test('every code ends in a cure, in two sentences at least', () => {
  const codes = [
    'EAI_AGAIN',
    'ECONNRESET',
    'ENETUNREACH',
    'EACCES',
    'EINVAL',
    'EADDRNOTAVAIL',
    'EMFILE',
    'X',
    '',
  ]
  for (const code of codes) assert.match(told(code), /^[^.?]+(\.|\?|:).+\.$/)
  const listening = ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EMFILE', 'X']
  for (const code of listening) assert.match(listenTrouble(code, 80, 'kitchen'), /\. .+\.$/)
})

test('a refusal is told rather than a silence, and a silence rather than a name not found', () => {
  assert.ok(dialRank('ECONNREFUSED') < dialRank('ETIMEDOUT'))
  assert.ok(dialRank('ETIMEDOUT') < dialRank('ENOTFOUND'))
  assert.ok(dialRank('ENOTFOUND') < dialRank('EODD'))
})

test('a port in use says how to choose another', () => {
  assert.equal(
    listenTrouble('EADDRINUSE', 4000),
    'Port 4000 is in use on this machine. Choose another with --port, or leave it out.',
  )
})

test('errors of an open connection are few words', () => {
  const code = (name: string) => closingOf(Object.assign(new Error('x'), { code: name })).code
  assert.deepEqual(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENETDOWN', 'EODD'].map(code), [
    'reset',
    'reset',
    'lost',
    'lost',
    'trouble',
  ])
})
