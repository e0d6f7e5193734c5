/** Who is at the door: the first bytes of a connection decide its dialect, or the sentence it is sent away with. */
import { native } from './native.ts'
import { pipe } from './pipe.ts'
import { text } from './text.ts'
import type { Dialect } from './types.ts'

/**
 * How long a newcomer may say nothing before it is greeted as a person. Our own client speaks at once; where its
 * first packet is lost and comes later it is greeted too, reads nothing in that, and is told from its words all the same.
 */
export const silentMs = 300

/** Dialects spoken here that show themselves; `text` is for everybody else. Another one is one row. */
const spoken: readonly Dialect[] = [native, pipe]

/** Others who may come by mistake: how they begin, and how to tell them so that they can show it. */
const strangers: readonly { openings: readonly string[]; answer(sentence: string): string }[] = [
  {
    openings: [
      'GET ',
      'HEAD ',
      'POST ',
      'PUT ',
      'DELETE ',
      'OPTIONS ',
      'PATCH ',
      'CONNECT ',
      'TRACE ',
      'PRI ',
    ],
    answer: sentence =>
      [
        'HTTP/1.1 400 Bad Request',
        'Content-Type: text/plain; charset=utf-8',
        'X-Content-Type-Options: nosniff',
        'Connection: close',
        '',
        `${sentence}\n`,
      ].join('\r\n'),
  },
  { openings: ['CAP ', 'NICK ', 'USER ', 'PASS '], answer: sentence => `ERROR :${sentence}\r\n` },
]

/** The first byte of TLS; what is said inside begins anew. */
const handshake = '\x16'

export type Sniffed = { speaks: Dialect } | { sendAway: string } | { encrypts: true }

export interface Sniff {
  /** Takes the next bytes; undefined as long as they may still become several things. */
  feed(chunk: Uint8Array): Sniffed | undefined
}

/** `target` is how this server is reached, such as `192.168.1.20:23277`; it stands in what strangers are told. */
export function createSniff(target: string): Sniff {
  const sentence = `This is an Earshot chat server. Join it with: earshot join ${target}`
  let first = ''

  function verdict(): Sniffed | undefined {
    if (first === handshake) return { encrypts: true }
    const fits = (opening: string) => first.startsWith(opening)
    const dialect = spoken.find(row => row.openings.some(fits))
    if (dialect) return { speaks: dialect }
    const stranger = strangers.find(row => row.openings.some(fits))
    if (stranger) return { sendAway: stranger.answer(sentence) }
    const undecided = [...spoken, ...strangers].some(row =>
      row.openings.some(opening => opening.startsWith(first)),
    )
    return undecided ? undefined : { speaks: text }
  }

  return {
    feed(chunk) {
      for (const byte of chunk) {
        first += String.fromCharCode(byte)
        const sniffed = verdict()
        if (sniffed) return sniffed
      }
      return undefined
    },
  }
}
