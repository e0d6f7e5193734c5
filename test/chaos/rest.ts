/** When a world has come to rest: waited for by looking after each turn, never by the clock alone. */
import type { Model } from '../../src/client/model.ts'
import type { Talker } from '../sim/verdict.ts'

interface Rest {
  /** Something happened. */
  look(): void
  /** Resolves when it holds, with true; with false where it did not hold for so long. */
  until(holds: () => boolean, withinMs: number): Promise<boolean>
  /** Everybody is joined, answered, and has as much of each room as the others who are in it. */
  isQuiet(people: readonly Talker[]): boolean
}

export function createRest(): Rest {
  const waiting = new Set<() => void>()
  return {
    look() {
      for (const check of waiting) check()
    },
    until(holds, withinMs) {
      return new Promise(resolve => {
        const done = (held: boolean) => {
          clearTimeout(timer)
          waiting.delete(check)
          resolve(held)
        }
        const check = () => holds() && done(true)
        const timer = setTimeout(() => done(holds()), withinMs)
        waiting.add(check)
        check()
      })
    },
    isQuiet(people) {
      const models = people.map(one => one.model())
      return models.every(isAnswered) && models.every(one => agrees(one, models))
    },
  }
}

/** Where each of them stands, for whoever asks why there is no rest. */
export const standing = (people: readonly Talker[]): string[] =>
  people
    .map(one => one.model())
    .map(({ nick, link, outbox, asked, held, ask, rooms }) => {
      const lasts = [...rooms.values()].map(room => `${room.name} ${room.lastSeq}`).join(', ')
      const sent = outbox.filter(({ sentAtMs }) => sentAtMs !== null).length
      return `${nick}: ${link.at}; ${outbox.length} lines (${sent} sent), ${asked.length} answers, ${held.length} held; asks ${ask?.about ?? 'nothing'}; ${lasts}`
    })

const isAnswered = ({ link, outbox, asked, held }: Model): boolean =>
  link.at === 'joined' && outbox.length + asked.length + held.length === 0

function agrees(model: Model, all: readonly Model[]): boolean {
  for (const room of model.rooms.values()) {
    const there = all.filter(one => one.rooms.has(room.name))
    if (there.some(one => one.rooms.get(room.name)?.lastSeq !== room.lastSeq)) return false
    if (room.partner !== null) continue
    const nicks = there.map(one => one.nick).sort()
    if ([...room.members.keys()].sort().join() !== nicks.join()) return false
    // Who came back a moment ago is not said to have done so yet.
    if ([...room.members.values()].includes('reconnecting')) return false
  }
  return true
}
