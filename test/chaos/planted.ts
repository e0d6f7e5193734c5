/** Mistakes put into the real programs on purpose: if the harness finds them all, it would find ours. */
import { plants as worldly } from '../sim/planted.ts'
import type { Kind } from './plan.ts'
import type { Mistake } from './world.ts'

interface Plant {
  readonly kind: Kind
  readonly mistake: Mistake
  /** Found within so many worlds. */
  readonly within: number
}

/** Endings of the server in one world with a mistake: few are enough, and soon over. */
export const plantedEndings: Readonly<Record<Kind, number>> = { chaos: 1, kill: 3, power: 3, stop: 1 }

const inServer = (name: string, kind: Kind, within: number): [string, Plant] => [
  name,
  { kind, mistake: { server: name }, within },
]
const inClient = (name: string, within: number): [string, Plant] => {
  const update = worldly.get(name)?.update
  if (!update) throw new Error(`There is no such mistake: ${name}`)
  return [name, { kind: 'chaos', mistake: { update }, within }]
}

/** By what the mistake is: those that only the real programs, their disk and their network can make. */
export const plants: ReadonlyMap<string, Plant> = new Map([
  inServer('no dedupe', 'chaos', 20),
  inServer('dedupe in memory only', 'kill', 20),
  inClient('the client resumes one line too late', 20),
  inClient('the client forgets the last line it showed', 20),
  inServer('one line in a hundred is acknowledged and dropped', 'chaos', 30),
  inServer('acknowledged before it is written', 'power', 30),
  inServer('no fsync', 'power', 30),
])

/** More of them, which the simulator finds sooner. */
export const morePlants: ReadonlyMap<string, Plant> = new Map([
  inClient('the client sends what waits under new names', 20),
  inServer('the hub skips the backlog', 'chaos', 20),
  inServer('one line in a hundred is not sent', 'chaos', 30),
])
