/** What whoever runs a server asks it from another terminal: one line of JSON each way, over a socket of its folder. */
import type { Socket } from 'node:net'
import type { OpenRoom } from '../chat/roster.ts'
import type { Moderate, Present } from '../chat/types.ts'
import { limits } from '../wire/limits.ts'
import { createLines } from '../wire/lines.ts'
import { readClient } from '../wire/messages.ts'
import { bounds } from './bounds.ts'
import type { Moderated } from './hosting.ts'

/** Besides whatever keeps order, which is asked as a client asks it. */
export const questions = ['who', 'rooms', 'token', 'stop'] as const
export type Question = (typeof questions)[number]

export interface Answer {
  readonly ok: boolean
  /** Sentences for people. */
  readonly lines: readonly string[]
  readonly unkept?: string
  readonly who?: readonly Present[]
  readonly rooms?: readonly OpenRoom[]
  readonly token?: string
}

/** What of a server can be asked for. */
export interface Asked {
  moderate(said: Moderate): Moderated
  present(): readonly Present[]
  rooms(): readonly OpenRoom[]
  /** A fresh token that makes its bearer owner, once. */
  offerOwner(): string
  stop(): void
}

/** Answers callers; each asks once. */
export function createAdmin(asked: Asked): (socket: Socket) => void {
  let callers = 0
  return socket => {
    socket.on('error', () => {})
    if (callers >= bounds.callersMax) return void socket.destroy()
    callers += 1
    socket.once('close', () => {
      callers -= 1
    })
    socket.setTimeout(bounds.callerAskMs, () => socket.destroy())
    const lines = createLines({ lineBytesMax: limits.clientLineBytesMax })
    socket.on('data', chunk => {
      const [read] = lines.feed(chunk)
      if (read === undefined) return
      socket.removeAllListeners('data')
      const answer = 'line' in read ? answerTo(asked, read.line) : no('That was no question.')
      socket.end(`${JSON.stringify(answer)}\n`)
      if ('line' in read && questionIn(read.line) === 'stop') asked.stop()
    })
  }
}

const no = (text: string): Answer => ({ ok: false, lines: [text] })

function questionIn(line: string): Question | null {
  try {
    const held: unknown = JSON.parse(line)
    const ask = typeof held === 'object' && held !== null && 'ask' in held ? held.ask : undefined
    return questions.find(one => one === ask) ?? null
  } catch {
    return null
  }
}

function answerTo(asked: Asked, line: string): Answer {
  switch (questionIn(line)) {
    case 'who': {
      const who = asked.present()
      return { ok: true, lines: who.length === 0 ? ['Nobody is here.'] : who.map(whoLine), who }
    }
    case 'rooms': {
      const rooms = asked.rooms()
      return {
        ok: true,
        rooms,
        lines: rooms.map(
          ({ room, members, topic, isLocked }) =>
            `${room} (${members} in it${isLocked ? ', locked' : ''})${topic === '' ? '' : `: ${topic}`}`,
        ),
      }
    }
    case 'token': {
      const token = asked.offerOwner()
      return { ok: true, token, lines: [`Whoever types “/own ${token}” within ten minutes is owner.`] }
    }
    case 'stop':
      return { ok: true, lines: ['The server says goodbye to everybody and stops.'] }
    case null: {
      const read = readClient(line)
      if (!read.ok) return no(read.text)
      return read.message.type === 'moderate'
        ? asked.moderate(read.message)
        : no('That is for members to say.')
    }
  }
}

function whoLine({ nick, role, presence, isMuted, isGuest, address, rooms }: Present): string {
  const marks = [
    ...(role === 'member' ? [] : [role]),
    ...(presence === 'here' ? [] : [presence]),
    ...(isMuted ? ['muted'] : []),
    ...(isGuest ? ['no identity'] : []),
  ]
  const marked = marks.length === 0 ? '' : ` (${marks.join(', ')})`
  return `${nick}${marked}${address === '' ? '' : ` from ${address}`}${rooms.length === 0 ? '' : ` in ${rooms.join(', ')}`}`
}
