/** Bundles src/cli into dist: one small entry, one lazy chunk a command; the three mandated packages stay outside. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const top = fileURLToPath(new URL('..', import.meta.url))

/** @param {string} outdir */
function settings(outdir) {
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'))
  return /** @type {const} @satisfies {import('esbuild').BuildOptions} */ ({
    absWorkingDir: top,
    // The store’s thread is started from its own file; `store/thread.ts` knows it by this name.
    entryPoints: { earshot: 'src/cli/entry.ts', 'chunks/history': 'src/store/worker.ts' },
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

/** Bundled CommonJS (commander) asks for node's own modules by `require`, which ESM lacks, and which takes time to make. */
const requireLine =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);\n"
/** How esbuild's own stand-in for it begins. */
const requiring = /typeof require\b/

/** @param {{ outdir?: string, minify?: boolean }} how left out: as it is packed */
export async function buildDist({ outdir = join(top, 'dist'), minify = true } = {}) {
  const { build } = await import('esbuild')
  const common = await commonToAll()
  rmSync(outdir, { recursive: true, force: true })
  const { outputFiles } = await build({
    ...settings(outdir),
    minify,
    write: false,
    plugins: [together(common)],
  })
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true })
    // A `#!` stays the first line.
    writeFileSync(path, requiring.test(text) ? text.replace(/^(?:#!.*\n)?/, `$&${requireLine}`) : text)
  }
  chmodSync(join(outdir, 'earshot.js'), 0o755)
}

/**
 * What both a server and a client begin with, and which files are loaded by themselves. esbuild makes a file of what the
 * same commands share, which comes to dozens for each; and a file more is half a millisecond more at each start.
 */
async function commonToAll() {
  const { build } = await import('esbuild')
  const { metafile } = await build({ ...settings('dist'), write: false, metafile: true })
  const outputs = new Map(Object.entries(metafile.outputs))
  /** @param {string} source */
  const chunkOf = source => [...outputs].find(([, { entryPoint }]) => entryPoint === source)?.[0] ?? ''
  /** @param {string} chunk @param {Set<string>} found */
  function loadedWith(chunk, found = new Set()) {
    if (found.has(chunk)) return found
    found.add(chunk)
    for (const { path, kind } of outputs.get(chunk)?.imports ?? [])
      if (kind === 'import-statement' && outputs.has(path)) loadedWith(path, found)
    return found
  }
  const first = loadedWith(chunkOf('src/cli/entry.ts'))
  const ofServer = loadedWith(chunkOf('src/cli/serve.ts'), loadedWith(chunkOf('src/cli/main.ts')))
  const ofClient = loadedWith(chunkOf('src/cli/pick.ts'), loadedWith(chunkOf('src/cli/main.ts')))
  const shared = [...ofServer].filter(
    chunk => ofClient.has(chunk) && !first.has(chunk) && outputs.get(chunk)?.entryPoint === undefined,
  )
  const entries = [...outputs.values()].flatMap(({ entryPoint }) => entryPoint ?? [])
  const sources = shared.flatMap(chunk => Object.keys(outputs.get(chunk)?.inputs ?? {}))
  return {
    // Packages come with whoever asks for them.
    sources: sources.filter(source => source.startsWith('src/')),
    // The first file answers `--version` without all this, and the store's thread needs little of it.
    entries: entries.filter(source => source !== 'src/cli/entry.ts' && source !== 'src/store/worker.ts'),
  }
}

/**
 * Puts `sources` into one file: each of `entries` is made to ask for all of them, so they are shared by the very same.
 *
 * @param {{ sources: readonly string[], entries: readonly string[] }} common
 * @returns {import('esbuild').Plugin}
 */
const together = ({ sources, entries }) => ({
  name: 'together',
  setup(build) {
    const asking = entries.map(source => join(top, source))
    build.onResolve({ filter: /^earshot:common$/ }, ({ path }) => ({ path, namespace: 'common' }))
    build.onLoad({ filter: /^/, namespace: 'common' }, () => ({
      contents: sources.map(source => `import ${JSON.stringify(join(top, source))}`).join('\n'),
      resolveDir: top,
    }))
    build.onLoad({ filter: /\.[mc]?[jt]s$/ }, ({ path }) =>
      asking.includes(path)
        ? {
            contents: `${readFileSync(path, 'utf8')}\nimport 'earshot:common'\n`,
            loader: extname(path) === '.ts' ? 'ts' : 'js',
          }
        : undefined,
    )
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
