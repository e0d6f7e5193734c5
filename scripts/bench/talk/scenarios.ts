/** What is measured: how many are where, and how they speak. */

export interface Scenario {
  readonly name: string
  readonly means: string
  readonly rooms: number
  readonly perRoom: number
  /** Of each room. */
  readonly senders: number
  /** `window`: each sender has so many lines on their way; `perSecond`: all together say so many, come what may. */
  readonly pace: { readonly window: number } | { readonly perSecond: number }
  /** Connections that are in no room. */
  readonly idle: number
  /** Members of the first room that never read. */
  readonly stalled: number
  /** The one it is held against, which stands before it: each server is measured in both, one right after the other. */
  readonly turnsWith: string | null
  /** Whether each delivery is timed; it costs the load generator something. */
  readonly timed: boolean
  /** Whom a quick run measures in it: every server, only ours and the ceiling, or nobody. */
  readonly quick: 'all' | 'few' | 'none'
  /** What is looked at: how lines come through, or how people come in and what is held for them. */
  readonly counts: 'talk' | 'entry'
}

const room = {
  rooms: 1,
  perRoom: 100,
  senders: 10,
  pace: { window: 16 },
  idle: 0,
  stalled: 0,
  turnsWith: null,
  timed: false,
  quick: 'few',
  counts: 'talk',
} as const satisfies Partial<Scenario>

export const scenarios: readonly Scenario[] = [
  { ...room, name: 'A', means: '100 in a room, 10 speak, 16 lines each on their way', quick: 'all' },
  {
    ...room,
    name: 'A1',
    means: '100 in a room, 10 speak, one line each on its way',
    pace: { window: 1 },
    timed: true,
    quick: 'all',
  },
  { ...room, name: 'B', means: '1,000 in a room, 10 speak, 16 lines each on their way', perRoom: 1000 },
  {
    ...room,
    name: 'storm',
    means: '1,000 come into one room at once, and hardly anybody speaks',
    counts: 'entry',
    perRoom: 1000,
    senders: 1,
    pace: { perSecond: 1 },
  },
  {
    ...room,
    quick: 'none',
    name: 'C0',
    means: '50 in a room, all speak, 16 lines each; nobody else is there',
    perRoom: 50,
    senders: 50,
  },
  {
    ...room,
    name: 'C',
    means: 'the same, with 4,900 idle connections beside it',
    perRoom: 50,
    senders: 50,
    idle: 4900,
    turnsWith: 'C0',
  },
  {
    ...room,
    name: 'D',
    means: '200 rooms of 10, one speaks in each, one line on its way',
    rooms: 200,
    perRoom: 10,
    senders: 1,
    pace: { window: 1 },
  },
  {
    ...room,
    name: 'P',
    means: '200 rooms of two, both speak, 16 lines each on their way',
    rooms: 200,
    perRoom: 2,
    senders: 2,
  },
  {
    ...room,
    name: 'LA',
    means: '100 in a room, 200 lines a second come what may',
    pace: { perSecond: 200 },
    timed: true,
  },
  {
    ...room,
    name: 'E',
    means: 'as A, and one more never reads (limits of the peers raised, too)',
    stalled: 1,
    turnsWith: 'A',
  },
  {
    ...room,
    name: 'N10',
    means: '10 in a room, all speak, 16 lines each on their way',
    perRoom: 10,
    quick: 'none',
  },
  {
    ...room,
    name: 'N300',
    means: '300 in a room, 10 speak, 16 lines each on their way',
    perRoom: 300,
    quick: 'none',
  },
  ...[500, 1500, 5000].map(
    (connections): Scenario => ({
      ...room,
      name: `M${connections}`,
      means: `${connections.toLocaleString('en')} connections, two of them in a room`,
      perRoom: 2,
      senders: 1,
      pace: { perSecond: 1 },
      idle: connections - 2,
      quick: 'none',
      counts: 'entry',
    }),
  ),
]
