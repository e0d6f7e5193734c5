/**
 * The four files of blessed that are used. They are loaded by `require`, because `import` first scans a file of that
 * kind for names to export: 48 ms instead of 17 on Node 20, before the first picture.
 */
import Module, { createRequire } from 'node:module'

const load = createRequire(import.meta.url)

/**
 * The screen asks for a log, and so for three kinds of boxes more; it makes one only for whoever looks for faults in it.
 */
const log = load.resolve('blessed/lib/widgets/log.js')
load.cache[log] = new Module(log)

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
