/** SCRAM-SHA-256-PLUS (RFC 5802, 7677, 9266): each side proves that it knows the password, over this very connection. */
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** How often a password is hashed. Fewer would help who collects proofs; more would let a server keep us busy. */
export const iterations = { min: 15_000, usual: 120_000, max: 600_000 } as const

const saltBytes = { min: 8, max: 64 } as const
const nonceForm = /^[\x21-\x2b\x2d-\x7e]{18,128}$/
/** One password for all, so the name means nothing; the grammar wants one. */
const user = 'earshot'

/** What a server keeps of a password: enough to check one, not enough to log in with. */
export interface Verifier {
  readonly salt: Buffer
  readonly iterations: number
  readonly storedKey: Buffer
  readonly serverKey: Buffer
}

/** What a client may keep in place of a password; it serves as long as the server keeps its salt. */
export interface Login {
  readonly salt: string
  readonly iterations: number
  /** Base64, as the salt. */
  readonly salted: string
}

const hash = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
const mac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)))
const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

const derive = promisify(pbkdf2)

/** However it was typed: composed or not, wide or not, with a blank that came along when it was pasted. */
const normal = (password: string): string => password.trim().normalize('NFKC')

export const saltPassword = (password: string, salt: Uint8Array, count: number): Promise<Buffer> =>
  derive(normal(password), salt, count, 32, 'sha256')

export function verifierOf(salted: Buffer, salt: Buffer, count: number): Verifier {
  const storedKey = hash(mac(salted, 'Client Key'))
  return { salt, iterations: count, storedKey, serverKey: mac(salted, 'Server Key') }
}

/** Whether a password that came as it is, over a connection that is safe enough for that, is the right one. */
export async function isPassword(verifier: Verifier, password: string): Promise<boolean> {
  const salted = await saltPassword(password, verifier.salt, verifier.iterations)
  return isSame(verifierOf(salted, verifier.salt, verifier.iterations).storedKey, verifier.storedKey)
}

/** How an exchange is bound to its connection. null: not at all, as plain SCRAM-SHA-256. */
type Binding = Uint8Array | null
const headerOf = (binding: Binding): string => (binding === null ? 'n,,' : 'p=tls-exporter,,')
const bound = (binding: Binding): string =>
  Buffer.concat([Buffer.from(headerOf(binding)), binding ?? Buffer.alloc(0)]).toString('base64')

/** `a=…,b=…` as exactly those fields in that order, else null: nothing may hide between them. */
function fieldsOf(text: string, letters: string): string[] | null {
  const parts = text.split(',')
  if (parts.length !== letters.length) return null
  return parts.every((part, at) => part.startsWith(`${letters[at]}=`))
    ? parts.map(part => part.slice(2))
    : null
}

const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const decoded = (text: string): Buffer | null => (base64Form.test(text) ? Buffer.from(text, 'base64') : null)

/** The login came to this; `untrue`: the server could not prove that it knows the password. */
export type Outcome = { ok: true; login: Login } | { ok: false; why: 'malformed' | 'untrue' }

export interface ScramClient {
  readonly first: string
  /** Answers the server’s first message; a sentence of fact where that message will not do. */
  answer(
    serverFirst: string,
  ): Promise<{ ok: true; final: string } | { ok: false; why: 'malformed' | 'iterations' }>
  /** Whether the server knew the password as well. */
  verify(serverFinal: string): Outcome
}

/**
 * @param secret the password; or what was kept of it, which fails where the server has another salt by now
 * @param nonce 18 or more printable characters, never used before
 */
export function createScramClient(options: {
  secret: { password: string } | { login: Login }
  nonce: string
  binding: Binding
  user?: string
  iterationsMin?: number
  /** How a password is salted; left out: as it should be. */
  salting?: typeof saltPassword
}): ScramClient {
  const { secret, nonce, binding, iterationsMin = iterations.min, salting = saltPassword } = options
  const bare = `n=${options.user ?? user},r=${nonce}`
  let expected: { signature: Buffer; login: Login } | null = null

  return {
    first: headerOf(binding) + bare,
    async answer(serverFirst) {
      const [whole = '', salt64 = '', countText = ''] = fieldsOf(serverFirst, 'rsi') ?? []
      const salt = decoded(salt64)
      // The server’s part must be there, and ours must be ours: else this is the answer to somebody else.
      if (!whole.startsWith(nonce) || whole.length <= nonce.length || !nonceForm.test(whole)) return malformed
      if (salt === null || salt.length < saltBytes.min || salt.length > saltBytes.max) return malformed
      if (!/^[1-9]\d{0,6}$/.test(countText)) return malformed
      const count = Number(countText)
      if (count < iterationsMin || count > iterations.max) return { ok: false, why: 'iterations' }
      const isKept = 'login' in secret && secret.login.salt === salt64 && secret.login.iterations === count
      const salted = isKept
        ? Buffer.from(secret.login.salted, 'base64')
        : // Where the salt is another one the kept hash is of no use: it fails as a wrong password does.
          await salting('password' in secret ? secret.password : '', salt, count)
      const withoutProof = `c=${bound(binding)},r=${whole}`
      const signed = `${bare},${serverFirst},${withoutProof}`
      const clientKey = mac(salted, 'Client Key')
      const proof = xor(clientKey, mac(hash(clientKey), signed))
      expected = {
        signature: mac(mac(salted, 'Server Key'), signed),
        login: { salt: salt64, iterations: count, salted: salted.toString('base64') },
      }
      return { ok: true, final: `${withoutProof},p=${proof.toString('base64')}` }
    },
    verify(serverFinal) {
      const [proof = ''] = fieldsOf(serverFinal, 'v') ?? []
      const signature = decoded(proof)
      if (expected === null || signature === null || signature.length === 0)
        return { ok: false, why: 'malformed' }
      return isSame(signature, expected.signature)
        ? { ok: true, login: expected.login }
        : { ok: false, why: 'untrue' }
    },
  }
}

const malformed = { ok: false, why: 'malformed' } as const

export interface ScramServer {
  /** null for what is no such message. */
  first(clientFirst: string): string | null
  /** null where anything at all is not right; nobody is told what. */
  final(clientFinal: string): string | null
}

export function createScramServer(verifier: Verifier, binding: Binding, nonce: string): ScramServer {
  let signedFirst: { whole: string; text: string } | null = null
  return {
    first(clientFirst) {
      const header = headerOf(binding)
      const bare = clientFirst.slice(header.length)
      const [name, theirs] = fieldsOf(bare, 'nr') ?? []
      if (!clientFirst.startsWith(header) || !name || theirs === undefined || !nonceForm.test(theirs))
        return null
      const whole = theirs + nonce
      const serverFirst = `r=${whole},s=${verifier.salt.toString('base64')},i=${verifier.iterations}`
      signedFirst = { whole, text: `${bare},${serverFirst}` }
      return serverFirst
    },
    final(clientFinal) {
      const held = signedFirst
      // Each challenge is answered once.
      signedFirst = null
      const [theirBinding, whole, proofText = ''] = fieldsOf(clientFinal, 'crp') ?? []
      const proof = decoded(proofText)
      if (held === null || proof === null || proof.length !== 32) return null
      const signed = `${held.text},${clientFinal.slice(0, clientFinal.lastIndexOf(',p='))}`
      const clientKey = xor(proof, mac(verifier.storedKey, signed))
      // All of it is looked at, whatever the first look came to.
      const isKey = isSame(hash(clientKey), verifier.storedKey)
      const isBound = theirBinding === bound(binding)
      return isKey && isBound && whole === held.whole
        ? `v=${mac(verifier.serverKey, signed).toString('base64')}`
        : null
    },
  }
}
