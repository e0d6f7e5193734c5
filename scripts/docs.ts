/** `npm run docs`: writes the tables of the READMEs from the code’s own tables; with `--check` only says what is stale. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commands as slashCommands } from '../src/chat/commands.ts'
import { commands, helpOf, type OptionRow, variableOf } from '../src/cli/commands.ts'
import { keyLabel, keymap, keyPlaces } from '../src/client/keymap.ts'
import { isAdjustable, isLifted } from '../src/wire/adjusted.ts'
import { clientMessages, serverMessages } from '../src/wire/messages.ts'
import { charts } from './bench/charts.ts'
import { figures } from './bench/figures.ts'
import { saved } from './bench/result.ts'
import { dependencyRows } from './dependencies.ts'
import { floors, opening, sources } from './house.mjs'
import { screens } from './recording/held.ts'

const top = fileURLToPath(new URL('..', import.meta.url))

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map(cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`)
    .join('\n')

const code = (text: string): string => `\`${text}\``

/** Each room with its files, lowest floor first; a file’s row is its own first sentence. */
function fileMap(): string {
  const files = sources()
  return floors
    .flatMap((rooms, floor) => rooms.map(room => ({ room, floor })))
    .map(({ room, floor }) => {
      const rows = files
        .filter(({ path }) => path.startsWith(`${room}/`))
        .map(({ path, text }) => [code(path.slice(room.length + 1)), opening(text) ?? ''])
      return `### ${floor} \`${room}/\`\n\n${table(['file', 'what lives there'], rows)}`
    })
    .join('\n\n')
}

type Rows = Record<string, { means: string; fields: { entries: Record<string, { type: string }> } }>

const messageTable = (rows: Rows): string =>
  table(
    ['type', 'fields', 'what it means'],
    Object.entries(rows).map(([type, { means, fields }]) => [
      code(type),
      Object.entries(fields.entries)
        .map(([name, schema]) => code(name + (schema.type === 'optional' ? '?' : '')))
        .join(' '),
      means,
    ]),
  )

/** The limits’ own comments are their documentation. */
function limitTable(): string {
  const text = readFileSync(join(top, 'src/wire/limits.ts'), 'utf8')
  const rows: string[][] = []
  let means = ''
  for (const [, comment, name, value] of text
    .slice(text.indexOf('export const limits'))
    .matchAll(/\/\*\* (.+?) \*\/|^ {2}(\w+): (.+),$/gm)) {
    if (comment !== undefined) means = comment
    else if (name !== undefined && value !== undefined)
      rows.push([code(name), value, isLifted(name) ? 'yes, none' : isAdjustable(name) ? 'yes' : '', means])
  }
  return table(['limit', 'value', '`serve --limits`', 'what it bounds, and the answer at the bound'], rows)
}

/** The file does not name itself. */
const placesOf = (key: string): string =>
  [...(key === 'config' ? [] : [code(key)]), code(variableOf(key))].join(' ')

const optionTables = (): string =>
  commands
    .map(({ name, args, help, options, example }) =>
      [
        `**\`earshot ${[name === 'pick' ? '' : name, args].filter(Boolean).join(' ')}\`** ${help}. Example: \`${example}\``.replace(
          'earshot `',
          'earshot`',
        ),
        table(
          ['option', 'in the file, in the environment', 'meaning'],
          options.map((option: OptionRow) => [
            code(option.flags),
            option.key === null ? '' : placesOf(option.key),
            helpOf(option),
          ]),
        ),
      ].join('\n\n'),
    )
    .join('\n\n')

/** What `npm run record` has seen, as text; folded, since there is a picture. */
const screenBlocks = (): string =>
  screens
    .map(({ file, title }) => {
      const text = readFileSync(join(top, 'scripts/recording', file), 'utf8')
      return `<details><summary>${title}</summary>\n\n\`\`\`text\n${text}\`\`\`\n\n</details>`
    })
    .join('\n\n')

const dependencies = await dependencyRows()
const result = saved()

const blocks: Record<string, () => string> = {
  dependencies: () => table(['package', 'weight', 'why'], dependencies),
  performance: () =>
    result ? figures(result) : 'Nothing was measured yet: `npm run bench -- --save`, then `npm run docs`.',
  files: fileMap,
  'client messages': () => messageTable(clientMessages as unknown as Rows),
  'server messages': () => messageTable(serverMessages as unknown as Rows),
  limits: limitTable,
  screens: screenBlocks,
  options: optionTables,
  'slash commands': () =>
    table(
      ['command', 'meaning'],
      slashCommands.map(({ usage, help }) => [code(usage), help]),
    ),
  keys: () =>
    Object.entries(keyPlaces)
      .map(([place, title]) => {
        const rows = keymap.filter(({ on }) => on === place)
        const cells = rows.map(({ keys, help }) => [keys.map(key => code(keyLabel(key))).join(' '), help])
        return `**${title}**\n\n${table(['key', 'what it does'], cells)}`
      })
      .join('\n\n'),
}

const check = process.argv.includes('--check')
const stale: string[] = []

function put(file: string, written: string): void {
  const path = join(top, file)
  if (existsSync(path) && readFileSync(path, 'utf8') === written) return
  stale.push(file)
  if (!check) writeFileSync(path, written)
}

for (const file of ['README.md', 'src/README.md', 'src/wire/README.md']) {
  const path = join(top, file)
  const held = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const written = held.replace(
    /(<!-- from the code: (.+?) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => {
      const block = blocks[name]
      if (!block) throw new Error(`${file}: there is no block “${name}”`)
      return `${begin}\n${block()}\n\n${end}`
    },
  )
  put(file, written)
}
if (result)
  for (const [name, svg] of Object.entries(charts(result))) {
    mkdirSync(join(top, 'scripts/bench/charts'), { recursive: true })
    put(`scripts/bench/charts/${name}`, svg)
  }
if (check && stale.length > 0) {
  process.stderr.write(`stale: ${stale.join(', ')}; run: npm run docs\n`)
  process.exit(1)
}
