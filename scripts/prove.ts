/** `npm run prove -- [--schedules N] [--chaos N] [--kills N] [--power N] [--stops N] [--cut S] [--flaps N] [--slow N] [--seed S] [--plants]`: the long sizes of the proof. */
import { parseArgs } from 'node:util'
import type { Kind } from '../test/chaos/plan.ts'
import { proveDelivery, provePlants } from './prove/sim.ts'

const options = {
  /** How many simulated worlds; 20,000 where nothing else is asked for. */
  schedules: { type: 'string' },
  /** How many worlds of real programs behind a hostile network. */
  chaos: { type: 'string' },
  /** How often the real server is killed, loses its power, and is stopped, under load. */
  kills: { type: 'string' },
  power: { type: 'string' },
  stops: { type: 'string' },
  /** For how many seconds a cable is pulled, how often a link flaps, and how many are in a crowd of which a tenth does not read. */
  cut: { type: 'string' },
  flaps: { type: 'string' },
  slow: { type: 'string' },
  /** The first world’s seed; the others count up from it. */
  seed: { type: 'string', default: '1' },
  /** Instead of others the first world of real programs, so many times: a seed gives its plan, not its races. */
  again: { type: 'string' },
  /** Instead puts known mistakes in and says after how many worlds each is found. */
  plants: { type: 'boolean', default: false },
} as const

function given() {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    const names = Object.keys(options).map(name => `--${name}`)
    process.stderr.write(
      `${error instanceof Error ? error.message : error}\nThere are ${names.join(', ')}.\n`,
    )
    process.exit(2)
  }
}

const values = given()

const real = { chaos: 'chaos', kills: 'kill', power: 'power', stops: 'stop' } as const satisfies Readonly<
  Record<string, Kind>
>

function whole(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  process.stderr.write('Sizes and seeds are whole numbers, such as --schedules 1000000 --seed 7.\n')
  process.exit(2)
}

const seed = whole(values.seed)
const again = values.again === undefined ? undefined : whole(values.again)
const outcomes: boolean[] = []
const asksReal = Object.keys(real).some(option => values[option as keyof typeof real] !== undefined)
const { cut, flaps, slow } = values
const asksNetwork = [cut, flaps, slow].some(size => size !== undefined)

// The simulator first: the real programs are run with waits made shorter, which would change its worlds.
if (values.plants) outcomes.push(provePlants(whole(values.schedules ?? '2000'), seed))
else if (values.schedules !== undefined || !(asksReal || asksNetwork))
  outcomes.push(proveDelivery(whole(values.schedules ?? '20000'), seed))

if (values.plants || asksReal) {
  const { proveKind, proveRealPlants } = await import('./prove/chaos.ts')
  if (values.plants) outcomes.push(await proveRealPlants(seed))
  for (const [option, kind] of Object.entries(real)) {
    const count = values[option as keyof typeof real]
    if (count !== undefined) outcomes.push(await proveKind(kind, whole(count), seed, again))
  }
}
if (asksNetwork) {
  const { proveTheCut, proveTheFlaps, proveTheSlow } = await import('./prove/network.ts')
  if (cut !== undefined) outcomes.push(await proveTheCut(whole(cut)))
  if (flaps !== undefined) outcomes.push(await proveTheFlaps(whole(flaps), seed))
  if (slow !== undefined) outcomes.push(await proveTheSlow(whole(slow)))
}
process.exit(outcomes.every(Boolean) ? 0 : 1)
