/** A kept line as the tools print it: for scripts as it is on the wire, for people as plain mode shows it. */
import { cleanLine, cleanText } from '../base/clean.ts'
import { entryText, type Said } from '../client/scrollback.ts'
import type { WireLine } from '../wire/messages.ts'

/** What a line’s number belongs to, and the server’s run in which it was heard, where that has a name. */
export interface Counted {
  readonly epoch: string
  readonly run?: string
}

/** The line as it is on the wire, and by what a place behind it is known again. */
export const lineJson = (line: WireLine, { epoch, run }: Counted): string =>
  JSON.stringify({ type: 'line', ...line, epoch, run })

/** `18:00 #lobby ann: hello`; `place` is harmless already. */
export const lineText = (line: WireLine, place: string): string =>
  entryText({ ...said(line), key: 0, room: place, wallMs: line.at, newMinute: true })

/** The same with its day, for what may be old: `2026-01-31 18:00 #lobby ann: hello`. */
export function datedText(line: WireLine, place: string): string {
  const date = new Date(line.at)
  const two = (number: number): string => String(number).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${lineText(line, place)}`
}

function said({ seq, from: rawFrom, kind, body: rawBody }: WireLine): Said {
  const from = cleanLine(rawFrom, 48)
  const body = cleanText(rawBody)
  if (kind !== 'topic')
    return { kind: 'line', seq, from, emote: kind === 'emote', body, own: false, mention: false }
  const topic = cleanLine(body)
  const text = topic === '' ? `${from} took the topic away` : `${from} set the topic: ${topic}`
  return { kind: 'notice', tone: 'plain', text }
}
