/** TLS on both sides of a socket that is open already: 1.3 alone, and the key is compared by whoever knows it. */
import { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import {
  connect,
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
  TLSSocket,
} from 'node:tls'
import { formatTarget } from '../base/target.ts'
import { limits } from '../wire/limits.ts'
import { serverNamedBy } from './certificate.ts'
import { type DialOptions, dial } from './dial.ts'
import { type Identity, pinOf } from './identity.ts'

export type { SecureContext }

/** Who answered, as the key it holds proves: the identity it claims, and the pin of its key. */
export interface Secured {
  readonly server: string
  readonly pin: string
}

/**
 * No authority is ever asked. Unless told so, node reads the hundred and more that it knows into the first context a
 * process makes, which takes longer than all else about it.
 */
const usual = { minVersion: 'TLSv1.3', ca: [] } as const satisfies SecureContextOptions

export const contextOf = ({ keyPem, certificatePem }: Identity): SecureContext =>
  createSecureContext({ ...usual, key: keyPem, cert: certificatePem })

/** One for all, for it stays with the socket and would keep everything around it. */
const ignore = () => {}

/** Undefined where it came to nothing; the socket is closed then. All its bytes must still be in it. */
export function acceptSecurely(
  socket: Socket,
  context: SecureContext,
  withinMs: number = limits.handshakeMs,
): Promise<TLSSocket | undefined> {
  return new Promise(resolve => {
    const secure = new TLSSocket(socket, { isServer: true, secureContext: context })
    // What the raw socket says of its end the secure one says, too.
    secure.on('error', ignore)
    const settle = (made: TLSSocket | undefined): void => {
      clearTimeout(timer)
      secure.off('secure', onSecure).off('end', fail).off('close', fail)
      resolve(made)
    }
    const onSecure = () => settle(secure)
    const fail = () => {
      settle(undefined)
      secure.destroy()
    }
    const timer = setTimeout(fail, withinMs)
    // Half a handshake and the end: nothing will come of it, though the other half is still open.
    secure.once('secure', onSecure).once('end', fail).once('close', fail)
  })
}

/** `plain`: it answered, and not in TLS. */
type Undone = { ok: false; why: 'plain' | 'cut' | 'late' | 'stranger' }

/** What OpenSSL says of an answer that is no TLS at all. */
const notTls =
  /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|BAD_RECORD_TYPE|RECORD_TOO_SMALL)$/

/** Nothing but the handshake is said; whom to trust with more is the caller’s to decide. */
function shakeHands(
  socket: Socket,
  withinMs: number,
  signal: AbortSignal | undefined,
): Promise<{ ok: true; socket: TLSSocket; secured: Secured } | Undone> {
  return new Promise(resolve => {
    // No name is checked and no authority asked: the key itself is compared with the one we know.
    const secure = connect({ ...usual, socket, rejectUnauthorized: false })
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    }
    const stop = () => fail('cut')
    const fail = (why: Undone['why']): void => {
      done()
      secure.destroy()
      resolve({ ok: false, why })
    }
    const timer = setTimeout(() => fail('late'), withinMs)
    secure.on('error', (error: NodeJS.ErrnoException) =>
      fail(notTls.test(error.code ?? '') ? 'plain' : 'cut'),
    )
    secure.once('close', () => fail('cut'))
    signal?.addEventListener('abort', stop, { once: true })
    secure.once('secureConnect', () => {
      const { raw } = secure.getPeerCertificate()
      const secured = raw === undefined ? null : securedBy(raw)
      if (secured === null) return fail('stranger')
      done()
      secure.pause()
      resolve({ ok: true, socket: secure, secured })
    })
  })
}

/** @param der what was shown; null where it is no certificate of ours, or none at all */
export function securedBy(der: Buffer): Secured | null {
  try {
    const certificate = new X509Certificate(der)
    const server = serverNamedBy(certificate)
    return server === null ? null : { server, pin: pinOf(certificate.publicKey) }
  } catch {
    return null
  }
}

export type DialledSecurely =
  /** `secured` is null where the server does not speak TLS; nothing was said to it then. */
  { ok: true; socket: Socket; host: string; secured: Secured | null } | { ok: false; text: string }

/**
 * Reaches a server in TLS, always; one that answers and knows no TLS is called once more without. Whether that will do
 * is the caller’s to decide, before a word is said.
 */
export async function dialSecurely(options: DialOptions): Promise<DialledSecurely> {
  let { hosts } = options
  for (let attempt = 0; attempt < plainAttempts; attempt++) {
    const dialled = await dial({ ...options, hosts })
    if (!dialled.ok) return dialled
    const { host } = dialled
    const shaken = await shakeHands(dialled.socket, options.timeoutMs ?? limits.handshakeMs, options.signal)
    if (shaken.ok) return { ok: true, socket: shaken.socket, host, secured: shaken.secured }
    if (shaken.why !== 'plain')
      return { ok: false, text: sentences[shaken.why](formatTarget(host, options.port)) }
    hosts = [host]
  }
  const plain = await dial({ ...options, hosts })
  return plain.ok ? { ...plain, secured: null } : plain
}

/** One answer in plain text may be the greeting of a server that our first packet reached too late. */
const plainAttempts = 2

const sentences = {
  cut: (at: string) =>
    `The connection to ${at} was cut while its encryption was agreed on. Try again in a moment.`,
  late: (at: string) =>
    `What answers at ${at} does not speak as an Earshot server does. Check the address and the port.`,
  stranger: (at: string) =>
    `What answers at ${at} encrypts, but is no Earshot server. Check the address and the port.`,
} as const

const bindingLabel = 'EXPORTER-Channel-Binding'

/** What both ends of this very connection know and nobody between them: RFC 9266’s tls-exporter; null in plain text. */
export const bindingOf = (socket: Socket): Buffer | null =>
  socket instanceof TLSSocket ? socket.exportKeyingMaterial(32, bindingLabel, Buffer.alloc(0)) : null

export const isSecure = (socket: Socket): boolean => socket instanceof TLSSocket
