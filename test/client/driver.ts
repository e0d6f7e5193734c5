/** A client without a network or a terminal: inputs are handed to it, effects are collected, time is ours. */
import assert from 'node:assert/strict'
import { items } from '../../src/base/ring.ts'
import { currentRoom, type Model } from '../../src/client/model.ts'
import { entryText } from '../../src/client/scrollback.ts'
import { type Start, startModel } from '../../src/client/start.ts'
import type { KnownServer } from '../../src/client/trust.ts'
import type { ClientEffect, Input, Target } from '../../src/client/types.ts'
import { looksUnchanged } from '../../src/client/unchanged.ts'
import { createUpdate } from '../../src/client/update.ts'
import { view } from '../../src/client/view/view.ts'
import type { Sighting } from '../../src/discovery/types.ts'
import type { ClientMessage, Presence, Role, ServerMessage } from '../../src/wire/messages.ts'
import { assertFrame, frameText } from './frames.ts'

/** Tue 21 Nov 2023, 09:12 in UTC. */
export const wallStart = Date.UTC(2023, 10, 21, 9, 12)

export const den: Target = { hosts: ['10.0.0.5'], port: 23277 }

/** The server that has been met before. */
export const knownDen: KnownServer = {
  id: 'den1',
  name: 'den-server',
  pin: 'pin1',
  sinceMs: wallStart - 86_400_000,
  lastMs: wallStart - 3_600_000,
  at: '10.0.0.5:23277',
  login: null,
}

/** The dialled server answers, and proves that it is the one that has been met before. */
export const linked = {
  got: 'linked',
  host: '10.0.0.5',
  port: 23277,
  secured: { server: knownDen.id, pin: knownDen.pin },
} as const

export function sighting(part: Partial<Sighting> & { id: string; name: string }): Sighting {
  return {
    key: part.id,
    boot: 1,
    port: 23277,
    users: 3,
    usersMax: 5000,
    versions: [1, 1],
    flags: '',
    fingerprint: null,
    addresses: [{ host: '10.0.0.5', rttMs: 1, heardAt: 0 }],
    heardAt: 0,
    state: 'fresh',
    twin: null,
    ...part,
  }
}

const isSignal = (effect: ClientEffect): boolean =>
  effect.do === 'send' && (effect.message.type === 'typing' || effect.message.type === 'read')

export type Driver = ReturnType<typeof drive>

export function drive(start: Partial<Start> = {}, idPrefix = 'id') {
  let nowMs = 0
  let ids = 0
  let watched = true
  const means = {
    nowMs: () => nowMs,
    wallMs: () => wallStart + nowMs,
    newId: () => `${idPrefix}${++ids}`,
    random: () => 0,
  }
  const update = createUpdate(means)
  const [first, begun] = startModel({
    nick: 'ann',
    columns: 80,
    rows: 24,
    target: null,
    hostName: 'annbox',
    known: [knownDen],
    nowMs,
    wallMs: wallStart,
    ...start,
  })
  let model: Model = first
  let effects: ClientEffect[] = [...begun]

  const take = (input: Input) => {
    const [next, asked] = update(model, input)
    const before = model
    model = next
    effects.push(...asked)
    if (!watched) return
    assertFrame(view(model))
    if (looksUnchanged(before, model)) assert.deepEqual(view(model), view(before))
  }
  const driver = {
    take,
    /** Frames are no longer drawn and checked, for long runs. */
    unwatched: () => {
      watched = false
      return driver
    },
    model: () => model,
    at: () => model.link.at,
    pass: (ms: number) => {
      nowMs += ms
      take({ got: 'tick' })
    },
    now: () => nowMs,
    key: (...keys: string[]) => {
      for (const key of keys) take({ got: 'stroke', stroke: { key } })
    },
    type: (text: string) => take({ got: 'stroke', stroke: { text } }),
    paste: (text: string) => take({ got: 'stroke', stroke: { paste: text } }),
    enter: (text: string) => {
      take({ got: 'stroke', stroke: { text } })
      take({ got: 'stroke', stroke: { key: 'Enter' } })
    },
    said: (...messages: ServerMessage[]) => {
      for (const message of messages) take({ got: 'said', message })
    },
    /** What was asked for since the last time; that somebody types or has read is apart, in `signals`. */
    effects: (): ClientEffect[] => {
      const asked = effects.filter(effect => !isSignal(effect))
      effects = effects.filter(isSignal)
      return asked
    },
    /** What was told of typing and reading since the last time. */
    signals: (): ClientMessage[] => {
      const told = effects.filter(isSignal)
      effects = effects.filter(effect => !isSignal(effect))
      return told.flatMap(effect => (effect.do === 'send' ? [effect.message] : []))
    },
    /** The messages sent since the last time; other effects are dropped. */
    sent: (): ClientMessage[] =>
      driver.effects().flatMap(effect => (effect.do === 'send' ? [effect.message] : [])),
    screen: () => frameText(view(model)),
    frame: () => view(model),
    /** The room on show as lines of text. */
    lines: () => [...items(currentRoom(model).entries)].map(entryText),
    /** Straight into the lobby of `den-server`, nothing sent or told before. */
    joined: (nick = 'ann') => {
      take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
      driver.said(welcome({ nick }), backlog([]), members([nick, 'bob']))
      driver.effects()
      return driver
    },
  }
  return driver
}

/** A client that has joined the lobby with ann and bob in it. */
export const inTheLobby = (start: Partial<Start> = {}): Driver => drive({ target: den, ...start }).joined()

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

export const welcome = (part: Partial<Of<'welcome'>> = {}): Of<'welcome'> => ({
  type: 'welcome',
  v: 1,
  server: 'den1',
  name: 'den-server',
  epoch: 'e1',
  device: 'dev1',
  secret: 'sec1',
  nick: 'ann',
  motd: '',
  limits: { bodyBytesMax: 8192, bodyLinesMax: 200 },
  ...part,
})

const wire = (seq: number, body: string, part: Partial<Of<'line'>> = {}) => ({
  room: '#lobby',
  seq,
  at: wallStart,
  id: `other${seq}`,
  from: 'bob',
  kind: 'say' as const,
  body,
  ...part,
})

export const line = (seq: number, body: string, part: Partial<Of<'line'>> = {}): ServerMessage => ({
  ...wire(seq, body, part),
  type: 'line',
})

export const backlog = (
  lines: readonly (readonly [number, string])[],
  complete = true,
  part: Partial<Of<'line'>> = {},
): ServerMessage => ({
  type: 'backlog',
  room: part.room ?? '#lobby',
  lines: lines.map(([seq, body]) => wire(seq, body, part)),
  complete,
})

export const members = (nicks: readonly string[], room = '#lobby'): ServerMessage => ({
  type: 'members',
  room,
  members: nicks.map(nick => ({ nick, presence: 'here' })),
  complete: true,
})

export const presence = (
  nick: string,
  is: Presence,
  was?: string,
  more: { readonly role?: Role; readonly room?: string } = {},
): ServerMessage => ({
  type: 'presence',
  room: '#lobby',
  nick,
  presence: is,
  ...(was === undefined ? {} : { was }),
  ...more,
})

/** The server’s answer to a join of `#room`. */
export const entered = (room: string, nicks: readonly string[] = ['ann', 'bob']): ServerMessage[] => [
  backlog([], true, { room }),
  members(nicks, room),
]

/** The server’s answer to the first word to or from `nick` alone. */
export const opened = (room: string, nick: string): ServerMessage[] => [
  { type: 'direct', room, with: nick },
  backlog([], true, { room }),
]

/** Compares a screen with what is drawn between bars; both are shown where they differ. */
export function assertScreen(actual: string, drawn: string): void {
  const expected = drawn
    .replace(/^\n/, '')
    .split('\n')
    .filter(row => row.includes('|'))
    .map(row => row.slice(row.indexOf('|') + 1).replace(/\s+$/, ''))
  assert.deepEqual(actual.split('\n'), expected, `\n${actual}`)
}
