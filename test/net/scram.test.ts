import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  createScramClient,
  createScramServer,
  isPassword,
  iterations,
  type Login,
  saltPassword,
  type Verifier,
  verifierOf,
} from '../../src/net/scram.ts'

const salt = Buffer.from('0123456789abcdef')
const nonce = 'client-nonce-client-nonce'
const binding = Buffer.alloc(32, 7)

const made = async (password: string, count: number = iterations.min): Promise<Verifier> =>
  verifierOf(await saltPassword(password, salt, count), salt, count)

/** A whole exchange; what the client makes of it, or where it ended. */
async function exchange(options: {
  verifier: Verifier
  secret: { password: string } | { login: Login }
  clientBinding?: Buffer | null
  serverBinding?: Buffer | null
  onFirst?(text: string): string
  onFinal?(text: string): string
  onProof?(text: string): string
}) {
  const { verifier, secret, clientBinding = binding, serverBinding = binding } = options
  const client = createScramClient({ secret, nonce, binding: clientBinding })
  const server = createScramServer(verifier, serverBinding, 'server-nonce-server-nonce')
  const first = server.first(client.first)
  if (first === null) return 'no first'
  const answer = await client.answer(options.onFirst?.(first) ?? first)
  if (!answer.ok) return answer.why
  const final = server.final(options.onFinal?.(answer.final) ?? answer.final)
  if (final === null) return 'refused'
  const outcome = client.verify(options.onProof?.(final) ?? final)
  return outcome.ok ? outcome : outcome.why
}

test('the exchange of RFC 7677 comes out letter by letter', async () => {
  const client = createScramClient({
    secret: { password: 'pencil' },
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    binding: null,
    user: 'user',
    iterationsMin: 4096,
  })
  assert.equal(client.first, 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO')
  const serverFirst = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'
  const answer = await client.answer(serverFirst)
  const final =
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ='
  assert.deepEqual(answer, { ok: true, final })
  const serverFinal = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='
  assert.equal(client.verify(serverFinal).ok, true)

  const rfcSalt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
  const verifier = verifierOf(await saltPassword('pencil', rfcSalt, 4096), rfcSalt, 4096)
  const server = createScramServer(verifier, null, '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0')
  assert.equal(server.first('n,,n=user,r=rOprNGfwEbeRWgbNEkqO'), serverFirst)
  assert.equal(server.final(final), serverFinal)
})

test('with the right password both sides are sure, and what was kept of it serves the next time', async () => {
  const verifier = await made('abcd-efgh-ijkl')
  const outcome = await exchange({ verifier, secret: { password: ' abcd-efgh-ijkl\n' } })
  assert.ok(typeof outcome === 'object')
  assert.equal(typeof (await exchange({ verifier, secret: { login: outcome.login } })), 'object')
  const other = verifierOf(
    await saltPassword('abcd-efgh-ijkl', Buffer.from('another salt!'), iterations.min),
    Buffer.from('another salt!'),
    iterations.min,
  )
  assert.equal(await exchange({ verifier: other, secret: { login: outcome.login } }), 'refused')
})

test('whoever stands between two connections has another binding on each, and gets nowhere', async () => {
  const verifier = await made('secret')
  const secret = { password: 'secret' }
  assert.equal(await exchange({ verifier, secret, clientBinding: Buffer.alloc(32, 8) }), 'refused')
  assert.equal(await exchange({ verifier, secret, clientBinding: null }), 'no first')
  assert.equal(await exchange({ verifier, secret, serverBinding: null }), 'no first')
})

test('a server that does not know the password cannot make the client believe that it does', async () => {
  const verifier = await made('secret')
  const fake = { ...verifier, serverKey: Buffer.alloc(32, 1) }
  assert.equal(await exchange({ verifier: fake, secret: { password: 'secret' } }), 'untrue')
  for (const proof of ['v=', 'e=other-error', '', 'v=AAAA', 'v=*', 'x'])
    assert.notEqual(
      typeof (await exchange({ verifier, secret: { password: 'secret' }, onProof: () => proof })),
      'object',
    )
})

test('a proof that was heard is good for nothing on the next challenge', async () => {
  const verifier = await made('secret')
  let heard = ''
  await exchange({ verifier, secret: { password: 'secret' }, onFinal: text => (heard = text) })
  const server = createScramServer(verifier, binding, 'another-server-nonce')
  server.first(`p=tls-exporter,,n=earshot,r=${nonce}`)
  assert.equal(server.final(heard), null)
  const again = createScramServer(verifier, binding, 'server-nonce-server-nonce')
  assert.equal(again.final(heard), null, 'no challenge is open')
  again.first(`p=tls-exporter,,n=earshot,r=${nonce}`)
  assert.notEqual(again.final(heard), null)
  assert.equal(again.final(heard), null, 'each challenge is answered once')
})

test('too few rounds would help a thief and too many would keep us busy: both are refused before any work', async () => {
  const verifier = await made('secret')
  for (const count of ['1', '4096', '14999', '600001', '9999999', '0', '-1', '1e5', '15000.5', ''])
    assert.match(
      String(
        await exchange({
          verifier,
          secret: { password: 'secret' },
          onFirst: text => text.replace(/i=.*/, `i=${count}`),
        }),
      ),
      /iterations|malformed/,
    )
})

test('no answer of a server makes the client throw, or prove itself to a nonce that is not its own', async () => {
  const client = () => createScramClient({ secret: { password: 'x' }, nonce, binding })
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 200 }), async text => {
      assert.equal((await client().answer(text)).ok, false)
      assert.equal(client().verify(text).ok, false)
    }),
    { numRuns: 500 },
  )
  const good = `s=${salt.toString('base64')},i=15000`
  for (const text of [
    `r=${nonce},${good}`,
    `r=x${nonce}y,${good}`,
    `m=ext,r=${nonce}y,${good}`,
    `r=${nonce}y,${good},x=1`,
    `r=${nonce}y,s=,i=15000`,
    `r=${nonce}y,s=!!,i=15000`,
    `r=${nonce}\u0000,${good}`,
  ])
    assert.equal((await client().answer(text)).ok, false, text)
})

test('no message of a client makes the server throw, or say yes', async () => {
  const verifier = await made('secret')
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 200 }), (first, final) => {
      const server = createScramServer(verifier, binding, 'server-nonce-server-nonce')
      server.first(first)
      assert.equal(server.final(final), null)
      server.first(`p=tls-exporter,,n=earshot,r=${nonce}`)
      assert.equal(server.final(final), null)
    }),
    { numRuns: 2_000 },
  )
})

test('changing any one letter of the proof makes it wrong', async () => {
  const verifier = await made('secret')
  const client = createScramClient({ secret: { password: 'secret' }, nonce, binding })
  const open = () => {
    const server = createScramServer(verifier, binding, 'server-nonce-server-nonce')
    return { server, first: server.first(client.first) ?? '' }
  }
  const answer = await client.answer(open().first)
  assert.ok(answer.ok)
  const { final } = answer
  assert.notEqual(open().server.final(final), null)
  for (let at = 0; at < final.length; at++) {
    const bent = final.slice(0, at) + (final[at] === 'A' ? 'B' : 'A') + final.slice(at + 1)
    // The last letter before the “=” carries two bits that are not the proof’s.
    if (
      Buffer.from(bent.split('p=')[1] ?? '', 'base64').equals(
        Buffer.from(final.split('p=')[1] ?? '', 'base64'),
      )
    )
      if (bent.split('p=')[0] === final.split('p=')[0]) continue
    assert.equal(open().server.final(bent), null, `letter ${at}`)
  }
})

test('a password typed by hand is the same however its letters were composed', async () => {
  const verifier = await made('café')
  assert.equal(await isPassword(verifier, 'cafe\u0301'), true)
  assert.equal(await isPassword(verifier, 'cafe'), false)
})
