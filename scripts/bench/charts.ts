/** A saved result as pictures: deliveries against members, memory against connections, every server in each. */
import { perCpuOf, type Result, typicals } from './result.ts'
import type { Outcome } from './talk/load.ts'
import { scenarios } from './talk/scenarios.ts'

interface Series {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

interface Chart {
  readonly title: string
  readonly xTitle: string
  readonly yTitle: string
  /** Powers of ten at equal distances; else zero and equal steps. */
  readonly logarithmic: boolean
  readonly series: readonly Series[]
  /** The series that is drawn strongest. */
  readonly own: string
}

const size = { width: 760, height: 430 } as const
const plot = { left: 70, right: 600, top: 60, bottom: 370 } as const
const labelPx = 15

/** Drawn with the colours of the page’s own scheme: text that says what it is, lines that differ without colour, too. */
const style = `
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-size: 16px; font-weight: 600 }
.axis { stroke: #8c959f }
.grid { stroke: #d0d7de }
.line { fill: none; stroke-width: 1.6 }
.own { stroke-width: 3.6 }
.ownlabel { font-weight: 700 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .axis { stroke: #6e7681 }
  .grid { stroke: #30363d }
}`
/** Told apart on white and on near black. */
const colours = [
  '#0969da',
  '#8250df',
  '#57606a',
  '#bf3989',
  '#bc4c00',
  '#1a7f37',
  '#9a6700',
  '#0a7d8c',
  '#cf222e',
]
const dashes = ['', '6 3', '2 3', '9 3 2 3', '', '6 3', '2 3', '9 3 2 3', '']

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const short = (value: number): string => (value >= 1000 ? `${value / 1000} k` : String(value))

/** Ticks of an axis from the least to the most value. */
function ticksOf(values: readonly number[], logarithmic: boolean): number[] {
  const most = Math.max(...values)
  if (!logarithmic) {
    const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find(one => most / one <= 6) ?? most
    return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step)
  }
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.ceil(Math.log10(most))
  return Array.from({ length: high - low + 1 }, (_, index) => Number(`1e${low + index}`))
}

function scale(ticks: readonly number[], from: number, to: number, logarithmic: boolean) {
  const at = (value: number) => (logarithmic ? Math.log10(value) : value)
  const [first, last] = [at(ticks[0] ?? 0), at(ticks.at(-1) ?? 1)]
  return (value: number): number => from + ((at(value) - first) / (last - first)) * (to - from)
}

/** Labels at the ends of their lines, moved apart where they would touch. */
function spread(wanted: readonly number[]): number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y)
  let above = Number.NEGATIVE_INFINITY
  for (const one of order) {
    one.y = Math.max(one.y, above + labelPx)
    above = one.y
  }
  const over = Math.max(0, above - plot.bottom)
  const placed: number[] = []
  for (const { y, index } of order) placed[index] = y - over
  return placed
}

export function draw(chart: Chart): string {
  const { logarithmic } = chart
  const points = chart.series.flatMap(one => one.points)
  const xTicks = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b)
  const yTicks = ticksOf(
    points.map(({ y }) => y),
    logarithmic,
  )
  const toX = scale(logarithmic ? xTicks : [0, xTicks.at(-1) ?? 1], plot.left, plot.right, logarithmic)
  const toY = scale(yTicks, plot.bottom, plot.top, logarithmic)
  const px = (value: number) => value.toFixed(1)
  const ends = chart.series.map(({ points: own }) => toY(own.at(-1)?.y ?? yTicks[0] ?? 0))
  const labels = spread(ends)
  const rows = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escaped(chart.title)}">`,
    `<style>${style}\n</style>`,
    `<text class="title" x="${plot.left}" y="26">${escaped(chart.title)}</text>`,
    `<text x="${plot.left}" y="48">${escaped(chart.yTitle)}</text>`,
    `<text x="${(plot.left + plot.right) / 2}" y="412" text-anchor="middle">${escaped(chart.xTitle)}</text>`,
  ]
  for (const tick of yTicks) {
    const y = px(toY(tick))
    rows.push(`<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${y}" y2="${y}"/>`)
    rows.push(`<text x="${plot.left - 8}" y="${y}" dy="4" text-anchor="end">${short(tick)}</text>`)
  }
  for (const tick of xTicks)
    rows.push(`<text x="${px(toX(tick))}" y="${plot.bottom + 20}" text-anchor="middle">${short(tick)}</text>`)
  rows.push(
    `<line class="axis" x1="${plot.left}" x2="${plot.right}" y1="${plot.bottom}" y2="${plot.bottom}"/>`,
  )
  for (const [index, { name, points: own }] of chart.series.entries()) {
    const isOwn = name === chart.own
    const colour = colours[index % colours.length]
    const dash = isOwn ? '' : ` stroke-dasharray="${dashes[index % dashes.length]}"`
    const path = own.map(({ x, y }) => `${px(toX(x))},${px(toY(y))}`).join(' ')
    const last = own.at(-1)
    if (!last) continue
    rows.push(
      `<polyline class="line${isOwn ? ' own' : ''}" stroke="${colour}"${dash} points="${path}"/>`,
      ...own.map(
        ({ x, y }) =>
          `<circle cx="${px(toX(x))}" cy="${px(toY(y))}" r="${isOwn ? 4 : 2.5}" fill="${colour}"/>`,
      ),
      `<line class="grid" x1="${px(toX(last.x) + 6)}" y1="${px(toY(last.y))}" x2="${plot.right + 16}" y2="${px(labels[index] ?? 0)}"/>`,
      `<text class="${isOwn ? 'ownlabel' : ''}" x="${plot.right + 20}" y="${px(labels[index] ?? 0)}" dy="4">${escaped(name)}</text>`,
    )
  }
  return `${[...rows, '</svg>'].join('\n')}\n`
}

/** Each server’s points over some scenarios; who is missing in one has no point there. */
function seriesOf(
  result: Result,
  names: readonly string[],
  x: (name: string) => number,
  y: (outcome: Outcome) => number,
): Series[] {
  const talk = typicals(result)
  return Object.keys(result.limits)
    .map(name => ({
      name,
      points: names.flatMap(one => {
        const outcome = talk[one]?.[name]
        return outcome && y(outcome) > 0 ? [{ x: x(one), y: y(outcome) }] : []
      }),
    }))
    .filter(({ points }) => points.length > 0)
}

const membersIn = (name: string): number => scenarios.find(one => one.name === name)?.perRoom ?? 0
const connectionsIn = (name: string): number => Number(name.slice(1))

/** By the name of the file. */
export const charts = (result: Result): Record<string, string> => ({
  'deliveries.svg': draw({
    title: 'What a second of processor time delivers',
    yTitle: 'thousand lines delivered per second of the server’s processor time',
    xTitle: 'members of the room (10 of them speak, 16 lines of 80 bytes each on their way)',
    logarithmic: true,
    series: seriesOf(result, ['N10', 'A', 'N300', 'B'], membersIn, perCpuOf),
    own: 'earshot',
  }),
  'memory.svg': draw({
    title: 'What connections hold in memory',
    yTitle: 'MB more than with nobody there',
    xTitle: 'connections that say nothing',
    logarithmic: false,
    series: seriesOf(result, ['M500', 'M1500', 'M5000'], connectionsIn, ({ memoryKb }) =>
      Math.max(0.1, (memoryKb.entered - memoryKb.empty) / 1024),
    ),
    own: 'earshot',
  }),
})
