/** What the command line gives to trust a server by, and to be let in with. */

export interface Credentials {
  /** The only right code of the server; null: as is known of it. */
  readonly code: string | null
  readonly password: string | null
}

export async function credentialsOf(
  options: Readonly<Record<string, unknown>>,
): Promise<{ ok: true; start: Credentials } | { ok: false; text: string }> {
  const code = typeof options.trust === 'string' ? options.trust : null
  if (typeof options.passwordFile !== 'string') return { ok: true, start: { code, password: null } }
  const { readPasswordFile } = await import('./password.ts')
  const read = readPasswordFile(options.passwordFile)
  return read.ok ? { ok: true, start: { code, password: read.password } } : read
}
