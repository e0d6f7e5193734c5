/** What whoever runs a server hears of it as it happens; never a word of what is said in it. */
import type { Deed } from '../chat/types.ts'

export type ServerEvent =
  | {
      event: 'listening'
      id: string
      name: string
      port: number
      addresses: readonly string[]
      announced: boolean
      /** The code of its key, as its clients show it. */
      code: string
    }
  /** It is reached at other addresses than before: a network came or went. */
  | { event: 'addresses'; port: number; addresses: readonly string[] }
  | { event: 'joined'; nick: string; users: number }
  | { event: 'renamed'; was: string; nick: string }
  | { event: 'left'; nick: string; users: number }
  /** Somebody who had joined was cut off, by their own connection’s fault. */
  | { event: 'cut'; nick: string; reason: string }
  /** Somebody kept order. */
  | ({ event: 'order' } & Deed)
  | { event: 'trouble'; text: string }
  | { event: 'stopping' }
