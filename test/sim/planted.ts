/** Mistakes put in on purpose, each around the real parts: if the simulator finds them all, it would find ours. */
import type { Hub } from '../../src/chat/hub.ts'
import type { Effect, Line, SessionId } from '../../src/chat/types.ts'
import type { Model } from '../../src/client/model.ts'
import type { ClientEffect } from '../../src/client/types.ts'
import type { Update } from '../../src/client/update.ts'
import { plantsOfLosses } from './plantedLosses.ts'
import type { Random } from './random.ts'
import type { Planted } from './world.ts'

type Say = { do: 'send'; message: Extract<Extract<ClientEffect, { do: 'send' }>['message'], { type: 'say' }> }

const isSay = (effect: ClientEffect): effect is Say => effect.do === 'send' && effect.message.type === 'say'

/** A client that does something else with what it is about to do when it is welcomed. */
const onWelcome =
  (change: (model: Model, effects: readonly ClientEffect[]) => readonly [Model, readonly ClientEffect[]]) =>
  (update: Update): Update =>
  (model, input) => {
    const [next, effects] = update(model, input)
    const isWelcome = input.got === 'said' && input.message.type === 'welcome'
    return isWelcome ? change(next, effects) : [next, effects]
  }

/** A client whose hello names other positions than those it has. */
const positions =
  (shift: number) =>
  (update: Update): Update =>
  (model, input) => {
    const [next, effects] = update(model, input)
    const moved = effects.map((effect): ClientEffect => {
      if (effect.do !== 'send' || effect.message.type !== 'hello' || !effect.message.last) return effect
      const last = Object.entries(effect.message.last).map(([room, seq]) => [room, Math.max(0, seq + shift)])
      return { ...effect, message: { ...effect.message, last: Object.fromEntries(last) } }
    })
    return [next, moved]
  }

/** A client that changes its model before it greets. */
const beforeHello =
  (change: (model: Model) => Model) =>
  (update: Update): Update =>
  (model, input) =>
    update(input.got === 'linked' ? change(model) : model, input)

const lastSeqs = (model: Model, shift: number): Model => ({
  ...model,
  rooms: new Map(
    [...model.rooms].map(([name, room]) => [
      name,
      { ...room, lastSeq: room.lastSeq === null ? null : Math.max(0, room.lastSeq + shift) },
    ]),
  ),
})

/** A hub that sends something else. */
const sends =
  (change: (effects: Effect[], why: 'receive' | 'accept' | 'paged' | 'repeat', random: Random) => Effect[]) =>
  (hub: Hub, random: Random): Hub => ({
    ...hub,
    receive: (from, message, nowMs) => change(hub.receive(from, message, nowMs), 'receive', random),
    accept: line => change(hub.accept(line), 'accept', random),
    paged: (asked, lines) => change(hub.paged(asked, lines), 'paged', random),
    repeat: (to, line) => change(hub.repeat(to, line), 'repeat', random),
  })

const toLive = (line: Line, to: readonly SessionId[]): Effect[] => {
  const { author: _, ...wire } = line
  return to.length === 0 ? [] : [{ do: 'send', to, message: { type: 'line', ...wire } }]
}

function fansOutWhatItReceived(hub: Hub): Hub {
  const heads = new Map<string, number>()
  return {
    ...hub,
    receive: (from, message, nowMs) =>
      hub.receive(from, message, nowMs).flatMap(effect => {
        if (effect.do !== 'append') return [effect]
        const seq = (heads.get(effect.draft.room) ?? 0) + 1
        heads.set(effect.draft.room, seq)
        return [...hub.accept({ ...effect.draft, seq, at: 0 }), effect]
      }),
    accept(line) {
      heads.set(line.room, Math.max(heads.get(line.room) ?? 0, line.seq))
      return []
    },
  }
}

function stillTellsWhoLeft(hub: Hub): Hub {
  const left = new Map<string, Set<SessionId>>()
  return {
    ...hub,
    receive(from, message, nowMs) {
      const effects = hub.receive(from, message, nowMs)
      for (const effect of effects)
        if (effect.do === 'send' && effect.message.type === 'left')
          left.set(effect.message.room, new Set([...(left.get(effect.message.room) ?? []), from]))
      if (message.type === 'join') left.get(message.room)?.delete(from)
      return effects
    },
    accept: line => [...hub.accept(line), ...toLive(line, [...(left.get(line.room) ?? [])])],
    lost(session) {
      for (const gone of left.values()) gone.delete(session)
      return hub.lost(session)
    },
  }
}

function tellsEverybody(hub: Hub): Hub {
  const open = new Set<SessionId>()
  return {
    ...hub,
    open(session) {
      open.add(session)
      return hub.open(session)
    },
    accept: line => (line.room.startsWith('@') ? toLive(line, [...open]) : hub.accept(line)),
    lost(session) {
      open.delete(session)
      return hub.lost(session)
    },
  }
}

/** Who is still being told the past gets what is said now all the same. */
function doesNotWaitForThePast(hub: Hub): Hub {
  const behind = new Map<SessionId, string>()
  const note = (effects: Effect[]): Effect[] => {
    for (const effect of effects)
      if (effect.do === 'page' && effect.why === 'catchUp') behind.set(effect.session, effect.room)
    return effects
  }
  return {
    ...hub,
    receive: (from, message, nowMs) => note(hub.receive(from, message, nowMs)),
    paged(asked, lines) {
      behind.delete(asked.session)
      return note(hub.paged(asked, lines))
    },
    accept: line => [
      ...hub.accept(line),
      ...toLive(
        line,
        [...behind].flatMap(([id, room]) => (room === line.room ? [id] : [])),
      ),
    ],
    lost(session) {
      behind.delete(session)
      return hub.lost(session)
    },
  }
}

/** Who takes less than is said gets some of it all the same, before what came before it. */
function doesNotWaitForWhoLags(hub: Hub, random: Random): Hub {
  const lagging = new Set<SessionId>()
  return {
    ...hub,
    lagging(session) {
      const effects = hub.lagging(session)
      if (effects.length > 0) lagging.add(session)
      return effects
    },
    accept: line => [
      ...hub.accept(line),
      ...(line.room === '#lobby' && random.chance(0.5) ? toLive(line, [...lagging]) : []),
    ],
    drained(session) {
      lagging.delete(session)
      return hub.drained(session)
    },
    lost(session) {
      lagging.delete(session)
      return hub.lost(session)
    },
  }
}

const isLine = (effect: Effect): boolean => effect.do === 'send' && effect.message.type === 'line'

const emptied = (effects: Effect[]): Effect[] =>
  effects.map(effect =>
    effect.do === 'send' && effect.message.type === 'backlog'
      ? { ...effect, message: { ...effect.message, lines: [] } }
      : effect,
  )

/** By what the mistake is. */
export const plants: ReadonlyMap<string, Planted> = new Map<string, Planted>([
  ['the store keeps a repeated line again', { disk: { keepsRepeats: true } }],
  ['the store forgets at a restart which lines it has', { disk: { forgetsRepeatsAtRestart: true } }],
  ['the store tells before it has kept', { disk: { tellsBeforeItKeeps: true } }],
  ['the store takes for durable what is not on the disk', { disk: { saysDurableWhatIsCached: true } }],
  ['the store gives the last number again after a restart', { disk: { givesTheLastNumberAgain: true } }],
  ['the store turns a commit around', { disk: { shufflesACommit: true } }],
  ['the store forgets people at a restart', { disk: { forgetsPeople: true } }],
  ['the history has a new epoch at each start', { newEpochs: true }],
  ['the store knows by other names in which runs it was kept', { disk: { misnamesRuns: true } }],
  ['the hub sends what it received', { hub: fansOutWhatItReceived }],
  ['the hub still tells who left a room', { hub: stillTellsWhoLeft }],
  ['the hub tells everybody what was said to one', { hub: tellsEverybody }],
  ['the hub does not wait until the past is told', { hub: doesNotWaitForThePast }],
  [
    'the hub skips the backlog',
    { hub: sends((effects, why) => (why === 'receive' ? emptied(effects) : effects)) },
  ],
  [
    'the hub skips the pages of a longer past',
    { hub: sends((effects, why) => (why === 'paged' ? emptied(effects) : effects)) },
  ],
  [
    'the hub answers a repeated line with another number',
    { hub: hub => ({ ...hub, repeat: (to, line) => hub.repeat(to, { ...line, seq: line.seq + 1 }) }) },
  ],
  [
    'one line in a hundred is not sent',
    {
      hub: sends((effects, why, random) => (why === 'accept' && random.chance(0.01) ? [] : effects)),
    },
  ],
  ['the hub tells who lags some of what is said all the same', { hub: doesNotWaitForWhoLags }],
  [
    'who lagged goes on one line too late',
    {
      hub: hub => ({
        ...hub,
        drained(session) {
          const effects = hub.drained(session)
          const first = effects.find(isLine)
          return effects.filter(effect => effect !== first)
        },
      }),
    },
  ],
  [
    'an own line in a gap is not answered',
    {
      hub: hub => ({
        ...hub,
        paged: (asked, lines) => (asked.why === 'owed' ? [] : hub.paged(asked, lines)),
      }),
    },
  ],
  ['no repeated line is answered', { hub: hub => ({ ...hub, repeat: () => [] }) }],
  ['the client resumes one line too late', { update: positions(1) }],
  ['the client forgets the last line it showed', { update: beforeHello(model => lastSeqs(model, -1)) }],
  [
    'the client sends what waits not again',
    { update: onWelcome((model, effects) => [model, effects.filter(one => !isSay(one))]) },
  ],
  [
    'the client sends what waits in another order',
    {
      update: onWelcome((model, effects) => [
        model,
        [...effects.filter(one => !isSay(one)), ...effects.filter(isSay).reverse()],
      ]),
    },
  ],
  [
    'the client sends what waits under new names',
    {
      update: onWelcome((model, effects) => [
        { ...model, outbox: model.outbox.map(one => ({ ...one, id: `${one.id}x` })) },
        effects.map(one =>
          isSay(one) ? { ...one, message: { ...one.message, id: `${one.message.id}x` } } : one,
        ),
      ]),
    },
  ],
  [
    'the client takes for kept what it has sent',
    {
      update: update => (model, input) => {
        const [next, effects] = update(model, input)
        const sent = new Set(effects.filter(isSay).map(one => one.message.id))
        return [{ ...next, outbox: next.outbox.filter(one => !sent.has(one.id)) }, effects]
      },
    },
  ],
  ['the server still hears a connection that was replaced', { isLeaky: 'up' }],
  ['the client still hears a connection it gave up', { isLeaky: 'down' }],
  ...plantsOfLosses,
])
