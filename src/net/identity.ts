/** A server’s key: made at its first start, kept in its folder for its owner’s eyes only, and known by a short code. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { selfSigned } from './certificate.ts'

/** What a server shows of itself when it is connected to. */
export interface Identity {
  readonly keyPem: string
  readonly certificatePem: string
  readonly pin: string
}

export type Opened = { ok: true; identity: Identity; notice: string | null } | { ok: false; text: string }

const file = 'key.pem'

/** SHA-256 of the public key (its SPKI) in base64url: what clients remember of a server. */
export const pinOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64url')

/**
 * @param server the identity it speaks for
 * @param folder where the key is kept; null: it lives as long as this process
 * @returns the identity; or, where a kept key cannot be read, a sentence: another key in its place would look like an
 *   attack to everybody who knows this server
 */
export function openIdentity(server: string, folder: string | null): Opened {
  if (folder === null) return { ok: true, identity: newIdentity(server), notice: null }
  const path = join(folder, file)
  const no = (why: string, cure: string): Opened => ({
    ok: false,
    text: `The server’s key ${path} ${why}. ${cure}`,
  })
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const held = readOrMake(path)
    const key = createPrivateKey(held)
    if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
      return no('is no P-256 key', cureOfBad)
    return { ok: true, identity: identityOf(server, key), notice: narrowed(path) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    if (/^ERR_/.test(code)) return no('is damaged', cureOfBad)
    return code === 'ENOSPC' || code === 'EDQUOT'
      ? no('cannot be written: the disk there is full', 'Free some space on it, then start the server again.')
      : no(`cannot be used (${code})`, 'Make its folder readable and writable for you.')
  }
}

const cureOfBad =
  'Put its backup in its place; or delete it for a new one, and everybody who knows this server will be warned that its key has changed.'

/** One that lives as long as this process. */
export const newIdentity = (server: string): Identity => identityOf(server, newKey())

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey

function identityOf(server: string, key: KeyObject): Identity {
  return {
    keyPem: String(key.export({ type: 'pkcs8', format: 'pem' })),
    certificatePem: selfSigned(key, server),
    pin: pinOf(createPublicKey(key)),
  }
}

function readOrMake(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  // Written beside, flushed and linked: a crash or a loss of power leaves the whole key or none, and a key that is there
  // is never written over.
  const beside = `${path}.${process.pid}.new`
  try {
    writeFileSync(beside, String(newKey().export({ type: 'pkcs8', format: 'pem' })), {
      mode: 0o600,
      flush: true,
    })
    linkSync(beside, path)
  } finally {
    // Also what a full disk took of it.
    rmSync(beside, { force: true })
  }
  return readFileSync(path, 'utf8')
}

/** Takes the key out of others’ sight, and says so where it had been in it. */
function narrowed(path: string): string | null {
  if (process.platform === 'win32' || (statSync(path).mode & 0o077) === 0) return null
  chmodSync(path, 0o600)
  return `The server’s key ${path} could be read by other users of this machine; now only you can. Whoever has read it can pretend to be this server: delete it for a new one.`
}
