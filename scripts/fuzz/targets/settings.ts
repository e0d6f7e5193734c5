/** The file of settings: whatever it holds, every command is settled, or says in sentences what is wrong. */
import fc from 'fast-check'
import { commands } from '../../../src/cli/commands.ts'
import { readSettings } from '../../../src/cli/config.ts'
import { settingLines, settle, valuesOf } from '../../../src/cli/settings.ts'
import { bytesOf, harmless, holds, type Target, textOf } from '../target.ts'

const path = '/home/ann/.config/earshot/earshot.toml'
const sentenceUnitsMax = 4_000
const none = new Map<string, unknown>()

async function check(text: string): Promise<void> {
  const read = await readSettings(path, text)
  if (!read.ok) return sentence(read.text)
  for (const command of commands) {
    const settled = settle(command, none, {}, read.file)
    if (!settled.ok) for (const trouble of settled.troubles) sentence(trouble)
    settingLines(settled.settings, path)
    valuesOf(settled.settings)
    // The whole file is looked at, whatever the command: what differs is which of it holds.
    if (!settled.ok) return
  }
}

function sentence(text: string): void {
  harmless(text, 'a sentence about the file')
  holds(text.length <= sentenceUnitsMax, () => `a sentence of ${text.length} letters`)
}

const keys = commands.flatMap(({ options }) => options.flatMap(({ key }) => (key === null ? [] : [key])))
const names = commands.map(({ name }) => name)
const values = [
  ...[
    'true',
    'false',
    '1',
    '0',
    '-1',
    '65536',
    '4000',
    '1.5',
    'inf',
    'nan',
    '2026-01-01',
    '"ann"',
    '""',
    '[]',
  ],
  ...[
    '["a", "b"]',
    '[1, 2]',
    '{ a = 1 }',
    "'''x'''",
    '"\\u001b[2J"',
    '"\\u202e"',
    '"127.0.0.1"',
    '"30d"',
    '"allow"',
  ],
]

export const settings: Target = {
  name: 'settings',
  means: 'the file of settings',
  covers: ['cli/settings.ts', 'cli/config.ts', 'cli/commands.ts'],
  bytesMax: 600,
  seeds: [
    'nick = "ann"\n[serve]\nport = 4000\n',
    '[serve]\nlimits = { sayBurst = 5 }\n',
    'serve.port = "x"\n',
    '[a]\nb = 1\n',
  ].map(bytesOf),
  tokens: [
    ...keys,
    ...names.map(name => `[${name}]\n`),
    ...values,
    ' = ',
    '\n',
    '.',
    '#',
    '"""',
    '[[',
    ']]',
    '\x1b',
    '\u202e',
  ],
  structured: fc
    .array(
      fc.oneof(
        {
          weight: 4,
          arbitrary: fc
            .tuple(fc.constantFrom(...keys, 'later', 'serve', '"\x1b"'), fc.constantFrom(...values))
            .map(([key, held]) => `${key} = ${held}`),
        },
        { weight: 1, arbitrary: fc.constantFrom(...names).map(name => `[${name}]`) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
      ),
      { maxLength: 8 },
    )
    .map(rows => bytesOf(rows.join('\n'))),
  run: input => check(textOf(input)),
}
