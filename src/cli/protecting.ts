/** Whether a server asks for a password, which one, and what its owner is told of it. */
import type { Verifier } from '../net/scram.ts'
import type { Given } from './main.ts'
import {
  askPassword,
  forgetVerifier,
  isWeak,
  keepVerifier,
  keptVerifier,
  newPassword,
  newVerifier,
  passwordPath,
  readPasswordFile,
} from './password.ts'

type Protected =
  | { ok: true; verifier: Verifier | null; told: readonly string[] }
  | { ok: false; text: string }

/** @param folder the server’s; null where nothing is kept */
export async function passwordOf(options: Given['options'], folder: string | null): Promise<Protected> {
  const kept = folder === null ? null : keptVerifier(folder)
  if (typeof options.passwordFile === 'string') return await given(options.passwordFile, folder)
  if (options.password !== true) {
    if (folder !== null && kept !== null) forgetVerifier(folder)
    const told =
      kept === null ? [] : ['It had a password until now; this time everybody comes in without (--password).']
    return { ok: true, verifier: null, told }
  }
  if (kept !== null && folder !== null)
    return {
      ok: true,
      verifier: kept,
      told: [
        `Its password is the one of before. For another one, delete ${passwordPath(folder)} and start again.`,
      ],
    }
  const password = newPassword()
  const verifier = await newVerifier(password)
  if (folder !== null) keepVerifier(folder, verifier)
  return { ok: true, verifier, told: [`Its password is ${password} (it is not shown again).`] }
}

/** One that its owner chose. `-`: asked for here. */
async function given(path: string, folder: string | null): Promise<Protected> {
  const read =
    path === '-' ? await askPassword('The password everybody shall need: ') : readPasswordFile(path)
  if (!read.ok) return read
  const verifier = await newVerifier(read.password)
  if (folder !== null) keepVerifier(folder, verifier)
  const weak = 'That password is short: somebody who pretends to be this server once can guess it at leisure.'
  return { ok: true, verifier, told: isWeak(read.password) ? [weak] : [] }
}
