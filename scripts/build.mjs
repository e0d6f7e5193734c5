/** Bundles src/cli into dist: one small entry, one lazy chunk a command; the three mandated packages stay outside. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const top = fileURLToPath(new URL('..', import.meta.url))

/** @param {string} outdir */
function settings(outdir) {
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'))
  return /** @type {const} @satisfies {import('esbuild').BuildOptions} */ ({
    absWorkingDir: top,
    entryPoints: { earshot: 'src/cli/entry.ts' },
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.12',
    external: ['blessed', 'blessed/*', 'dgram-as-promised', 'nanoid', 'libsql'],
    define: { EARSHOT_VERSION: JSON.stringify(version) },
    legalComments: 'linked',
    logLevel: 'warning',
  })
}

/**
 * The store’s thread is started from its own file, of which `store/thread.ts` knows the name. It shares nothing: another
 * thread reads each file again, and little of what it needs is needed elsewhere.
 *
 * @param {string} outdir
 */
const threadSettings = outdir =>
  /** @type {const} @satisfies {import('esbuild').BuildOptions} */ ({
    ...settings(outdir),
    entryPoints: { 'chunks/history': 'src/store/worker.ts' },
    splitting: false,
  })

/** Bundled CommonJS (commander) asks for node's own modules by `require`, which ESM lacks, and which takes time to make. */
const requireLine =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);\n"
/** How esbuild's own stand-in for it begins. */
const requiring = /typeof require\b/

/** @param {{ outdir?: string, minify?: boolean }} how left out: as it is packed */
export async function buildDist({ outdir = join(top, 'dist'), minify = true } = {}) {
  const { build } = await import('esbuild')
  const groups = await groupsOfFiles()
  const how = /** @type {const} */ ({ minify, write: false, metafile: true })
  const built = await Promise.all([
    build({ ...settings(outdir), ...how, plugins: [together(groups)] }),
    build({ ...threadSettings(outdir), ...how }),
  ])
  const idle = asksInVain(built)
  // Last, so that whoever starts from there meanwhile finds the old build for as long as can be.
  rmSync(outdir, { recursive: true, force: true })
  for (const { path, text } of built.flatMap(({ outputFiles }) => outputFiles)) {
    mkdirSync(dirname(path), { recursive: true })
    // A `#!` stays the first line.
    const whole = requiring.test(text) ? text.replace(/^(?:#!.*\n)?/, `$&${requireLine}`) : text
    writeFileSync(path, whole.replace(idle, ''))
  }
  chmodSync(join(outdir, 'earshot.js'), 0o755)
}

/**
 * Matches where a file asks for nothing of what esbuild itself adds. All files do, and it is a file that makes a
 * `require`, which arguments alone need.
 *
 * @param {readonly { metafile: import('esbuild').Metafile }[]} built
 */
function asksInVain(built) {
  const outputs = built.flatMap(({ metafile }) => Object.entries(metafile.outputs))
  const added = outputs.filter(
    ([path, { inputs }]) => path.endsWith('.js') && Object.keys(inputs).length === 0,
  )
  return new RegExp(`import *"[^"]*/(?:${added.map(([path]) => basename(path)).join('|')})";\\n?`, 'g')
}

/**
 * What is loaded at the same moment, as groups that become one file each. esbuild makes a file of what the same commands
 * share, which comes to dozens for each; and a file more is half a millisecond more at each start.
 */
async function groupsOfFiles() {
  const { build } = await import('esbuild')
  const { metafile } = await build({ ...settings('dist'), write: false, metafile: true })
  const outputs = new Map(Object.entries(metafile.outputs))
  /** @param {string} source */
  const chunkOf = source => [...outputs].find(([, { entryPoint }]) => entryPoint === source)?.[0] ?? ''
  /** @param {string} chunk @param {Set<string>} found */
  function addLoaded(chunk, found) {
    if (found.has(chunk)) return found
    found.add(chunk)
    for (const { path, kind } of outputs.get(chunk)?.imports ?? [])
      if (kind === 'import-statement' && outputs.has(path)) addLoaded(path, found)
    return found
  }
  /** @param {string[]} names files of `src` */
  const loadedWith = (...names) => {
    const found = new Set()
    for (const name of names) addLoaded(chunkOf(`src/${name}.ts`), found)
    return found
  }
  const first = loadedWith('cli/entry')
  // Whoever opens a window sees its first frame before anything else is loaded.
  const client = loadedWith('cli/main', 'cli/pick', 'cli/window')
  // A server's thread begins before all else of it is loaded.
  const begin = loadedWith('cli/begin')
  const server = loadedWith('cli/main', 'cli/begin', 'cli/serve')
  const errands = loadedWith('cli/main', 'cli/send', 'cli/tail')
  const conversation = loadedWith('cli/conversation')
  const link = loadedWith('net/secure', 'net/connection', 'net/scram', 'wire/messages')
  const scanner = loadedWith('discovery/scanner')
  const keepers = loadedWith('cli/admin', 'cli/export', 'cli/wipe', 'cli/permissions')
  // A chunk is of the first sort of which it is in all.
  const sorts = [
    [first],
    [begin],
    [client, server],
    [client, errands],
    [client],
    [server, errands],
    [server, conversation],
    [server, link],
    [server, scanner],
    [server, keepers],
    [server],
  ]
  /** @type {string[][]} */
  const groups = sorts.map(() => [])
  for (const chunk of new Set(sorts.flatMap(sort => sort.flatMap(loaded => [...loaded]))))
    groups[sorts.findIndex(sort => sort.every(loaded => loaded.has(chunk)))]?.push(chunk)
  return groups.map(group => {
    const chunks = group.filter(chunk => outputs.get(chunk)?.entryPoint === undefined)
    const sources = chunks.flatMap(chunk => Object.keys(outputs.get(chunk)?.inputs ?? {}))
    return {
      // Packages come with whoever asks for them.
      sources: sources.filter(source => source.startsWith('src/')),
      entries: [...outputs].flatMap(([output, { entryPoint = '' }]) => {
        const loaded = addLoaded(output, new Set())
        return entryPoint.startsWith('src/') && chunks.some(chunk => loaded.has(chunk)) ? [entryPoint] : []
      }),
    }
  })
}

/**
 * Puts the `sources` of each group into one file: each of its `entries` is made to ask for all of them, so they are
 * shared by the very same.
 *
 * @param {readonly { sources: readonly string[], entries: readonly string[] }[]} groups
 * @returns {import('esbuild').Plugin}
 */
const together = groups => ({
  name: 'together',
  setup(build) {
    build.onResolve({ filter: /^earshot:\d+$/ }, ({ path }) => ({ path, namespace: 'group' }))
    build.onLoad({ filter: /^/, namespace: 'group' }, ({ path }) => ({
      contents: (groups[Number(path.slice('earshot:'.length))]?.sources ?? [])
        .map(source => `import ${JSON.stringify(join(top, source))}`)
        .join('\n'),
      resolveDir: top,
    }))
    build.onLoad({ filter: /\.[mc]?[jt]s$/ }, ({ path }) => {
      const asked = groups.flatMap(({ entries }, number) =>
        entries.some(source => join(top, source) === path) ? [`import 'earshot:${number}'`] : [],
      )
      return asked.length > 0
        ? {
            contents: [readFileSync(path, 'utf8'), ...asked, ''].join('\n'),
            loader: extname(path) === '.ts' ? 'ts' : 'js',
          }
        : undefined
    })
  },
})

/** What of each package is in the bundle, in bytes. Nothing is written. */
export async function bundled() {
  const { build } = await import('esbuild')
  const { metafile } = await build({ ...settings('dist'), minify: true, write: false, metafile: true })
  /** @type {Map<string, number>} */
  const packages = new Map()
  for (const { inputs } of Object.values(metafile.outputs))
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]
      if (name !== undefined) packages.set(name, (packages.get(name) ?? 0) + bytesInOutput)
    }
  return packages
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildDist()
