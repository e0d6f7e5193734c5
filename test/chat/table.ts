/** A hub at a table: sessions speak, effects run at once against a list, and what each one hears is read back as lines. */
import { lobby } from '../../src/base/names.ts'
import { createHub } from '../../src/chat/hub.ts'
import type { KeptOrder } from '../../src/chat/order.ts'
import type {
  ClientMessage,
  Deed,
  Draft,
  Effect,
  KnownPerson,
  Line,
  Moderate,
  Past,
  ServerMessage,
  SessionId,
} from '../../src/chat/types.ts'
import type { Limits } from '../../src/wire/limits.ts'

export function createTable(
  options: { past?: readonly Line[]; kept?: Past; run?: string; limits?: Limits } = {},
) {
  const log: Line[] = [...(options.kept?.lines ?? options.past ?? [])]
  const people = new Map<string, KnownPerson>((options.kept?.people ?? []).map(one => [one.device, one]))
  // Ids are never given twice, over restarts neither.
  let ids = options.kept ? 1000 : 0
  const heard: { to: SessionId; message: ServerMessage }[] = []
  const closed: { session: SessionId; reason: string; text: string }[] = []
  const deeds: Deed[] = []
  const paused: { session: SessionId; ms: number }[] = []
  const hub = createHub(
    {
      server: 'server-1',
      name: 'den',
      epoch: 'epoch-1',
      motd: 'be kind',
      ...(options.run === undefined ? {} : { run: options.run }),
      ...(options.limits ? { limits: options.limits } : {}),
      newId: () => `device-${++ids}`,
      newSecret: () => `secret-${ids}`,
      wallMs: () => table.nowMs,
      digest: secret => [...secret].reverse().join(''),
    },
    options.kept ?? { lines: log, rooms: [], people: [] },
  )
  /** Pages wait here while `holdPages` is set, as they would behind a slow disk. */
  const waiting: (() => void)[] = []
  /** Lines wait here while `holdLines` is set. */
  const unkept: (() => void)[] = []
  const pongs: SessionId[] = []
  const draining: SessionId[] = []
  const held: { session: SessionId; ms: number }[] = []
  const table = {
    holdPages: false,
    holdLines: false,
    /** Nobody answers a ping. */
    isDeaf: false,
    /** The store keeps nothing. */
    refuses: false,
    nowMs: 0,
    /** What is to be kept of bans and roles. */
    order: null as KeptOrder | null,
  }

  /** Whoever is pinged answers as soon as all that was sent with it is heard. */
  function run(effects: readonly Effect[]): void {
    perform(effects)
    for (let id = pongs.shift(); id !== undefined; id = pongs.shift())
      perform(hub.receive(id, { type: 'pong' }, table.nowMs))
  }

  function perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.do === 'send') {
        // Answered by every client without a word to its user.
        if (effect.message.type === 'ping' && !table.isDeaf) pongs.push(...effect.to)
        else heard.push(...effect.to.map(to => ({ to, message: effect.message })))
      } else if (effect.do === 'hold') held.push(effect)
      else if (effect.do === 'lookUp') {
        const { author, id } = effect
        const kept = log.find(line => line.author === author && line.id === id)
        perform(hub.lookedUp(effect, kept ?? null))
      } else if (effect.do === 'close') closed.push(effect)
      else if (effect.do === 'drain') draining.push(effect.session)
      else if (effect.do === 'pause') paused.push(effect)
      else if (effect.do === 'keepOrder') table.order = effect.order
      else if (effect.do === 'audit') deeds.push(effect.deed)
      else if (effect.do === 'remember') people.set(effect.person.device, effect.person)
      else if (effect.do === 'page') {
        const { room, from, limit } = effect
        const all = log.filter(line => line.room === room)
        const lines =
          'after' in from
            ? all.filter(line => line.seq > from.after).slice(0, limit)
            : all.filter(line => line.seq < from.before).slice(-limit)
        const answer = () => perform(hub.paged(effect, lines))
        if (table.holdPages) waiting.push(answer)
        else answer()
      } else if (effect.do === 'search') {
        const words = effect.words.split(' ')
        const found = log.filter(
          line => effect.rooms.includes(line.room) && words.every(word => line.body.includes(word)),
        )
        perform(hub.found(effect, found.reverse().slice(0, effect.limit)))
      } else if (effect.do === 'append') {
        if (table.holdLines) unkept.push(() => append(effect))
        else append(effect)
      }
    }
  }

  function append({ draft, session }: Extract<Effect, { do: 'append' }>): void {
    const earlier = log.find(line => line.author === draft.author && line.id === draft.id)
    if (table.refuses) perform(hub.failed(session, draft))
    else if (earlier) perform(hub.repeat(session, earlier))
    else perform(hub.accept(kept(draft)))
  }

  function kept(draft: Draft): Line {
    const seq = (log.filter(line => line.room === draft.room).at(-1)?.seq ?? 0) + 1
    const line = { ...draft, seq, at: 1000 }
    log.push(line)
    return line
  }

  /** What the session heard since it was last asked, in the order it heard it. */
  function hears(session: SessionId): ServerMessage[] {
    const mine = heard.filter(({ to }) => to === session).map(({ message }) => message)
    for (let i = heard.length - 1; i >= 0; i--) if (heard[i]?.to === session) heard.splice(i, 1)
    return mine
  }

  return {
    hub,
    log,
    people,
    closed,
    paused,
    deeds,
    held,
    table,
    hears,
    /** The same in short, one string a message. */
    transcript: (session: SessionId) => hears(session).map(inShort),
    open: (session: SessionId) => run(hub.open(session)),
    /** Whoever runs the server does it; the sentences that answer. */
    host(said: Moderate): readonly string[] {
      const { lines, effects } = hub.moderate(said)
      run(effects)
      return lines
    },
    say: (from: SessionId, message: ClientMessage) => run(hub.receive(from, message, table.nowMs)),
    join(
      session: SessionId,
      nick: string,
      more: Partial<Extract<ClientMessage, { type: 'hello' }>> = {},
      address = '',
    ) {
      run(hub.open(session, true, address))
      run(hub.receive(session, { type: 'hello', v: 1, nick, ...more }, table.nowMs))
      // As every client does, it asks whether the connection lives: the hub learns that it was heard.
      run(hub.receive(session, { type: 'ping' }, table.nowMs))
      const answer = heard.findLastIndex(({ to, message }) => to === session && message.type === 'pong')
      if (answer >= 0) heard.splice(answer, 1)
    },
    speak(from: SessionId, id: string, body: string, room: string = lobby) {
      run(hub.receive(from, { type: 'say', id, room, kind: 'say', body }, table.nowMs))
    },
    /** The connection breaks; it may come back until `expire`. */
    lose: (session: SessionId) => run(hub.lost(session)),
    expire: (session: SessionId) => run(hub.expired(session)),
    pong: (session: SessionId) => run(hub.receive(session, { type: 'pong' }, table.nowMs)),
    storage: (keeps: boolean) => run(hub.storage(keeps)),
    stop: () => run(hub.stop('The server stops.')),
    /** Takes nothing, until `drain`. */
    lag: (session: SessionId) => run(hub.lagging(session)),
    /** All who lag take what they were sent. */
    drain() {
      for (const id of draining.splice(0)) run(hub.drained(id))
    },
    /** The store comes to the lines that wait. */
    keepLines() {
      for (const keep of unkept.splice(0)) keep()
    },
    answerPages() {
      while (waiting.length > 0) waiting.shift()?.()
    },
  }
}

export const pastLines = (count: number): Line[] =>
  Array.from({ length: count }, (_, index) => ({
    room: lobby,
    seq: index + 1,
    at: 1000,
    id: `old${index + 1}`,
    author: 'device-old',
    from: 'old',
    kind: 'say',
    body: `line ${index + 1}`,
  }))

export function inShort(message: ServerMessage): string {
  switch (message.type) {
    case 'line':
      return `${message.kind === 'topic' ? 'topic line' : 'line'}${inRoom(message.room)} ${message.seq} ${message.from}${message.to === undefined ? '' : ` to ${message.to}`}: ${message.body}`
    case 'backlog': {
      const [first, last] = [message.lines[0]?.seq, message.lines.at(-1)?.seq]
      return `backlog${inRoom(message.room)} ${first === undefined ? 'empty' : `${first}-${last}`}${message.complete ? '' : ' …'}`
    }
    case 'members':
      return `members${inRoom(message.room)} ${message.members.map(({ nick, presence }) => (presence === 'here' ? nick : `${nick}(${presence})`)).join(' ')}`
    case 'presence':
      return `presence${inRoom(message.room)} ${message.was === undefined ? '' : `${message.was} → `}${message.nick}${message.role === undefined ? '' : ` (${message.role})`} ${message.presence}${message.text === undefined ? '' : ` (${message.text})`}`
    case 'refused':
      return `refused ${message.about} ${message.code}${message.suggestion ? ` try ${message.suggestion}` : ''}`
    case 'welcome':
      return `welcome ${message.nick} (${message.motd})`
    case 'gap':
      return `gap ${message.from}-${message.to}`
    case 'direct':
      return `direct ${message.with}`
    case 'left':
      return `left ${message.room}`
    case 'rooms':
      return `rooms ${message.rooms.map(one => `${one.room} ${one.members}${one.topic === '' ? '' : ` (${one.topic})`}`).join(', ')}`
    case 'page':
      return `page ${message.lines[0]?.seq ?? '-'}-${message.lines.at(-1)?.seq ?? '-'}${message.more ? ' more' : ''}`
    case 'found':
      return `found ${message.lines.map(line => `${line.room} ${line.seq}`).join(', ')}`
    case 'typing':
      return `typing${inRoom(message.room)} ${message.nick} ${message.on ? 'on' : 'off'}`
    case 'read':
      return `read${inRoom(message.room)} ${message.nick} ${message.seq}`
    case 'role':
      return `role ${message.nick} ${message.role}`
    case 'order':
      return message.lines.join(' / ')
    case 'topic':
      return `topic${inRoom(message.room)} ${message.body}`
    default:
      return message.type
  }
}

/** Nothing for the lobby, `@` for a direct conversation, which nobody can spell. */
const inRoom = (room: string): string => (room === lobby ? '' : room.startsWith('@') ? ' @' : ` ${room}`)
