/** Bundles src/cli into dist: one small entry, one lazy chunk a command; the three mandated packages stay outside. */
import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
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
    // Bundled CommonJS (commander) asks for node's own modules by `require`, which ESM lacks.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    legalComments: 'linked',
    logLevel: 'warning',
  })
}

/** @param {{ outdir?: string, minify?: boolean }} how left out: as it is packed */
export async function buildDist({ outdir = join(top, 'dist'), minify = true } = {}) {
  const { build } = await import('esbuild')
  rmSync(outdir, { recursive: true, force: true })
  await build({ ...settings(outdir), minify })
  chmodSync(join(outdir, 'earshot.js'), 0o755)
}

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
