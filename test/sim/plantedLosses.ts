/** Mistakes around lost connections and refused lines, put in on purpose: see `planted.ts`. */
import type { Hub } from '../../src/chat/hub.ts'
import type { Effect, SessionId } from '../../src/chat/types.ts'
import type { Planted } from './world.ts'

type Presence = 'here' | 'away' | 'reconnecting' | 'gone'

const without =
  (presence: Presence, whom: (nick: string) => boolean = () => true) =>
  (effects: Effect[]): Effect[] =>
    effects.filter(
      effect =>
        effect.do !== 'send' ||
        effect.message.type !== 'presence' ||
        effect.message.presence !== presence ||
        !whom(effect.message.nick),
    )

/** Who comes back is not said to be here again. */
function staysSilentOnReturns(hub: Hub): Hub {
  const lost = new Set<string>()
  return {
    ...hub,
    lost(session) {
      const effects = hub.lost(session)
      for (const effect of effects)
        if (effect.do === 'send' && effect.message.type === 'presence') lost.add(effect.message.nick)
      return effects
    },
    receive: (from, message, nowMs) =>
      without(
        'here',
        nick => message.type === 'hello' && lost.delete(nick),
      )(hub.receive(from, message, nowMs)),
  }
}

/** Somebody new gets the nick of somebody who may still come back. */
function givesNicksAway(hub: Hub): Hub {
  const lost = new Set<SessionId>()
  const silent = without('gone')
  return {
    ...hub,
    lost(session) {
      lost.add(session)
      return hub.lost(session)
    },
    receive(from, message, nowMs) {
      if (message.type === 'hello' && message.device === undefined)
        for (const session of lost) {
          lost.delete(session)
          silent(hub.expired(session))
        }
      return hub.receive(from, message, nowMs)
    },
  }
}

/** It does not look whether a refused line had been kept. */
const doesNotLook =
  (code: string) =>
  (hub: Hub): Hub => ({
    ...hub,
    lookedUp: (asked, line) =>
      hub.lookedUp(asked, asked.otherwise.type === 'refused' && asked.otherwise.code === code ? null : line),
  })

/** By what the mistake is. */
export const plantsOfLosses: ReadonlyMap<string, Planted> = new Map<string, Planted>([
  [
    'the hub tells of a leave as soon as a connection is lost',
    { hub: hub => ({ ...hub, lost: session => [...hub.lost(session), ...hub.expired(session)] }) },
  ],
  [
    'the hub does not tell that somebody reconnects',
    { hub: hub => ({ ...hub, lost: session => without('reconnecting')(hub.lost(session)) }) },
  ],
  ['the hub does not tell that somebody is back', { hub: staysSilentOnReturns }],
  ['the hub keeps the place of whoever is lost for ever', { hub: hub => ({ ...hub, expired: () => [] }) }],
  ['the hub gives away the nick of somebody who may come back', { hub: givesNicksAway }],
  ['a line kept before is refused where it cannot be kept now', { hub: doesNotLook('storage') }],
  [
    'a line kept before is refused where the nick it was for has changed',
    { hub: doesNotLook('no-such-nick') },
  ],
  [
    'what is said behind a refused line does not wait until that is heard',
    {
      hub: hub => ({
        ...hub,
        lookedUp: (asked, line) => [
          ...hub.lookedUp(asked, line),
          ...hub.receive(asked.session, { type: 'pong' }, 0),
        ],
      }),
    },
  ],
  ['the store keeps what was said behind a line that failed', { disk: { keepsBehindWhatFailed: true } }],
])
