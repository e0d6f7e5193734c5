/** Holds the house to its plan: imports go down only, pure rooms stay pure, every file says in its first line what it is. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const src = fileURLToPath(new URL('../src', import.meta.url))

/** The floors, lowest first; rooms on one floor do not see each other. */
export const floors = [
  ['base'],
  ['wire'],
  ['chat', 'discovery'],
  ['client', 'dialects', 'store', 'net'],
  ['terminal', 'plain', 'server'],
  ['cli'],
]
/** Rooms that do no I/O and read no clock: everything is handed in. */
const pureRooms = ['base', 'wire', 'chat', 'client', 'dialects']
/** The only places that may import these packages. */
const only = { blessed: 'terminal/', 'dgram-as-promised': 'discovery/udp.ts' }

/** @returns {{ path: string, text: string }[]} every source file, by path below src with forward slashes */
export function sources() {
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    .map(file => ({ path: relative(src, file).split(sep).join('/'), text: readFileSync(file, 'utf8') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The sentence a file opens with. @param {string} text */
export const opening = text => /^(?:#!.*\n)?\/\*\*\s+(?:\* )?(.+?)\s*(?:\*\/)?\n/.exec(text)?.[1] ?? null

const floorOf = (/** @type {string | undefined} */ room) =>
  floors.findIndex(rooms => rooms.includes(room ?? ''))

/** Everything wrong with the given files. @param {{ path: string, text: string }[]} files */
export function problems(files) {
  /** @type {string[]} */
  const found = []
  for (const { path, text } of files) {
    const room = path.split('/')[0] ?? ''
    if (floorOf(room) < 0)
      found.push(`${path}: the room “${room}” stands on no floor; add it to scripts/house.mjs`)
    if (!opening(text))
      found.push(`${path}: its first line should say what lives there, as /** One sentence. */`)
    const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    for (const [, specifier = ''] of code.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
      if (specifier.startsWith('.')) {
        const target = relative(src, resolve(src, dirname(path), specifier))
          .split(sep)
          .join('/')
        const to = target.split('/')[0]
        if (to !== room && floorOf(to) >= floorOf(room))
          found.push(`${path}: imports ${target}, which is not below it`)
      } else {
        if (pureRooms.includes(room) && specifier.startsWith('node:'))
          found.push(`${path}: ${room}/ is pure and may not import ${specifier}`)
        for (const [name, place] of Object.entries(only))
          if ((specifier === name || specifier.startsWith(`${name}/`)) && !path.startsWith(place))
            found.push(`${path}: only ${place} may import ${name}`)
      }
    }
    if (pureRooms.includes(room))
      for (const word of [
        /\bDate\.now\(/,
        /\bnew Date\(\)/,
        /\bMath\.random\(/,
        /\bperformance\.now\(/,
        /\bprocess\./,
        /\bset(?:Timeout|Interval|Immediate)\(/,
      ])
        if (word.test(code))
          found.push(`${path}: ${room}/ is pure and may not use ${word.source.replaceAll('\\', '')}`)
  }
  return found
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = problems(sources())
  for (const line of found) process.stderr.write(`${line}\n`)
  process.exit(found.length === 0 ? 0 : 1)
}
