/** A saved result in words: the table of ratios and goals in README. */
import { judged, verdictOf } from './goals.ts'
import type { HistoryCost } from './history.ts'
import { kbEachOf, median, perCpuOf, type Result, rateOf, typicals } from './result.ts'
import { scenarios } from './talk/scenarios.ts'

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n')

const two = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : '–')

/** Others’ deliveries per processor second in each scenario, as parts of ours. */
function ratios(result: Result): string {
  const talk = typicals(result)
  const names = Object.keys(result.limits)
  const rows = scenarios.flatMap(({ name, means, counts }) => {
    const found = talk[name]
    const own = found?.earshot
    if (!found || !own || counts === 'entry' || name.startsWith('N')) return []
    const cells = names.slice(1).map(one => {
      const other = found[one]
      return other ? two(perCpuOf(own) / perCpuOf(other)) : '–'
    })
    return [[`**${name}** ${means}`, `${(1000 / perCpuOf(own)).toFixed(2)} µs`, ...cells]]
  })
  return table(['what happens', 'earshot, a delivery', ...names.slice(1).map(name => `times ${name}`)], rows)
}

function sentences(result: Result): string[] {
  const { starts, history } = result
  const [first] = history
  const times = (read: (cost: HistoryCost) => number) => two(median(history.map(read)))
  const talk = typicals(result)
  const lines: string[] = []
  const storm = talk.storm?.earshot
  if (storm)
    lines.push(
      `A thousand people enter one room in ${storm.entryMs.toFixed(0)} ms (${storm.entryCpuMs.toFixed(0)} ms of processor time).`,
    )
  const most = talk.M5000?.earshot
  if (most) lines.push(`5,000 silent connections hold ${kbEachOf(most).toFixed(1)} kB each.`)
  const [alone, beside] = [talk.C0?.earshot, talk.C?.earshot]
  if (alone && beside)
    lines.push(
      `With 4,900 of them beside it, a room of 50 talks at ${two(rateOf(beside) / rateOf(alone))} of its rate.`,
    )
  const [free, stalled] = [talk.A?.earshot, talk.E?.earshot]
  if (free && stalled)
    lines.push(
      `With one member who never reads, the others get ${two(rateOf(stalled) / rateOf(free))} of theirs.`,
    )
  const outcomes = Object.values(talk).flatMap(found => [found.earshot, found['earshot, kept']])
  const wrong = outcomes.reduce((sum, one) => sum + (one ? one.lost + one.doubled : 0), 0)
  lines.push(
    wrong === 0
      ? 'No line was lost or doubled in any of this.'
      : `${wrong} lines were lost or doubled in all of this, which is a mistake of ours.`,
    ...(first
      ? [
          `With ${first.linesLong.toLocaleString('en')} lines of history joining takes ${times(cost => cost.join)} times as long as with ${first.linesShort.toLocaleString('en')}, a page ${times(cost => cost.page)}, a search ${times(cost => cost.search)}.`,
        ]
      : []),
    `Saying its version takes Earshot ${Math.max(0, starts.versionMs).toFixed(0)} ms more than an empty program takes Node (${starts.bareMs.toFixed(0)} ms); a server listens ${starts.servingMs.toFixed(0)} ms, the list of servers is painted ${starts.paintedMs.toFixed(0)} ms after that time.`,
    `An install is ${starts.installMb.required.toFixed(1)} MB, ${starts.installMb.all.toFixed(1)} MB with the optional database driver.`,
  )
  return lines
}

function goals(result: Result): string {
  const rows = judged(result).map(goal => {
    const { what, wanted, reached, unit } = goal
    return [what, `${wanted} ${unit}`.trim(), `${two(reached)} ${unit}`.trim(), verdictOf(goal)]
  })
  return table(['', 'wanted', 'reached', ''], rows)
}

/** The whole block. */
export function figures(result: Result): string {
  const { node, cpu, cores, loadBefore, loadAfter } = result
  const rounds = Math.max(
    ...Object.values(result.rounds).flatMap(found => Object.values(found).map(({ length }) => length)),
  )
  const busy = Math.max(loadBefore, loadAfter - 2) > 0.5
  return [
    ...(busy
      ? [
          `**The machine was busy with other things** (load ${loadBefore.toFixed(1)} before, ${loadAfter.toFixed(1)} after): only large ratios say something, and times are far too long.`,
          '',
        ]
      : []),
    'How many times as many lines one second of processor time delivers here as elsewhere: above 1 we are ahead. The ceiling is',
    'the least a Node server can do, with no names, bounds or history; “kept” is our server with every line on the disk before',
    'anybody hears it.',
    '',
    ratios(result),
    '',
    ...sentences(result),
    '',
    '<details><summary>What we want to reach, and how far we are</summary>',
    '',
    'Ratios are of lines per second of processor time where nothing else is said; the median of the rounds.',
    '',
    goals(result),
    '',
    '</details>',
    '',
    '![Deliveries against members](scripts/bench/charts/deliveries.svg)',
    '',
    '![Memory against connections](scripts/bench/charts/memory.svg)',
    '',
    `Measured with \`npm run bench -- --save\` on Node ${node}, ${cores} cores (${cpu}), server and load generator pinned to one each; medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}.`,
  ].join('\n')
}
