/** Linux network namespaces by their names: what runs in them, what they keep on disk, and how they go away again. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'

/** The bounds of this room; hitting one throws. */
const bounds = {
  /** One call of a command. */
  commandMs: 10_000,
  /** What a process inside a namespace gets to leave politely before it is killed. */
  farewellMs: 2_000,
  /** What a killed process gets to be gone. */
  killedMs: 5_000,
  /** Between two looks at whether it is gone. */
  pollMs: 5,
}

/** Each host's own folders live under here, and go with the host. */
const homesFolder = '/run/earshot-lab'

/**
 * Runs a command to its end and returns what it printed.
 * @param {string} command
 * @param {string[]} args
 * @param {string} [input] what it reads from its standard input
 * @returns {string}
 * @throws {Error} with the command and its complaint when it could not run or did not exit with 0
 */
export function call(command, args, input = '') {
  const done = spawnSync(command, args, { encoding: 'utf8', timeout: bounds.commandMs, input })
  if (done.status === 0) return done.stdout
  const complaint =
    done.error?.message ?? (done.stderr.trim() || done.stdout.trim() || `exit code ${done.status}`)
  throw new Error(`“${command} ${args.join(' ')}” failed: ${complaint}`)
}

/**
 * @param {string[]} args
 * @returns {string}
 */
export function ip(...args) {
  return call('ip', args)
}

/**
 * The arguments for `ip` that run a command inside a namespace. `ip` becomes that command, so its process id, its
 * exit code and its signals are the command's own.
 * @param {string} namespace
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {string[]}
 */
export function insideArgs(namespace, command, args) {
  return ['netns', 'exec', namespace, command, ...args]
}

/**
 * Why this process cannot reach network namespaces, as a sentence with what to do; null when it can.
 * @returns {string | null}
 */
export function whyNoNamespaces() {
  if (process.platform !== 'linux') return 'Network namespaces exist on Linux only.'
  if (spawnSync('ip', ['-V']).error) return 'The “ip” command is missing: install iproute2.'
  if (process.getuid?.() !== 0) return 'Network namespaces need root: run this with sudo.'
  return null
}

/** @returns {string[]} the names of all named namespaces, of a lab or not */
export function namespaces() {
  const names = []
  for (const line of ip('netns', 'list').split('\n')) {
    const name = line.split(' ')[0]
    if (name) names.push(name)
  }
  return names
}

/**
 * Where a host's programs keep their files, so that several hosts of one machine are several people.
 * @param {string} namespace
 */
export function homeEnv(namespace) {
  const home = `${homesFolder}/${namespace}`
  return {
    XDG_CONFIG_HOME: `${home}/config`,
    XDG_DATA_HOME: `${home}/data`,
    XDG_STATE_HOME: `${home}/state`,
    XDG_CACHE_HOME: `${home}/cache`,
  }
}

/**
 * Sets a number under /proc/sys, if this kernel has it.
 * @param {string} namespace
 * @param {string} setting
 * @param {number} value
 */
export function setKernel(namespace, setting, value) {
  const script = `if [ -e /proc/sys/${setting} ]; then echo ${value} > /proc/sys/${setting}; fi`
  ip(...insideArgs(namespace, 'sh', ['-c', script]))
}

/**
 * @param {string} namespace
 * @returns {number[]} the ids of its processes
 */
export function processesIn(namespace) {
  const known = spawnSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8', timeout: bounds.commandMs })
  return (known.stdout ?? '').split('\n').filter(Boolean).map(Number)
}

/**
 * Ends every process in a namespace, then removes it with all its devices and folders. A namespace that is already
 * gone is fine.
 * @param {string} namespace
 * @param {'SIGTERM' | 'SIGKILL'} [signal] what its processes hear first
 */
export function removeNamespace(namespace, signal = 'SIGKILL') {
  const startedMs = Date.now()
  const told = new Set()
  for (let pids = processesIn(namespace); pids.length > 0; pids = processesIn(namespace)) {
    const spentMs = Date.now() - startedMs
    if (spentMs > bounds.farewellMs + bounds.killedMs)
      throw new Error(`Processes stay in ${namespace}: ${pids}.`)
    for (const pid of pids) {
      // Once only: many programs take a second SIGTERM for impatience and leave without their farewell.
      if (spentMs > bounds.farewellMs) tell(pid, 'SIGKILL')
      else if (!told.has(pid)) tell(pid, signal)
      told.add(pid)
    }
    // A pause that also works while the process itself is ending, when no timer runs any more.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, bounds.pollMs)
  }
  spawnSync('ip', ['netns', 'del', namespace], { timeout: bounds.commandMs })
  if (namespaces().includes(namespace)) throw new Error(`The namespace ${namespace} could not be removed.`)
  rmSync(`${homesFolder}/${namespace}`, { recursive: true, force: true })
}

/**
 * @param {number} pid
 * @param {'SIGTERM' | 'SIGKILL'} signal
 */
function tell(pid, signal) {
  try {
    process.kill(pid, signal)
  } catch {
    // It left by itself in the meantime.
  }
}
