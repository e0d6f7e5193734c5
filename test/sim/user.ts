/** Somebody with a client: the real model, its one connection, and the life it has until it crashes. */
import type { Model } from '../../src/client/model.ts'
import { startModel } from '../../src/client/start.ts'
import type { ClientEffect, Input } from '../../src/client/types.ts'
import type { Update } from '../../src/client/update.ts'
import type { Cable } from './cable.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

interface UserMeans {
  readonly clock: Clock
  readonly random: Random
  readonly nick: string
  readonly update: Update
  /** A connection, or null where the server cannot be reached now. */
  connect(user: User): Cable | null
  /** After each turn. */
  turned(user: User, before: Model, input: Input): void
}

export interface User {
  /** One client’s life; the next one is somebody else. */
  readonly nick: string
  model(): Model
  isAlive(): boolean
  isDriving(cable: Cable): boolean
  take(input: Input): void
  /** A line typed, where no question is open. */
  enter(text: string): void
  cable(): Cable | null
  /** That connection is gone. */
  unplugged(from: Cable, text: string): void
  crash(): void
}

/** What two of them take to shake hands, and how long one waits that gets no answer. */
const dialMsMax = 200
const unansweredMsMax = 5_000

export function startUser(means: UserMeans): User {
  const { clock, random, nick, update } = means
  const target = { hosts: ['10.0.0.5'], port: 23277 }
  let [model, begun] = startModel({
    nick,
    columns: 80,
    rows: 24,
    target,
    hostName: nick,
    nowMs: clock.nowMs(),
    wallMs: clock.nowMs(),
  })
  let isAlive = true
  let cable: Cable | null = null
  /** Counts dials and hang-ups: an earlier dial that comes through is not wanted any more. */
  let dials = 0
  let isAsked = false

  function take(input: Input): void {
    if (!isAlive) return
    const before = model
    const [next, effects] = update(model, input)
    model = next
    means.turned(user, before, input)
    for (const effect of effects) perform(effect)
    if (model.ask?.about !== 'nick' || isAsked) return
    isAsked = true
    // The suggestion will do.
    clock.after(100, () => {
      isAsked = false
      if (model.ask?.about === 'nick') take({ got: 'entered', text: '' })
    })
  }

  function perform(effect: ClientEffect): void {
    if (effect.do === 'send') cable?.up(effect.message)
    else if (effect.do === 'dial') dial(effect.delayMs)
    else if (effect.do === 'hangUp') hangUp()
    else if (effect.do === 'quit') user.crash()
  }

  function hangUp(): void {
    dials++
    cable?.hangUp()
    cable = null
  }

  function dial(delayMs: number): void {
    hangUp()
    const mine = dials
    const isWanted = () => isAlive && mine === dials
    clock.after(delayMs + random.next() * dialMsMax, () => {
      if (!isWanted()) return
      const made = means.connect(user)
      if (made === null) {
        clock.after(random.next() * unansweredMsMax, () => {
          if (isWanted()) take({ got: 'unlinked', text: 'Nobody answers.' })
        })
        return
      }
      cable = made
      take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
    })
  }

  const user: User = {
    nick,
    model: () => model,
    isAlive: () => isAlive,
    isDriving: one => isAlive && one === cable,
    take,
    enter(text) {
      if (model.ask === null) take({ got: 'entered', text })
    },
    cable: () => cable,
    unplugged(from, text) {
      if (from !== cable) return
      cable = null
      take({ got: 'unlinked', text })
    },
    crash() {
      if (!isAlive) return
      hangUp()
      isAlive = false
    },
  }
  for (const effect of begun) perform(effect)
  begun = []
  return user
}
