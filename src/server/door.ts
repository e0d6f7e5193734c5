/** Who comes in: the first bytes of a newcomer say how it speaks; who says nothing is greeted and asked for a nick. */
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { createBucket } from '../base/bucket.ts'
import { createSniff, type Sniffed, silentMs } from '../dialects/sniff.ts'
import { text } from '../dialects/text.ts'
import type { Codec, Dialect, DialectMeans } from '../dialects/types.ts'
import { remoteOf } from '../net/ends.ts'
import { hearNewcomer, sendAway } from '../net/newcomer.ts'
import { acceptSecurely, isSecure, type SecureContext } from '../net/secure.ts'
import type { Limits } from '../wire/limits.ts'
import { bounds } from './bounds.ts'
import { createGate } from './gate.ts'
import { createHeldBack } from './heldback.ts'
import type { LongestUnnamed } from './peers.ts'
import { type Plaintext, takesPlain, unencrypted } from './plaintext.ts'

interface DoorOptions {
  /** How this server is reached; it stands in what strangers are told. */
  readonly target: string
  readonly means: DialectMeans
  readonly limits: Limits
  readonly secureContext: SecureContext
  /** From whom it takes what is not encrypted. */
  readonly plaintext: Plaintext
  /** Connections in all. */
  readonly connectionsMax: number
  /** Connections that came in and have no nick yet. */
  unnamed(): number
  longestUnnamed(): LongestUnnamed | null
  /** `greeted`: what was said to it already, and goes on with this codec. */
  admit(socket: Socket, dialect: Dialect, greeted?: Codec): void
}

export interface Door {
  answer(socket: Socket): Promise<void>
  /** A socket that was answered is closed. */
  left(socket: Socket): void
  /** Nobody comes in any more; who was greeted hears why. */
  close(why: string): void
}

/** What a newcomer turned out to be, and the codec that goes on where it was greeted. */
interface Heard {
  readonly sniffed: Exclude<Sniffed, { encrypts: true }>
  readonly codec?: Codec
  /** Where it is heard now: inside of TLS it is another socket than the one that came. */
  readonly socket: Socket
}

/** A greeted newcomer may be a telnet that wants a return in each newline; netcat does not mind one. */
const onScreen = (words: string): string => `${words}\n`.replaceAll('\n', '\r\n')

const crowded = 'Too many newcomers are at the door of this Earshot server. Try again in a minute.'
const full = 'This Earshot server is full. Try again in a minute, or ask whoever runs it to allow more.'

export function createDoor(options: DoorOptions): Door {
  const { target, means, limits, connectionsMax, secureContext, plaintext, unnamed, longestUnnamed, admit } =
    options
  const gate = createGate(limits)
  /** Connections whose dialect is not known yet, each since when, and those of them that were greeted, oldest first. */
  const waiting = new Map<Socket, number>()
  const greeted = new Map<Socket, Socket>()
  /** Those who are told that there is no place for them. */
  const turnedAway = new Set<Socket>()
  /** What is left of the words for them. */
  const words = createBucket({ burst: limits.turnedAwayMax, perSecond: limits.turnedAwayPerSecond })
  /** Those for whom there is not even a word: they have what places are left over, and cost nothing there. */
  const heldBack = createHeldBack(limits)
  /** Connections that count, and whom to tell when they are gone. */
  const connections = new Map<Socket, () => void>()
  let closed = false

  async function hear(came: Socket): Promise<Heard | undefined> {
    const quick = await hearNewcomer<Sniffed | 'silent'>(came, {
      ...createSniff(target),
      silence: () => 'silent',
      silentMs,
    })
    if (quick === undefined) return undefined
    if (quick === 'silent') return await greet(came, came)
    if (!('encrypts' in quick)) return { sniffed: quick, socket: came }
    const socket = await acceptSecurely(came, secureContext, limits.handshakeMs)
    return socket && (await hearInside(came, socket))
  }

  /** What is said inside of TLS is listened to like anything else. */
  async function hearInside(came: Socket, socket: Socket): Promise<Heard | undefined> {
    const sniffed = await hearNewcomer<Sniffed | 'silent'>(socket, {
      ...createSniff(target),
      silence: () => 'silent',
      silentMs,
    })
    if (sniffed === 'silent') return await greet(came, socket)
    return sniffed && { sniffed: decided(sniffed), socket }
  }

  async function greet(came: Socket, socket: Socket): Promise<Heard | undefined> {
    const codec = text.open({ ...means, isEncrypted: isSecure(socket) })
    const silence = () => ({ sendAway: onScreen(codec.render({ type: 'bye', reason: 'late', text: '' })) })
    // Gone before it was greeted: nothing more will come of it.
    if (socket.readableEnded) return { sniffed: silence(), socket }
    // A client that is late to encrypt is told the same, and does not mind.
    if (!isSecure(socket) && !takesPlain(plaintext, remoteOf(socket)))
      return { sniffed: { speaks: text }, socket }
    if (codec.greeting !== undefined) socket.write(onScreen(codec.greeting))
    greeted.set(came, socket)
    // A line that comes late may still claim its dialect: the bytes are heard from the first one again.
    const sniffed = await hearNewcomer<Sniffed>(socket, {
      ...createSniff(target),
      silence,
      silentMs: limits.nickMs,
    })
    greeted.delete(came)
    return sniffed && { sniffed: decided(sniffed), codec, socket }
  }

  /** Where a handshake cannot begin: inside of TLS, or behind a greeting, which is no part of one. */
  const decided = (sniffed: Sniffed): Heard['sniffed'] =>
    'encrypts' in sniffed
      ? { sendAway: onScreen(`This is an Earshot chat server. Join it with: earshot join ${target}`) }
      : sniffed

  /** In its own dialect, so that a client can tell its user; inside of TLS where it began one. */
  async function turnAway(came: Socket, why: string, retryMs: number): Promise<void> {
    if (turnedAway.size >= limits.turnedAwayMax || words.take(performance.now()) > 0) {
      if (connections.size + heldBack.size() < connectionsMax) heldBack.add(came)
      else came.destroy()
      return
    }
    turnedAway.add(came)
    const listen = (socket: Socket) =>
      hearNewcomer<Sniffed>(socket, {
        ...createSniff(target),
        silence: () => ({ speaks: text }),
        silentMs,
      })
    const quick = await listen(came)
    if (quick === undefined) return
    const isTls = 'encrypts' in quick
    const socket = isTls ? await acceptSecurely(came, secureContext, limits.handshakeMs) : came
    const inside = isTls && socket ? await listen(socket) : quick
    if (socket === undefined || inside === undefined) return
    const sniffed = decided(inside)
    if ('sendAway' in sniffed) return sendAway(socket, sniffed.sendAway)
    const { speaks } = sniffed
    const bye = speaks.open(means).render({ type: 'bye', reason: 'busy', text: why, retryMs })
    sendAway(socket, speaks === text ? onScreen(bye) : `${bye}\n`)
  }

  /**
   * Who only holds a place open gives it to who comes: else a few connections that say nothing, or a byte now and then,
   * would shut the door. A client of ours is through it long before as many others have come behind it.
   */
  function freePlace(): boolean {
    const [silent] = greeted
    if (silent !== undefined) {
      const [came, socket] = silent
      greeted.delete(came)
      waiting.delete(came)
      sendAway(socket, onScreen(crowded))
      return true
    }
    const inside = longestUnnamed()
    const [outside] = waiting
    if (inside !== null && (outside === undefined || inside.sinceMs <= outside[1])) {
      inside.letGo(crowded)
      return true
    }
    if (outside === undefined) return false
    waiting.delete(outside[0])
    outside[0].destroy()
    return true
  }

  return {
    async answer(came) {
      if (connections.size >= connectionsMax) return turnAway(came, full, bounds.fullRetryMs)
      const entry = gate.enter(remoteOf(came), performance.now())
      if (!entry.ok) return turnAway(came, entry.text, entry.retryMs)
      connections.set(came, entry.leave)
      if (connections.size + heldBack.size() > connectionsMax) heldBack.release()
      if (waiting.size + unnamed() >= limits.greetingMax && !freePlace())
        return turnAway(came, crowded, bounds.fullRetryMs)
      waiting.set(came, performance.now())
      const heard = await hear(came)
      if (!waiting.delete(came) || heard === undefined) return
      const { sniffed, codec, socket } = heard
      if (closed) came.destroy()
      else if ('sendAway' in sniffed) sendAway(socket, sniffed.sendAway)
      else if (!isSecure(socket) && !takesPlain(plaintext, remoteOf(socket)))
        sendAway(socket, unencrypted(sniffed.speaks, plaintext, target))
      else if (codec && sniffed.speaks === text) admit(socket, text, codec)
      else admit(socket, sniffed.speaks)
    },
    left(came) {
      connections.get(came)?.()
      connections.delete(came)
      turnedAway.delete(came)
    },
    close(why) {
      closed = true
      heldBack.close()
      for (const came of waiting.keys()) {
        const socket = greeted.get(came)
        if (socket) sendAway(socket, onScreen(`-- ${why}`))
        else came.destroy()
      }
      waiting.clear()
    },
  }
}
