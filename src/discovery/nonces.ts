/** Our own probes that may still be answered: an answer must carry the nonce of one, whatever address it comes from. */
import { bounds } from './bounds.ts'

export interface Asked {
  readonly atMs: number
  /** The one host it was sent to, or null for a broadcast. */
  readonly host: string | null
}

export interface Nonces {
  /** Remembers a nonce just sent. */
  sent(nonce: string, nowMs: number, host: string | null): void
  /** What the nonce was sent for, or null when it is not ours or too old. */
  find(nonce: string, nowMs: number): Asked | null
  /** Forgets all: nothing that was asked before this is believed. */
  clear(): void
}

/** Keeps at most 256 nonces, each for five seconds. */
export function createNonces(): Nonces {
  const asked = new Map<string, Asked>()
  return {
    sent(nonce, nowMs, host) {
      if (asked.size >= bounds.noncesMax) {
        const oldest = asked.keys().next().value
        if (oldest !== undefined) asked.delete(oldest)
      }
      asked.set(nonce, { atMs: nowMs, host })
    },
    find(nonce, nowMs) {
      const found = asked.get(nonce)
      if (!found) return null
      if (nowMs - found.atMs <= bounds.nonceMs) return found
      asked.delete(nonce)
      return null
    },
    clear: () => asked.clear(),
  }
}
