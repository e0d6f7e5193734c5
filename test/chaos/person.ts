/** Somebody with the shipped client, without a screen: its model, its real connection, and the life it has until it crashes. */

import { means as usual } from '../../src/cli/conversation.ts'
import { createLink, type LinkNews } from '../../src/cli/link.ts'
import type { Model } from '../../src/client/model.ts'
import { startModel } from '../../src/client/start.ts'
import type { ClientEffect, Input } from '../../src/client/types.ts'
import { createUpdate, type Update } from '../../src/client/update.ts'
import { write } from '../../src/wire/written.ts'
import type { Talker } from '../sim/verdict.ts'
import { hastyClock } from './pace.ts'

export interface Person extends Talker {
  /** A line typed, where no question is open. */
  enter(text: string): void
  /** Gone at once: what its connection still holds may arrive. */
  crash(): void
  /** Stays as it is, to be looked at. */
  freeze(): void
}

export interface PersonMeans {
  readonly nick: string
  readonly port: number
  /** Planted: another update around the real one. */
  wrap?(update: Update): Update
  /** After each turn. */
  turned(person: Person, before: Model, input: Input): void
}

const tickEveryMs = 100

/** The model’s own waits are shortened by a clock that runs faster. */
const means = { ...usual, nowMs: () => usual.nowMs() * hastyClock }

export function startPerson({ nick, port, wrap, turned }: PersonMeans): Person {
  const real = createUpdate(means)
  const update = wrap?.(real) ?? real
  const target = { hosts: ['127.0.0.1'], port }
  const first = startModel({
    nick,
    columns: 80,
    rows: 24,
    target,
    hostName: nick,
    scans: false,
    nowMs: means.nowMs(),
    wallMs: means.wallMs(),
  })
  let [model] = first
  let isAlive = true
  let isFrozen = false
  const link = createLink((news: LinkNews) => take(news))

  function take(input: Input): void {
    if (isFrozen) return
    const before = model
    const [next, effects] = update(model, input)
    model = next
    turned(person, before, input)
    for (const effect of effects) perform(effect)
    // The suggestion will do.
    if (model.ask?.about === 'nick' && input.got === 'tick') take({ got: 'entered', text: '' })
    // Whose nick was taken, and who finds no server after that, has a list now; where nothing was joined yet, nothing is lost by starting again.
    if (model.link.at === 'scanning' && before.link.at !== 'scanning' && before.server === null) begin()
  }

  function perform(effect: ClientEffect): void {
    if (effect.do === 'send') link.send(write(effect.message))
    else if (effect.do === 'dial') link.dial(effect.target, Math.ceil(effect.delayMs / hastyClock))
    else if (effect.do === 'hangUp') link.hangUp()
    else if (effect.do === 'quit') begin()
  }

  /** Whoever meets no server at the first try starts the program again, straight to it. */
  function begin(): void {
    if (isFrozen) return
    ;[model] = first
    link.dial(target, 50)
  }

  const ticking = setInterval(() => take({ got: 'tick' }), tickEveryMs)
  const person: Person = {
    nick,
    model: () => model,
    isAlive: () => isAlive,
    enter(text) {
      if (model.ask === null) take({ got: 'entered', text })
    },
    crash() {
      isAlive = false
      person.freeze()
    },
    freeze() {
      if (isFrozen) return
      isFrozen = true
      clearInterval(ticking)
      link.hangUp()
    },
  }
  for (const effect of first[1]) perform(effect)
  return person
}
