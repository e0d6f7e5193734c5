/** The targets and what runs them as plain JavaScript: without the loader’s wrappings they run at their own speed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

export interface Bundle {
  /** What is started for each target. */
  readonly process: string
  readonly targets: string
  remove(): void
}

/** Where it is installed: a bundle elsewhere would not find it by its name. */
const libsql: Plugin = {
  name: 'libsql',
  setup({ onResolve }) {
    onResolve({ filter: /^libsql$/ }, () => {
      try {
        return { path: createRequire(import.meta.url).resolve('libsql'), external: true }
      } catch {
        return { path: 'libsql', external: true }
      }
    })
  },
}

export async function bundle(): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-fuzz-'))
  await build({
    absWorkingDir: here('../..'),
    entryPoints: { process: here('process.ts'), targets: here('targets.ts') },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.12',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    plugins: [libsql],
    logLevel: 'warning',
  })
  return {
    process: join(folder, 'process.mjs'),
    targets: join(folder, 'targets.mjs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
