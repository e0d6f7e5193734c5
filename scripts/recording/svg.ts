/** Stills one after another as one animated SVG: text stays text, each row is drawn once however often it is shown. */
import type { Cell, Look, Still } from './still.ts'

export interface Frame {
  readonly still: Still
  readonly holdMs: number
}

const cell = { width: 8.4, height: 18, baseline: 13.5 } as const
const margin = 14

/** The window brings its own background, so that it reads on a light page and on a dark one. */
const paper = '#0d1117'
const ink = '#e6edf3'
const edge = '#3d444d'

const px = (value: number): string => String(Math.round(value * 10) / 10)
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** A number of the palette of 256 as terminals draw it; the first sixteen as most of them are set. */
export function colourOf(number: number): string {
  const first =
    '#484f58 #ff7b72 #3fb950 #d29922 #58a6ff #bc8cff #39c5cf #b1bac4 #6e7681 #ffa198 #56d364 #e3b341 #79c0ff #d2a8ff #56d4dd #f0f6fc'.split(
      ' ',
    )
  const named = first[number]
  if (named !== undefined) return named
  const hex = (parts: readonly number[]): string =>
    `#${parts.map(part => part.toString(16).padStart(2, '0')).join('')}`
  if (number >= 232) return hex([0, 0, 0].map(() => 8 + 10 * (number - 232)))
  const cube = number - 16
  return hex(
    [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(step => (step ? 55 + 40 * step : 0)),
  )
}

const inkOf = ({ ink: own, paper: behind, inverse }: Look): string =>
  inverse ? (behind === null ? paper : colourOf(behind)) : own === null ? ink : colourOf(own)
const paperOf = ({ ink: own, paper: behind, inverse }: Look): string =>
  inverse ? (own === null ? ink : colourOf(own)) : behind === null ? paper : colourOf(behind)

interface Run {
  readonly x: number
  readonly cells: readonly Cell[]
  readonly look: Look
}

/** Neighbours of which `same` holds, together. */
function runsOf(cells: readonly Cell[], same: (a: Look, b: Look) => boolean): Run[] {
  const runs: Run[] = []
  for (const [x, one] of cells.entries()) {
    const last = runs.at(-1)
    if (last && same(last.look, one.look)) runs.splice(-1, 1, { ...last, cells: [...last.cells, one] })
    else runs.push({ x, cells: [one], look: one.look })
  }
  return runs
}

/** Stands for a cell that is no single plain character, so that each unit of a text is a cell. */
const odd = '\ue000'
const unitsOf = (cells: readonly Cell[]): string =>
  cells.map(({ char }, x) => (char.length === 1 && cells[x + 1]?.char !== '' ? char : odd)).join('')

/** What is drawn and not written: lines of drawing meet their neighbours, and a sign is there, whatever the font. */
function shapeOf(char: string, x: number, cells: number, colour: string): string | null {
  const left = x * cell.width
  const middle = cell.height / 2
  switch (char) {
    case '│':
      return `<path d="M${px(left + cell.width / 2)} 0V${cell.height}" stroke="${colour}"/>`
    case '─':
      return `<path d="M${px(left)} ${middle}H${px(left + cells * cell.width)}" stroke="${colour}"/>`
    case '▌':
      return `<rect x="${px(left)}" width="${px(cell.width / 2)}" height="${cell.height}" fill="${colour}"/>`
    case '🔒':
      return `<path d="M${px(left + 5.4)} 8V6a3 3 0 0 1 6 0V8" stroke="${colour}" stroke-width="1.5" fill="none"/><rect x="${px(left + 3.4)}" y="8" width="10" height="7" rx="1" fill="${colour}"/>`
    default:
      return null
  }
}

/** One row as elements, with the classes of `nameOf`. */
function drawn(cells: readonly Cell[], nameOf: (look: Look) => string): string {
  const parts: string[] = []
  for (const { x, cells: own, look } of runsOf(cells, (a, b) => paperOf(a) === paperOf(b)))
    if (paperOf(look) !== paper)
      parts.push(
        `<rect x="${px(x * cell.width)}" width="${px(own.length * cell.width)}" height="${cell.height}" fill="${paperOf(look)}"/>`,
      )
  const alike = (a: Look, b: Look): boolean => nameOf(a) === nameOf(b)
  // Words apart stand each at their own column: no font’s idea of a blank moves them.
  for (const { x: from, cells: own, look } of runsOf(cells, alike))
    for (const { 0: units, index } of unitsOf(own).matchAll(
      /[│▌\ue000]|─+|[^\s│─▌\ue000]+(?: [^\s│─▌\ue000]+)*/g,
    )) {
      const text = units === odd ? (own[index]?.char ?? '') : units
      if (text === '') continue
      const x = from + index
      const shape = shapeOf(units === odd ? text : (text[0] ?? ''), x, units.length, inkOf(look))
      if (shape !== null) {
        parts.push(shape)
        continue
      }
      const width = units === odd && own[index + 1]?.char === '' ? 2 : units.length
      const length = width > 1 ? ` textLength="${px(width * cell.width)}"` : ''
      const name = nameOf(look)
      const named = name === '' ? '' : ` class="${name}"`
      parts.push(
        `<text x="${px(x * cell.width)}" y="${cell.baseline}"${length}${named}>${escaped(text)}</text>`,
      )
    }
  return parts.join('')
}

/**
 * @param frames in the order in which they are shown; all of one size
 * @param poster which of them is shown where nothing moves
 */
export function animated(frames: readonly Frame[], poster: number, title: string): string {
  const columns = Math.max(...frames.map(({ still }) => still.columns))
  const lines = Math.max(...frames.map(({ still }) => still.rows.length))
  const size = [columns * cell.width + 2 * margin, lines * cell.height + 2 * margin].map(px)
  const looks = new Map<string, string>()
  const nameOf = (look: Look): string => {
    const key = [
      ...(inkOf(look) === ink ? [] : [`fill:${inkOf(look)}`]),
      ...(look.bold ? ['font-weight:700'] : []),
      ...(look.underlined ? ['text-decoration:underline'] : []),
    ].join(';')
    if (key === '') return ''
    const known = looks.get(key) ?? `l${looks.size}`
    looks.set(key, known)
    return known
  }
  const rows = new Map<string, string>()
  const totalMs = frames.reduce((sum, { holdMs }) => sum + holdMs, 0)
  const moments: string[] = []
  const groups: string[] = []
  let fromMs = 0
  for (const [index, { still, holdMs }] of frames.entries()) {
    const percent = (ms: number): string => `${Math.round((ms / totalMs) * 1e5) / 1e3}%`
    const hidden = '{visibility:hidden}'
    const begin = index === 0 ? '' : `0%${hidden}`
    const end = index === frames.length - 1 ? '' : `${percent(fromMs + holdMs)}${hidden}`
    moments.push(`@keyframes k${index}{${begin}${percent(fromMs)}{visibility:visible}${end}}`)
    fromMs += holdMs
    const used = still.rows.flatMap((cells, y) => {
      const row = drawn(cells, nameOf)
      if (row === '') return []
      const id = rows.get(row) ?? `r${rows.size}`
      rows.set(row, id)
      return `<use href="#${id}"${y === 0 ? '' : ` y="${y * cell.height}"`}/>`
    })
    const { cursor } = still
    if (cursor !== null)
      used.push(
        `<rect x="${px(cursor.x * cell.width)}" y="${cursor.y * cell.height}" width="${px(cell.width)}" height="${cell.height}" class="cursor"/>`,
      )
    groups.push(
      `<g class="f${index === poster ? ' poster' : ''}" style="animation-name:k${index}">${used.join('')}</g>`,
    )
  }
  const style = [
    `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace;fill:${ink}}`,
    '.cursor{fill:#9198a1;opacity:.75}',
    `.f{visibility:hidden;animation:${totalMs}ms step-end infinite}.poster{visibility:visible}`,
    '@media(prefers-reduced-motion:reduce){.f{animation:none}}',
    ...[...looks].map(([rule, name]) => `.${name}{${rule}}`),
    ...moments,
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.join(' ')}" width="${size[0]}" height="${size[1]}" role="img" aria-label="${escaped(title)}">`,
    `<style>\n${style.join('\n')}\n</style>`,
    `<rect x=".5" y=".5" width="${px(Number(size[0]) - 1)}" height="${px(Number(size[1]) - 1)}" rx="8" fill="${paper}" stroke="${edge}"/>`,
    `<defs>\n${[...rows].map(([row, id]) => `<g id="${id}">${row}</g>`).join('\n')}\n</defs>`,
    `<g transform="translate(${margin} ${margin})">\n${groups.join('\n')}\n</g>`,
    '</svg>\n',
  ].join('\n')
}

/** The frames of a picture, each as all that is seen in it: nothing of where it stands in the picture. */
export function framesOf(svg: string): string[] {
  const found = (wanted: RegExp): Map<string, string> =>
    new Map([...svg.matchAll(wanted)].map(([, id = '', text = '']) => [id, text]))
  const rules = found(/^\.(l\d+)\{(.*)\}$/gm)
  const rows = found(/^<g id="(r\d+)">(.*)<\/g>$/gm)
  return [...svg.matchAll(/^<g class="f[^>]*>(.*)<\/g>$/gm)].map(([, used = '']) =>
    used
      .replace(/<use href="#(r\d+)"( y="\d+")?\/>/g, (_, id, y) => `<g${y ?? ''}>${rows.get(id)}</g>\n`)
      .replace(/ class="(l\d+)"/g, (_, name) => ` style="${rules.get(name)}"`),
  )
}

export const frameOf = (still: Still): string => framesOf(animated([{ still, holdMs: 1 }], 0, ''))[0] ?? ''
