/** What was measured, as rows on a terminal: each server beside ours. */
import { type Judged, verdictOf } from './goals.ts'
import { kbEachOf, perCpuOf, rateOf } from './result.ts'
import type { Outcome } from './talk/load.ts'
import type { Scenario } from './talk/scenarios.ts'

const ratio = (one: number, other: number): string => (other > 0 ? (one / other).toFixed(2) : '?')

function row(cells: readonly string[]): string {
  const [name = '', ...rest] = cells
  return `  ${name.padEnd(14)}${rest.map(cell => cell.padStart(11)).join('')}`
}

/** @param own the name of the server that the others are compared with */
export function talkRows(scenario: Scenario, found: ReadonlyMap<string, Outcome>, own: string): string[] {
  const ours = found.get(own)
  const paced = 'perSecond' in scenario.pace
  const lines: string[] = []
  if (scenario.counts === 'entry') {
    lines.push(row(['', 'entry ms', 'CPU ms', 'kB each', 'lost', 'doubled', 'closed', 'ours: CPU']))
    for (const [name, outcome] of found)
      lines.push(
        row([
          name,
          outcome.entryMs.toFixed(0),
          outcome.entryCpuMs.toFixed(0),
          kbEachOf(outcome).toFixed(1),
          ...[outcome.lost, outcome.doubled, outcome.closed].map(String),
          ours && name !== own ? ratio(ours.entryCpuMs, outcome.entryCpuMs) : '',
        ]),
      )
    return lines
  }
  const head = ['k/s', 'µs CPU', 'busy', 'load busy', 'lost', 'doubled', 'closed']
  const timed = scenario.timed ? ['p50 ms', 'p99 ms'] : []
  lines.push(row(['', ...head, ...timed, 'ours: rate', 'per CPU']))
  for (const [name, outcome] of found) {
    const rate = rateOf(outcome)
    lines.push(
      row([
        name,
        rate.toFixed(rate < 100 ? 1 : 0),
        (1000 / perCpuOf(outcome)).toFixed(2),
        `${Math.round((outcome.serverCpuMs / outcome.forMs) * 100)} %`,
        `${Math.round(outcome.loadBusy * 100)} %`,
        ...[outcome.lost, outcome.doubled, outcome.closed].map(String),
        ...(scenario.timed ? [outcome.p50Ms.toFixed(2), outcome.p99Ms.toFixed(2)] : []),
        ours && name !== own && !paced ? ratio(rateOf(ours), rate) : '',
        ours && name !== own ? ratio(perCpuOf(ours), perCpuOf(outcome)) : '',
      ]),
    )
  }
  if (scenario.stalled > 0)
    for (const [name, { memoryKb }] of found) {
      const more = (memoryKb.ended - memoryKb.entered) / 1024
      lines.push(`  ${name}: ${more.toFixed(0)} MB more held at the end than at the beginning`)
    }
  return lines
}

/** What one scenario says beside another one. */
export function comparisons(all: ReadonlyMap<string, ReadonlyMap<string, Outcome>>): string[] {
  const pairs = [
    ['C', 'C0', 'talking beside 4,900 idle connections / alone'],
    ['E', 'A', 'with one who never reads / without'],
  ] as const
  return pairs.flatMap(([one, other, means]) =>
    [...(all.get(one) ?? [])].flatMap(([name, outcome]) => {
      const beside = all.get(other)?.get(name)
      return beside ? [`${means}, per CPU: ${name} ${ratio(perCpuOf(outcome), perCpuOf(beside))}`] : []
    }),
  )
}

/** The goals: what was wanted, what was reached. */
export const goalRows = (goals: readonly Judged[]): string[] =>
  goals.map(goal => {
    const { what, wanted, reached, unit } = goal
    return `  ${`${wanted} ${unit}`.padEnd(10)} ${`${reached.toFixed(2)} ${unit}`.padEnd(11)} ${verdictOf(goal).padEnd(12)} ${what}`
  })
