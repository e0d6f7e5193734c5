/** Who comes in: the first bytes of a newcomer say how it speaks; who says nothing is greeted and asked for a nick. */
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { createSniff, type Sniffed, silentMs } from '../dialects/sniff.ts'
import { text } from '../dialects/text.ts'
import type { Codec, Dialect, DialectMeans } from '../dialects/types.ts'
import { hearNewcomer, sendAway } from '../net/newcomer.ts'
import type { Limits } from '../wire/limits.ts'
import { createGate } from './gate.ts'

interface DoorOptions {
  /** How this server is reached; it stands in what strangers are told. */
  readonly target: string
  readonly means: DialectMeans
  readonly limits: Limits
  /** Connections in all. */
  readonly connectionsMax: number
  /** Connections that came in and have no nick yet. */
  unnamed(): number
  /** `greeted`: what was said to it already, and goes on with this codec. */
  admit(socket: Socket, dialect: Dialect, greeted?: Codec): void
}

export interface Door {
  answer(socket: Socket): Promise<void>
  /** Nobody comes in any more; who was greeted hears why. */
  close(why: string): void
}

/** A greeted newcomer may be a telnet that wants a return in each newline; netcat does not mind one. */
const onScreen = (words: string): string => `${words}\n`.replaceAll('\n', '\r\n')

const crowded = 'Too many newcomers are at the door of this Earshot server. Try again in a minute.'
const full = 'This Earshot server is full. Try again in a minute, or ask whoever runs it to allow more.'
const busyMs = 10_000

export function createDoor({ target, means, limits, connectionsMax, unnamed, admit }: DoorOptions): Door {
  const gate = createGate(limits)
  /** Connections whose dialect is not known yet, and those of them that were greeted, oldest first. */
  const waiting = new Set<Socket>()
  const greeted = new Set<Socket>()
  /** Those who are told that there is no place for them. */
  const turnedAway = new Set<Socket>()
  let connections = 0
  let closed = false

  async function hear(socket: Socket): Promise<{ sniffed: Sniffed; codec?: Codec } | undefined> {
    const quick = await hearNewcomer<Sniffed | 'silent'>(socket, {
      ...createSniff(target),
      silence: () => 'silent',
      silentMs,
    })
    if (quick !== 'silent') return quick && { sniffed: quick }
    const codec = text.open(means)
    if (codec.greeting !== undefined) socket.write(onScreen(codec.greeting))
    const late = codec.render({ type: 'bye', reason: 'late', text: '' })
    const silence = () => ({ sendAway: onScreen(late) })
    // Gone before it was greeted: nothing more will come of it.
    if (socket.readableEnded) return { sniffed: silence() }
    greeted.add(socket)
    // A line that comes late may still claim its dialect: the bytes are heard from the first one again.
    const sniffed = await hearNewcomer<Sniffed>(socket, {
      ...createSniff(target),
      silence,
      silentMs: limits.nickMs,
    })
    greeted.delete(socket)
    return sniffed && { sniffed, codec }
  }

  /** In its own dialect, so that a client can tell its user. */
  async function turnAway(socket: Socket, words: string, retryMs: number): Promise<void> {
    if (turnedAway.size >= limits.turnedAwayMax) return void socket.destroy()
    turnedAway.add(socket)
    socket.once('close', () => turnedAway.delete(socket))
    const sniffed = await hearNewcomer<Sniffed>(socket, {
      ...createSniff(target),
      silence: () => ({ speaks: text }),
      silentMs,
    })
    if (sniffed === undefined) return
    if ('sendAway' in sniffed) return sendAway(socket, sniffed.sendAway)
    const { speaks } = sniffed
    const bye = speaks.open(means).render({ type: 'bye', reason: 'busy', text: words, retryMs })
    sendAway(socket, speaks === text ? onScreen(bye) : `${bye}\n`)
  }

  return {
    async answer(socket) {
      if (connections >= connectionsMax) return turnAway(socket, full, busyMs)
      const entry = gate.enter(socket.remoteAddress ?? '', performance.now())
      if (!entry.ok) return turnAway(socket, entry.text, entry.retryMs)
      connections += 1
      socket.once('close', () => {
        connections -= 1
        entry.leave()
      })
      if (waiting.size + unnamed() >= limits.greetingMax) {
        // Who only holds a place open gives it to who comes: else a few silent connections would shut the door.
        const [longest] = greeted
        if (longest === undefined) return turnAway(socket, crowded, busyMs)
        greeted.delete(longest)
        waiting.delete(longest)
        sendAway(longest, onScreen(crowded))
      }
      waiting.add(socket)
      const heard = await hear(socket)
      if (!waiting.delete(socket) || heard === undefined) return
      const { sniffed, codec } = heard
      if (closed) socket.destroy()
      else if ('sendAway' in sniffed) sendAway(socket, sniffed.sendAway)
      else if (codec && sniffed.speaks === text) admit(socket, text, codec)
      else admit(socket, sniffed.speaks)
    },
    close(why) {
      closed = true
      for (const socket of waiting) {
        if (greeted.has(socket)) sendAway(socket, onScreen(`-- ${why}`))
        else socket.destroy()
      }
      waiting.clear()
    },
  }
}
