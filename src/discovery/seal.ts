/** The seal of a farewell: a hash that goes into every beacon, and the secret that opens it when the server leaves. */
import { createHash } from 'node:crypto'

/** 128 bits of the secret's SHA-256, in base64url. */
export function commitmentOf(secret: string): string {
  return createHash('sha256').update(secret).digest().subarray(0, 16).toString('base64url')
}

/** Whether the secret is the one the commitment was made of. */
export function opens(secret: string, commitment: string): boolean {
  return commitmentOf(secret) === commitment
}
