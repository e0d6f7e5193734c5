/**
 * The four files of blessed that are used. They are loaded by `require`, because `import` first scans a file of that
 * kind for names to export: 48 ms instead of 17 on Node 20, before the first picture.
 */
import Module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const load = createRequire(import.meta.url)

const lib = dirname(load.resolve('blessed/lib/tput.js'))

/** A file of blessed's that is asked for and not used is not loaded. */
function leaveOut(name: string, exports: object): void {
  const file = join(lib, name)
  const empty = new Module(file)
  empty.exports = exports
  load.cache[file] = empty
}

/** Three kinds of boxes more. The screen makes a log only for whoever looks for faults in it. */
leaveOut('widgets/log.js', {})

/** Tables and patterns for the text of boxes. Ours has none; what we draw was measured before. */
const never = /(?!)/
leaveOut('unicode.js', { chars: { all: never, combining: never, surrogate: never } })

export const Program: typeof import('blessed/lib/program.js').default = load('blessed/lib/program.js')
export const Screen: typeof import('blessed/lib/widgets/screen.js').default = load(
  'blessed/lib/widgets/screen.js',
)
export const Box: typeof import('blessed/lib/widgets/box.js').default = load('blessed/lib/widgets/box.js')
export const Tput: typeof import('blessed/lib/tput.js').default = load('blessed/lib/tput.js')

/**
 * Of the four hundred sequences of a terminal description a handful is ever sent. Each is made into a function when it
 * is first asked for: all of them at once are a quarter of what is computed before the first picture.
 */
const { _compile: compile } = Tput.prototype
Tput.prototype._compile = function (info, name, value) {
  const made = () => compile.call(this, info, name, value)
  if (typeof value !== 'string') return made()
  let capability: unknown
  return (params: readonly unknown[]): string => {
    capability ??= made()
    return typeof capability === 'function' ? capability(params) : ''
  }
}
