/** Who is said to come and go: nobody leaves who may still come back, and nobody’s place is anybody else’s meanwhile. */
import type { ServerMessage } from '../../src/chat/types.ts'
import { limits } from '../../src/wire/limits.ts'
import type { ClientMessage } from '../../src/wire/messages.ts'

/** One connection of a member, as the server’s messages show it. */
interface Presence {
  device: string
  nick: string
  /** Rooms it came back with, and went to since. */
  readonly rooms: Set<string>
  saidBye: boolean
  /** Whether its client is sure to know who it is: it came as somebody known, or spoke after its welcome. */
  knowsItself: boolean
  lostAtMs: number | null
  /** What it was told of others: room and nick to their presence. */
  readonly told: Map<string, string>
}

export interface Presences {
  /** Another server process: what was known of connections holds no more. */
  started(): void
  heard(session: string, message: ClientMessage): void
  told(session: string, message: ServerMessage): void
  lost(session: string): void
}

export function createPresences(nowMs: () => number, wrongs: Set<string>): Presences {
  const sessions = new Map<string, Presence>()
  const byNick = new Map<string, Presence>()

  const isHeld = ({ lostAtMs }: Presence): boolean =>
    lostAtMs !== null && nowMs() - lostAtMs < limits.reconnectingMs

  function welcomed(one: Presence, { device, nick }: { device: string; nick: string }): void {
    const holder = byNick.get(nick)
    if (holder && holder.device !== device && isHeld(holder) && !holder.saidBye && holder.knowsItself)
      wrongs.add(
        `${nick} is given away ${nowMs() - (holder.lostAtMs ?? 0)} ms after their connection was lost`,
      )
    if (one.device === device) one.knowsItself = true
    one.device = device
    one.nick = nick
    for (const [name, other] of byNick) if (other.device === device) byNick.delete(name)
    byNick.set(nick, one)
  }

  function gone(hearer: Presence, room: string, nick: string): void {
    const whom = byNick.get(nick)
    if (!whom || whom.saidBye || !whom.knowsItself || !whom.rooms.has(room)) return
    if (whom.lostAtMs === null || isHeld(whom))
      wrongs.add(`${nick} is said to have left ${room} and may still come back`)
    else if (hearer.told.get(`${room} ${nick}`) !== 'reconnecting')
      wrongs.add(`${nick} left ${room} and was never said to be reconnecting`)
  }

  return {
    started() {
      sessions.clear()
      byNick.clear()
    },
    heard(session, message) {
      let one = sessions.get(session)
      if (!one) {
        one = {
          device: '',
          nick: '',
          rooms: new Set(),
          saidBye: false,
          knowsItself: false,
          lostAtMs: null,
          told: new Map(),
        }
        sessions.set(session, one)
      }
      if (message.type === 'hello') {
        one.device = message.device ?? ''
        one.rooms.clear()
        for (const room of ['#lobby', ...Object.keys(message.last ?? {})]) one.rooms.add(room)
      } else if (one.nick !== '') one.knowsItself = true
      if (message.type === 'join') one.rooms.add(message.room)
      else if (message.type === 'leave') one.rooms.delete(message.room)
      else if (message.type === 'bye') one.saidBye = true
    },
    told(session, message) {
      const one = sessions.get(session)
      if (!one) return
      if (message.type === 'welcome') welcomed(one, message)
      else if (message.type === 'members')
        for (const { nick, presence } of message.members) one.told.set(`${message.room} ${nick}`, presence)
      else if (message.type === 'presence') {
        const { room, nick, was, presence } = message
        const whom = was === undefined ? undefined : byNick.get(was)
        if (was !== undefined && whom) {
          byNick.delete(was)
          byNick.set(nick, whom)
          whom.nick = nick
        }
        if (presence === 'gone') gone(one, room, nick)
        one.told.set(`${room} ${nick}`, presence)
      }
    },
    lost(session) {
      const one = sessions.get(session)
      if (one) one.lostAtMs = nowMs()
    },
  }
}
