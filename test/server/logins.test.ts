import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createScramClient, iterations, saltPassword, verifierOf } from '../../src/net/scram.ts'
import { createLogins } from '../../src/server/logins.ts'
import { type Limits, limits } from '../../src/wire/limits.ts'
import type { ClientMessage, ServerMessage } from '../../src/wire/messages.ts'

const salt = Buffer.from('0123456789abcdef')
const binding = Buffer.alloc(32, 7)
const verifier = verifierOf(await saltPassword('right', salt, iterations.min), salt, iterations.min)
const hello: ClientMessage = { type: 'hello', v: 1, nick: 'ann' }

function gated(few: Partial<Limits> = {}) {
  let nowMs = 0
  let due: { run: () => void; atMs: number }[] = []
  const gate = createLogins(
    verifier,
    { ...limits, ...few },
    {
      nowMs: () => nowMs,
      later: (run, ms) => void due.push({ run, atMs: nowMs + ms }),
    },
  )
  const pass = (ms: number): void => {
    nowMs += ms
    const ready = due.filter(({ atMs }) => atMs <= nowMs)
    due = due.filter(one => !ready.includes(one))
    for (const { run } of ready) run()
  }
  return {
    pass,
    come(address = '10.0.0.1', how: { binding?: Buffer | null; types?: boolean } = {}) {
      const said: ServerMessage[] = []
      const heard: ClientMessage[] = []
      const wakers: (() => void)[] = []
      const take = gate.open({
        address,
        binding: how.binding === undefined ? binding : how.binding,
        types: how.types ?? false,
        say: message => void said.push(message),
        hear(message) {
          heard.push(message)
          for (const wake of wakers) wake()
        },
      })
      assert.ok(take)
      return {
        said,
        heard,
        take,
        codes: () => said.map(one => (one.type === 'refused' ? one.code : one.type)),
        /** Until the next message is let through. */
        letThrough: () => new Promise<void>(resolve => void wakers.push(resolve)),
        async login(password: string) {
          const client = createScramClient({
            secret: { password },
            nonce: 'client-nonce-client-nonce',
            binding,
          })
          take({ type: 'auth', text: client.first })
          const first = said.at(-1)
          if (first?.type !== 'challenge') return
          const answer = await client.answer(first.text)
          assert.ok(answer.ok)
          take({ type: 'auth', text: answer.final })
        },
      }
    },
  }
}

test('nothing passes before the password, and everything after it', async () => {
  const ann = gated().come()
  ann.take(hello)
  ann.take({ type: 'rooms' })
  ann.take({ type: 'ping' })
  assert.deepEqual(ann.heard, [])
  assert.deepEqual(ann.codes(), ['password', 'password', 'pong'])
  await ann.login('right')
  ann.take(hello)
  assert.deepEqual(ann.heard, [hello])
})

test('a wrong password is answered after a second and without a reason; what came meanwhile waits, so much of it', async () => {
  const gate = gated()
  const eve = gate.come()
  await eve.login('wrong')
  for (let n = 0; n < limits.loginHeldMax + 5; n++) eve.take({ type: 'ping' })
  assert.deepEqual(eve.codes(), ['challenge'])
  gate.pass(limits.loginDelayMs)
  assert.deepEqual(eve.codes(), ['challenge', 'password', ...Array(limits.loginHeldMax).fill('pong')])
  eve.take({ type: 'auth', text: 'not even a message' })
  gate.pass(limits.loginDelayMs)
  const [bad, malformed] = eve.said.filter(one => one.type === 'refused')
  assert.deepEqual(bad, malformed)
})

test('three wrong ones from an address, then none is looked at for a minute, however many connections try', async () => {
  const gate = gated()
  for (let n = 0; n < limits.loginsPerAddress; n++) {
    await gate.come().login('wrong')
    gate.pass(limits.loginDelayMs)
  }
  const blocked = gate.come()
  await blocked.login('right')
  const refusal = blocked.said.at(-1)
  assert.ok(refusal?.type === 'refused' && refusal.code === 'too-fast' && (refusal.retryMs ?? 0) > 0)
  const elsewhere = gate.come('10.0.0.2')
  await elsewhere.login('right')
  elsewhere.take(hello)
  assert.deepEqual(elsewhere.heard, [hello])
  gate.pass(limits.loginWindowMs)
  await blocked.login('right')
  blocked.take(hello)
  assert.deepEqual(blocked.heard, [hello])
})

test('a challenge that was open when the limit was reached is not answered either', async () => {
  const gate = gated()
  const open = gate.come()
  const client = createScramClient({
    secret: { password: 'right' },
    nonce: 'client-nonce-client-nonce',
    binding,
  })
  open.take({ type: 'auth', text: client.first })
  for (let n = 0; n < limits.loginsPerAddress; n++) await gate.come().login('wrong')
  const [first] = open.said
  const answer = await client.answer(first?.type === 'challenge' ? first.text : '')
  open.take({ type: 'auth', text: answer.ok ? answer.final : '' })
  assert.deepEqual(open.codes(), ['challenge', 'too-fast'])
})

test('thirty wrong ones from everywhere shut out strangers, and not those who knew it before', async () => {
  const gate = gated()
  await gate.come('10.0.0.1').login('right')
  for (let n = 0; n < limits.loginsInAll; n++) await gate.come(`10.0.1.${n}`).login('wrong')
  const stranger = gate.come('10.0.2.1')
  await stranger.login('right')
  assert.deepEqual(stranger.codes(), ['too-fast'])
  const known = gate.come('10.0.0.1')
  await known.login('right')
  known.take(hello)
  assert.deepEqual(known.heard, [hello])
})

test('without encryption no proof is taken, the right one neither', async () => {
  const gate = gated()
  const plain = gate.come('10.0.0.1', { binding: null })
  await plain.login('right')
  gate.pass(limits.loginDelayMs)
  assert.deepEqual(plain.codes(), ['password'])
})

test('who types it where nobody can read along is let in, and the hello behind it waits', async () => {
  const gate = gated()
  const netcat = gate.come('127.0.0.1', { binding: null, types: true })
  const through = netcat.letThrough()
  netcat.take({ type: 'auth', text: 'right' })
  netcat.take(hello)
  assert.deepEqual(netcat.heard, [])
  await through
  assert.deepEqual(netcat.heard, [hello])
})

test('a server without a password asks for none', () => {
  const login = createLogins(null, limits).open({
    address: 'x',
    binding: null,
    types: false,
    say: () => assert.fail(),
    hear: () => assert.fail(),
  })
  assert.equal(login, null)
})

test('loginAddressesMax: of too many addresses that knew it, the one that came first is forgotten', async () => {
  const gate = gated({ loginAddressesMax: 2, loginsInAll: 2 })
  for (let n = 1; n <= 3; n++) await gate.come(`10.0.0.${n}`).login('right')
  for (let n = 0; n < 2; n++) await gate.come(`10.0.1.${n}`).login('wrong')
  const first = gate.come('10.0.0.1')
  await first.login('right')
  assert.deepEqual(first.codes(), ['too-fast'])
  const last = gate.come('10.0.0.3')
  await last.login('right')
  last.take(hello)
  assert.deepEqual(last.heard, [hello])
})
