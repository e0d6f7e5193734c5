/** Passwords of servers: read from a file or asked for, made where none is given, and kept as what checks them. */
import { randomBytes, randomInt } from 'node:crypto'
import { readFileSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { iterations, saltPassword, type Verifier, verifierOf } from '../net/scram.ts'
import { bounds } from './bounds.ts'
import { readJson, writeJson } from './files.ts'

const file = 'password.json'

type PasswordRead = { ok: true; password: string } | { ok: false; text: string }

/** The first line of a file, which may be a descriptor’s (`/dev/fd/3`). */
export function readPasswordFile(path: string): PasswordRead {
  try {
    return readPassword(readFileSync(path).subarray(0, bounds.passwordBytesMax + 1), path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return { ok: false, text: `The password file ${path} cannot be read (${code}).` }
  }
}

function readPassword(bytes: Buffer, from: string): PasswordRead {
  const password = (bytes.toString('utf8').split('\n')[0] ?? '').trim()
  if (password === '') return { ok: false, text: `There is no password in the first line of ${from}.` }
  if (bytes.length > bounds.passwordBytesMax)
    return { ok: false, text: `${from} is too large for a password.` }
  return { ok: true, password }
}

/** Typed where nobody sees it, or the first line of what is piped in. */
export async function askPassword(question: string): Promise<PasswordRead> {
  const { createInterface } = await import('node:readline')
  const { Writable } = await import('node:stream')
  const input = process.stdin
  const isTerminal = input.isTTY === true
  if (isTerminal) process.stderr.write(question)
  // Readline echoes into nothing, so that what is typed does not show.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output, terminal: isTerminal })
  const line = await new Promise<string>(resolve => {
    lines.once('line', resolve)
    lines.once('close', () => resolve(''))
    lines.once('SIGINT', () => process.exit(130))
  })
  lines.close()
  if (isTerminal) process.stderr.write('\n')
  return readPassword(Buffer.from(line), 'standard input')
}

/** Five bits each; none is taken for another one when it is read out. */
const letters = 'abcdefghijkmnpqrstuvwxyz23456789'

/** `k7qm-3xvd-r4ta`: 60 bits of chance. */
export function newPassword(): string {
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return [group(), group(), group()].join('-')
}

export async function newVerifier(password: string): Promise<Verifier> {
  const salt = randomBytes(16)
  return verifierOf(await saltPassword(password, salt, iterations.usual), salt, iterations.usual)
}

/** Short ones are guessed by whoever can pretend to be the server once. */
export const isWeak = (password: string): boolean => [...password].length < bounds.passwordLettersMin

export function keptVerifier(folder: string): Verifier | null {
  const held = readJson(join(folder, file))
  const bytes = (name: string): Buffer => Buffer.from(String(held?.[name] ?? ''), 'base64')
  const [salt, storedKey, serverKey] = [bytes('salt'), bytes('storedKey'), bytes('serverKey')]
  const count = held?.iterations
  const isWhole = salt.length >= 8 && storedKey.length === 32 && serverKey.length === 32
  return isWhole && typeof count === 'number' ? { salt, iterations: count, storedKey, serverKey } : null
}

export function keepVerifier(
  folder: string,
  { salt, storedKey, serverKey, iterations: count }: Verifier,
): void {
  writeJson(folder, file, {
    salt: salt.toString('base64'),
    iterations: count,
    storedKey: storedKey.toString('base64'),
    serverKey: serverKey.toString('base64'),
  })
}

/** Where the password is kept, for the sentence that says how to get another. */
export const passwordPath = (folder: string): string => join(folder, file)

export function forgetVerifier(folder: string): void {
  try {
    unlinkSync(join(folder, file))
  } catch {
    // There was none.
  }
}
