/** The login, both sides of it: only who knows the password is let in, and only a server that knows it is believed. */
import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { createScramClient, createScramServer, iterations, verifierOf } from '../../../src/net/scram.ts'
import { breaks, bytesOf, holds, type Target, textOf } from '../target.ts'

// An input is two lines: what one side says first and last. Both sides get it, each with a nonce that never changes, so
// that one exchange which comes out well is known, and everything else must fail.

const binding = Buffer.alloc(32, 7)
const salt = Buffer.from('0123456789abcdef')
const nonces = { client: 'client-nonce-client-nonce', server: 'server-nonce-server-nonce' }
const salted = createHash('sha256').update('the right one').digest()
const verifier = verifierOf(salted, salt, iterations.min)
const login = { salt: salt.toString('base64'), iterations: iterations.min, salted: salted.toString('base64') }

const clientOf = () =>
  createScramClient({
    secret: { login },
    nonce: nonces.client,
    binding,
    // The true one takes milliseconds, and what it makes of a wrong salt is wrong however it is made.
    salting: async (_password, wrongSalt, count) =>
      createHash('sha256').update(wrongSalt).update(String(count)).digest(),
  })
const serverOf = () => createScramServer(verifier, binding, nonces.server)

const right = await (async () => {
  const [client, server] = [clientOf(), serverOf()]
  const challenge = server.first(client.first) ?? breaks('the first message is refused')
  const answer = await client.answer(challenge)
  if (!answer.ok) return breaks(answer.why)
  const proof = server.final(answer.final) ?? breaks('the right password is refused')
  return { client: [client.first, answer.final], server: [challenge, proof] } as const
})()

const mac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const last = (text: string): string => text.slice(text.lastIndexOf('=', text.length - 3) + 1)
const decoded = (text: string): string => Buffer.from(text, 'base64').toString('hex')

/** Worked out anew, as the standard has it, from what the two said. */
function signatureOf(bare: string, challenge: string, withoutProof: string): Buffer {
  return mac(mac(salted, 'Server Key'), `${bare},${challenge},${withoutProof}`)
}

async function toClient(first: string, final: string): Promise<void> {
  const client = clientOf()
  holds(!client.verify(final).ok, () => 'a proof was believed before anything was asked')
  const answer = await client.answer(first)
  if (!answer.ok) return
  const [, nonce = '', salt64 = '', count = ''] =
    /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/=]+),i=(\d+)$/.exec(first) ?? []
  holds(nonce.startsWith(nonces.client) && nonce !== nonces.client, () => `answers the nonce ${nonce}`)
  holds(Number(count) >= iterations.min && Number(count) <= iterations.max, () => `hashes ${count} times`)
  const bytes = Buffer.from(salt64, 'base64').length
  holds(bytes >= 8 && bytes <= 64, () => `a salt of ${bytes} bytes`)
  const outcome = client.verify(final)
  if (!outcome.ok) return
  holds(first.endsWith(`,s=${login.salt},i=${login.iterations}`), () => `believes a server with ${first}`)
  const [bare = ''] = [right.client[0].slice('p=tls-exporter,,'.length)]
  const signature = signatureOf(bare, first, answer.final.slice(0, answer.final.lastIndexOf(',p=')))
  holds(
    final.startsWith('v=') && decoded(final.slice(2)) === signature.toString('hex'),
    () => `believes ${final}`,
  )
}

function toServer(first: string, final: string): void {
  const server = serverOf()
  holds(server.final(final) === null, () => 'let in without a challenge')
  const challenge = server.first(first)
  if (challenge === null) {
    holds(server.final(final) === null, () => 'let in after a refusal')
    return
  }
  const bare = first.slice('p=tls-exporter,,'.length)
  holds(
    /^p=tls-exporter,,n=[^,]+,r=[\x21-\x2b\x2d-\x7e]{18,128}$/.test(first),
    () => `takes ${JSON.stringify(first)}`,
  )
  holds(challenge.startsWith(`r=${bare.slice(bare.indexOf(',r=') + 3)}${nonces.server},`), () => challenge)
  if (server.final(final) === null) return
  holds(server.final(final) === null, () => 'one challenge was answered twice')
  const withoutProof = final.slice(0, final.lastIndexOf(',p='))
  const clientKey = mac(salted, 'Client Key')
  const signed = mac(createHash('sha256').update(clientKey).digest(), `${bare},${challenge},${withoutProof}`)
  const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signed[at] ?? 0)))
  holds(decoded(last(`${final}`)) === proof.toString('hex'), () => `lets in ${JSON.stringify(final)}`)
}

const lines = ([first, final]: readonly [string, string]): string => `${first}\n${final}`
const piece = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(nonces.client, nonces.client + nonces.server, login.salt, '15000'),
  },
  { weight: 1, arbitrary: fc.constantFrom('600001', '0', '-1', '1e5', 'AA==', 'a'.repeat(200), ',', '=') },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
)
const fields = fc
  .array(fc.tuple(fc.constantFrom('r', 's', 'i', 'c', 'p', 'v', 'n', 'm'), piece), { maxLength: 5 })
  .map(all => all.map(([name, text]) => `${name}=${text}`).join(','))
const changed = fc
  .tuple(fc.constantFrom(right.client, right.server), fc.nat(200), fc.string({ maxLength: 3 }))
  .map(([pair, at, text]) => {
    const whole = lines(pair)
    return whole.slice(0, at) + text + whole.slice(at + 1)
  })

export const scram: Target = {
  name: 'scram',
  means: 'the login with a password, at the server and at the client',
  covers: ['net/scram.ts'],
  bytesMax: 600,
  seeds: [right.client, right.server].map(pair => bytesOf(lines(pair))),
  tokens: [
    'p=tls-exporter,,',
    'n,,',
    'n=',
    ',r=',
    ',s=',
    ',i=',
    'c=',
    ',p=',
    'v=',
    nonces.client,
    nonces.server,
    login.salt,
    '15000',
    '600001',
    'AA==',
  ],
  structured: fc.oneof(fc.tuple(fields, fields).map(lines), changed).map(bytesOf),
  async run(input) {
    const [first = '', final = ''] = textOf(input).split('\n')
    toServer(first, final)
    await toClient(first, final)
  },
}
