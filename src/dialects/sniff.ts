/** Who is at the door: the first bytes of a connection decide its dialect, or the sentence it is sent away with. */
import { native } from './native.ts'
import type { Dialect } from './types.ts'

/**
 * How long a newcomer may say nothing. Our own client speaks at once, but its first packet may be lost and
 * sent again after 0.2, 0.6 and 1.4 seconds; who is silent longer is a person who waits to be greeted.
 */
export const silentMs = 3_000

/** Dialects spoken here. Another one is one row. */
const spoken: readonly Dialect[] = [native]

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
  { openings: ['MSG|', 'CMD_USER|'], answer: sentence => `SRV|${sentence}\n` },
  // TLS: no words of ours can be shown, but who looks at the bytes sees them.
  { openings: ['\x16'], answer: sentence => `${sentence}\n` },
]

/** For a person with netcat or telnet, and for whatever else there is. */
const anybody = (sentence: string) => `${sentence}\r\n`

export type Sniffed = { speaks: Dialect } | { sendAway: string }

export interface Sniff {
  /** Takes the next bytes; undefined as long as they may still become several things. */
  feed(chunk: Uint8Array): Sniffed | undefined
  /** The newcomer said nothing (more) for `silentMs`, or ended. */
  silence(): Sniffed
}

/** `target` is how this server is reached, such as `192.168.1.20:23277`; it stands in what strangers are told. */
export function createSniff(target: string): Sniff {
  const sentence = `This is an Earshot chat server. Join it with: npx earshot ${target}`
  let first = ''

  function verdict(): Sniffed | undefined {
    if (first === '') return undefined
    const fits = (opening: string) => first.startsWith(opening)
    const dialect = spoken.find(row => row.openings.some(fits))
    if (dialect) return { speaks: dialect }
    const stranger = strangers.find(row => row.openings.some(fits))
    if (stranger) return { sendAway: stranger.answer(sentence) }
    const undecided = [...spoken, ...strangers].some(row =>
      row.openings.some(opening => opening.startsWith(first)),
    )
    return undecided ? undefined : { sendAway: anybody(sentence) }
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
    silence: () => ({ sendAway: anybody(sentence) }),
  }
}
