/** The goals: what each is, what a run came to, and in how many of its rounds it was met. */
import type { HistoryCost } from './history.ts'
import { kbEachOf, median, perCpuOf, type Result, rateOf } from './result.ts'
import type { Starts } from './start.ts'
import type { Outcome } from './talk/load.ts'

/** What goals are held against: a result, or as much of one as there is. */
export interface Measured extends Pick<Result, 'node' | 'rounds' | 'history'> {
  readonly starts: Starts | null
}

/** What a server came to in a scenario, in one round. */
type Round = (scenario: string, server?: string) => Outcome | undefined

interface Goal {
  readonly what: string
  readonly least?: number
  readonly most?: number
  readonly unit?: string
  /** undefined where it was not measured. */
  readonly of: { round(round: Round): number | undefined } | { all(measured: Measured): readonly number[] }
}

export interface Judged {
  readonly what: string
  readonly wanted: string
  /** The median of the rounds. */
  readonly reached: number
  readonly rounds: number
  readonly met: number
  readonly unit: string
}

const own = 'earshot'
const kept = 'earshot, kept'

function quotient(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined || other === 0 ? undefined : one / other
}
const perCpu = (outcome: Outcome | undefined) => outcome && perCpuOf(outcome)
const rate = (outcome: Outcome | undefined) => outcome && rateOf(outcome)

/** Deliveries per second of processor time, as so many times another server’s. */
const beside = (scenario: string, server: string, least: number): Goal => ({
  what: `${scenario}, times ${server}`,
  least,
  of: { round: round => quotient(perCpu(round(scenario)), perCpu(round(scenario, server))) },
})

const keeping = (scenario: string): Goal => ({
  what: `${scenario} with every line on the disk first, times without`,
  least: 0.5,
  of: { round: round => quotient(perCpu(round(scenario, kept)), perCpu(round(scenario))) },
})

/** How much dearer a delivery to few is than one to many, as so many times what it is for the ceiling. */
const curve = (few: string, many: string, means: string): Goal => ({
  what: `a delivery ${means}, times the ceiling’s own such ratio`,
  most: 1.5,
  of: {
    round: round =>
      quotient(
        quotient(perCpu(round(many)), perCpu(round(few))),
        quotient(perCpu(round(many, 'ceiling')), perCpu(round(few, 'ceiling'))),
      ),
  },
})

const long = (what: string, read: (cost: HistoryCost) => number): Goal => ({
  what: `${what}, many lines kept, times few`,
  most: 1.5,
  of: { all: ({ history }) => history.map(read) },
})

const start = (what: string, most: number, unit: string, read: (starts: Starts) => number): Goal => ({
  ...{ what, most, unit },
  of: { all: ({ starts }) => (starts ? [read(starts)] : []) },
})

function goalsFor(node: string): readonly Goal[] {
  const isOld = Number(/^v(\d+)/.exec(node)?.[1]) < 24
  return [
    beside('A', 'ceiling', 0.6),
    beside('A', 'redis-server', 1.3),
    beside('A', 'nats-server', 2),
    beside('A', 'ws', 40),
    beside('A', 'socket.io', 40),
    keeping('A'),
    beside('A1', 'ceiling', 0.9),
    beside('A1', 'redis-server', 0.95),
    beside('A1', 'ws', 4),
    keeping('A1'),
    beside('B', 'ceiling', 0.5),
    beside('B', 'redis-server', 1.2),
    beside('B', 'nats-server', 2.5),
    beside('B', 'inspircd', 2.5),
    beside('C', 'ceiling', 0.45),
    beside('C', 'redis-server', 1.1),
    {
      what: 'C, its rate as part of that without the idle ones',
      least: 0.85,
      of: { round: round => quotient(rate(round('C')), rate(round('C0'))) },
    },
    beside('D', 'ceiling', 0.6),
    beside('D', 'redis-server', 1),
    beside('D', 'inspircd', 0.9),
    beside('D', 'ws', 1.6),
    beside('P', 'ceiling', isOld ? 0.28 : 0.35),
    beside('P', 'redis-server', isOld ? 0.65 : 0.9),
    beside('P', 'inspircd', isOld ? 0.65 : 0.9),
    {
      what: 'LA, half of the words, times the ceiling’s time',
      most: 1.4,
      of: { round: round => quotient(round('LA')?.p50Ms, round('LA', 'ceiling')?.p50Ms) },
    },
    { what: 'LA, 99 of 100 words', most: 2, unit: 'ms', of: { round: round => round('LA')?.p99Ms } },
    {
      what: 'E, its rate as part of that without who never reads',
      least: 0.95,
      of: { round: round => quotient(rate(round('E')), rate(round('A'))) },
    },
    curve('N10', 'B', 'to 10 beside one to 1,000'),
    curve('A', 'B', 'to 100 beside one to 1,000'),
    {
      what: 'a connection of 5,000 silent ones',
      most: 8,
      unit: 'kB',
      of: {
        round: round => {
          const most = round('M5000')
          return most && kbEachOf(most)
        },
      },
    },
    { what: '1,000 enter one room', most: 250, unit: 'ms', of: { round: round => round('storm')?.entryMs } },
    long('joining', ({ join }) => join),
    long('a page', ({ page }) => page),
    long('a search', ({ search }) => search),
    start('`--version`, more than Node takes for nothing', 15, 'ms', ({ versionMs }) => versionMs),
    start('`serve` listens, more than that', 80, 'ms', ({ servingMs }) => servingMs),
    start('the list is painted, more than that', 70, 'ms', ({ paintedMs }) => paintedMs),
    start('an install, with the optional driver', 25, 'MB', ({ installMb }) => installMb.all),
  ]
}

/** In words, of how many rounds it was met in. */
export const verdictOf = ({ met, rounds }: Judged): string =>
  met === 0 ? 'missed' : rounds === 1 ? 'met' : `met in ${met} of ${rounds}`

/** Every goal that something was measured of. */
export function judged(measured: Measured): Judged[] {
  const outcomes = Object.values(measured.rounds).flatMap(found => Object.values(found))
  const rounds = Math.max(0, ...outcomes.map(({ length }) => length))
  return goalsFor(measured.node).flatMap(({ what, least, most, unit = '', of }) => {
    const values =
      'all' in of
        ? of.all(measured)
        : Array.from({ length: rounds }, (_, index) =>
            of.round((scenario, server = own) => measured.rounds[scenario]?.[server]?.[index]),
          )
    const reached = values.filter(value => value !== undefined)
    if (reached.length === 0) return []
    const met = reached.filter(value => value >= (least ?? value) && value <= (most ?? value)).length
    const wanted = least === undefined ? `≤ ${most}` : `≥ ${least}`
    return [{ what, wanted, reached: median(reached), rounds: reached.length, met, unit }]
  })
}
