/** Everything we build on: why it is here, and what it weighs for whoever installs or loads it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesIn } from './bench/weights.ts'
import { bundled } from './build.mjs'

const top = fileURLToPath(new URL('..', import.meta.url))

/** One row a package; a package without a row fails `npm run check`, and so does a row without a package. */
const reasons: Readonly<Record<string, string>> = {
  blessed: 'drives the terminal and sends only the cells that changed; mandated, as the next two are',
  'dgram-as-promised': 'UDP for discovery',
  nanoid: 'ids of lines, servers and devices',
  libsql: 'SQLite for a Node that has none of its own; optional',
  commander: 'arguments, help and near misses; a parser of our own would be its tests again',
  'env-paths': 'where settings, data and state belong on each system',
  'smol-toml': 'the file of settings; loaded only where there is one',
  valibot: 'the wire’s schemas: one table gives types, validation and documents, in a few kB',
  'get-east-asian-width': 'how many cells a character takes; the table is Unicode’s, not ours to keep',
  typescript: 'types',
  '@types/node': 'types of Node',
  '@types/blessed': 'types of blessed',
  esbuild: 'bundles `dist`: fewer files to open at each start',
  tsx: 'runs tests and scripts from source, on every Node we support',
  '@biomejs/biome': 'format and lint in one program',
  knip: 'finds what nothing uses',
  publint: 'checks what is packed',
  'fast-check': 'properties and state machines in tests',
  '@lydell/node-pty': 'a real terminal for tests of screens; prebuilt',
  '@xterm/headless': 'reads that terminal as text',
  unhomoglyph: 'Unicode’s list of look-alike letters, of which scripts/confusables.mjs makes our table',
  yaml: 'tests read the files of containers and CI',
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const kb = (bytes: number): string => `${Math.max(1, Math.round(bytes / 1000)).toLocaleString('en')} kB`

/** Rows of package, weight and reason. @throws where a package has no reason, or a reason no package */
export async function dependencyRows(): Promise<string[][]> {
  const manifest: Manifest = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'))
  const { dependencies, optionalDependencies, devDependencies } = manifest
  const packages = [dependencies, optionalDependencies, devDependencies].flatMap(Object.keys)
  const without = packages.filter(name => !(name in reasons))
  const stale = Object.keys(reasons).filter(name => !packages.includes(name))
  if (without.length > 0) throw new Error(`scripts/dependencies.ts gives no reason for ${without.join(', ')}`)
  if (stale.length > 0) throw new Error(`scripts/dependencies.ts explains ${stale.join(', ')}, which is gone`)
  const inside = await bundled()
  const weightOf = (name: string): string => {
    if (name in dependencies) return `${kb(bytesIn(join(top, 'node_modules', name)))} installed`
    // Which of its drivers are installed depends on the machine.
    if (name in optionalDependencies) return 'about 20 MB installed, where it is'
    const bytes = inside.get(name)
    return bytes === undefined ? 'none: for whoever works on it' : `${kb(bytes)} in \`dist\``
  }
  const rows = packages.map(name => [`\`${name}\``, weightOf(name), reasons[name] ?? ''])
  const isFelt = ([, weight = '']: string[]) => !weight.startsWith('none')
  return [...rows.filter(isFelt), ...rows.filter(row => !isFelt(row))]
}
