/** A network of the test's own: hosts and switches in namespaces, which the test plugs, unplugs and throws away. */
import { execFile } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { homeEnv, insideArgs, namespaces, removeNamespace } from '../../scripts/netlab/namespace.mjs'
import {
  addHost,
  addSwitch,
  type Cable,
  changeAddress,
  checkDoubles,
  connect,
  removePort,
  setPlugged,
  whyNoLab,
} from '../../scripts/netlab/wiring.mjs'
import { patienceMs } from '../patience.ts'
import { type FirewallKind, firewallTool, setFirewall } from './firewall.ts'
import { type Running, startRunning } from './running.ts'

// Nothing outside a lab hears what happens in it: programs under test that broadcast run here and nowhere else.

export type { Running } from './running.ts'

/** The bounds of a lab. */
const bounds = { runMs: patienceMs, outputBytesMax: 16 * 1024 * 1024 }

/** Names of namespaces begin with this and the process's id, so that labs of several processes never meet. */
const prefix = 'ear'
const repository = fileURLToPath(new URL('../..', import.meta.url))

type Link = {
  /** The name of a switch of this lab. */
  bridge: string
  /** Addresses with masks, IPv4 or IPv6. None: only the IPv6 link-local address that comes by itself. */
  cidr?: string | readonly string[]
  /** The network card's name; eth0, eth1, … unless told otherwise. */
  dev?: string
}

type StartOptions = { env?: Record<string, string>; cwd?: string }

type RunResult = { code: number; stdout: string; stderr: string }

export type Host = {
  readonly name: string
  /** The namespace, as `ip netns` knows it. */
  readonly namespace: string
  /** Runs a command to its end. Rejects when it cannot be started or takes longer than `timeoutMs` (a minute). */
  run(
    command: string,
    args: readonly string[],
    options?: StartOptions & { timeoutMs?: number },
  ): Promise<RunResult>
  /** Starts a command and goes on; it is killed with the host at the latest, and after `lifetimeMs` (4 min). */
  spawn(command: string, args: readonly string[], options?: StartOptions & { lifetimeMs?: number }): Running
  /** Starts a TypeScript or JavaScript file with this Node. */
  node(
    scriptPath: string,
    args?: readonly string[],
    options?: StartOptions & { lifetimeMs?: number },
  ): Running
  /** Pulls the cable of a card (the first, unless told otherwise): resolves when the card has lost its carrier. */
  unplug(dev?: string): Promise<void>
  /** Puts the cable back: resolves when the card works again, its IPv6 link-local address included. */
  plug(dev?: string): Promise<void>
  /** Whether an IPv6 address that comes can be used at once, as is usual here, or is first checked, as on a real machine. */
  checkDoubles(on: boolean, dev?: string): void
  addAddress(cidr: string, dev?: string): void
  removeAddress(cidr: string, dev?: string): void
  /** Sets the firewall for what comes in; see `firewallAvailable`. */
  firewall(kind: FirewallKind, openTcpPorts?: readonly number[]): void
  /** Kills what runs in the host and removes it. */
  close(): Promise<void>
}

export type Lab = {
  /** Adds a switch. */
  bridge(name: string): void
  /** Adds a host and plugs it in; resolves when all its links work. */
  host(name: string, links: readonly Link[]): Promise<Host>
  /** Removes everything, whatever state it is in; may be called again. */
  close(): Promise<void>
}

/** Everything this process has built and not yet removed. */
const standing = new Set<string>()
let labCount = 0
let unavailable: string | null | undefined

/**
 * Null when labs can be built here, else the reason to skip: `test(name, { skip: labAvailable() ?? false }, …)`.
 * Throws on a Linux with CI=true that cannot build one, for there a skip would go unseen.
 */
export function labAvailable(): string | null {
  if (unavailable === undefined) unavailable = whyNoLab(`${prefix}${process.pid}-probe`)
  if (unavailable !== null && process.env.CI === 'true' && process.platform === 'linux')
    throw new Error(unavailable)
  return unavailable
}

/** Null when `Host.firewall` works here, else the reason to skip. */
export function firewallAvailable(): string | null {
  const reason = labAvailable()
  if (reason !== null) return reason
  if (firewallTool() === null) return 'Neither nft nor iptables is installed.'
  const probe = `${prefix}${process.pid}-probe`
  try {
    addHost(probe)
    setFirewall(probe, 'replies-only', [])
    return null
  } catch (problem) {
    return `This machine refuses firewall rules: ${problem instanceof Error ? problem.message : problem}`
  } finally {
    removeNamespace(probe)
  }
}

/** An empty lab. The first one of a process also clears away what dead processes have left behind. */
export function createLab(): Lab {
  const reason = labAvailable()
  if (reason !== null) throw new Error(reason)
  labCount++
  if (labCount === 1) {
    removeLeftovers()
    // A test that ends the process without closing its lab still leaves nothing.
    process.on('exit', () => removeAll([...standing]))
  }
  const labPrefix = `${prefix}${process.pid}-${labCount}-`
  const bridges = new Map<string, string>()
  const hosts = new Map<string, Host>()
  let portCount = 0

  function claim(kind: string, name: string): string {
    const namespace = `${labPrefix}${kind}-${name}`
    if (standing.has(namespace)) throw new Error(`The lab has a ${kind} “${name}” already.`)
    standing.add(namespace)
    return namespace
  }

  function cableOf(namespace: string, link: Link, index: number): Cable {
    const bridge = bridges.get(link.bridge)
    if (!bridge) throw new Error(`The lab has no bridge “${link.bridge}”.`)
    portCount++
    return { host: namespace, dev: link.dev ?? `eth${index}`, bridge, port: `port${portCount}` }
  }

  return {
    bridge(name) {
      const namespace = claim('bridge', name)
      addSwitch(namespace)
      bridges.set(name, namespace)
    },
    async host(name, links) {
      const namespace = claim('host', name)
      addHost(namespace)
      const cables: Cable[] = []
      for (const [index, link] of links.entries()) {
        const cable = cableOf(namespace, link, index)
        cables.push(cable)
        await connect(cable, typeof link.cidr === 'string' ? [link.cidr] : (link.cidr ?? []))
      }
      const host = createHost(name, namespace, cables, () => hosts.delete(name))
      hosts.set(name, host)
      return host
    },
    async close() {
      for (const host of [...hosts.values()]) await host.close()
      removeAll([...standing].filter(namespace => namespace.startsWith(labPrefix)))
      bridges.clear()
    },
  }
}

function createHost(name: string, namespace: string, cables: readonly Cable[], onClosed: () => void): Host {
  const started = new Set<Running>()

  function cableAt(dev: string | undefined): Cable {
    const cable = dev === undefined ? cables[0] : cables.find(one => one.dev === dev)
    if (!cable) throw new Error(`The host “${name}” has no network card “${dev ?? 'eth0'}”.`)
    return cable
  }

  function surroundings(options: StartOptions): { env: NodeJS.ProcessEnv; cwd: string } {
    const env: NodeJS.ProcessEnv = { ...process.env, ...homeEnv(namespace), ...options.env }
    // With it, a program that tests things itself would report to our own test runner.
    delete env.NODE_TEST_CONTEXT
    return { env, cwd: options.cwd ?? repository }
  }

  function spawn(
    command: string,
    args: readonly string[],
    options: StartOptions & { lifetimeMs?: number } = {},
  ) {
    const place = { ...surroundings(options), lifetimeMs: options.lifetimeMs }
    const running = startRunning('ip', insideArgs(namespace, command, args), place)
    started.add(running)
    void running.exited.then(() => started.delete(running))
    return running
  }

  return {
    name,
    namespace,
    spawn,
    run(command, args, options = {}) {
      const timeoutMs = options.timeoutMs ?? bounds.runMs
      const place = { ...surroundings(options), maxBuffer: bounds.outputBytesMax, encoding: 'utf8' as const }
      return new Promise((resolve, reject) => {
        const whole = insideArgs(namespace, command, args)
        const limits = { timeout: timeoutMs, killSignal: 'SIGKILL' as const }
        const child = execFile('ip', whole, { ...place, ...limits }, (problem, stdout, stderr) => {
          if (problem && (problem.killed || typeof problem.code === 'string'))
            return reject(
              new Error(
                `“${command}” on ${name} took over ${timeoutMs} ms or failed: ${problem.message}\n${stdout}${stderr}`,
              ),
            )
          const signal = child.signalCode
          resolve({ code: child.exitCode ?? 128 + (signal ? constants.signals[signal] : 0), stdout, stderr })
        })
        child.stdin?.end()
      })
    },
    node(scriptPath, args = [], options = {}) {
      return spawn(process.execPath, ['--import', 'tsx', scriptPath, ...args], options)
    },
    checkDoubles: (on, dev) => checkDoubles(namespace, cableAt(dev).dev, on),
    async unplug(dev) {
      await setPlugged(cableAt(dev), false)
    },
    async plug(dev) {
      await setPlugged(cableAt(dev), true)
    },
    addAddress(cidr, dev) {
      changeAddress('add', namespace, cableAt(dev).dev, cidr)
    },
    removeAddress(cidr, dev) {
      changeAddress('del', namespace, cableAt(dev).dev, cidr)
    },
    firewall(kind, openTcpPorts = []) {
      setFirewall(namespace, kind, openTcpPorts)
    },
    async close() {
      if (!standing.has(namespace)) return
      for (const running of started) running.kill('SIGKILL')
      // The kernel clears a removed namespace in its own time; unplugged here, the switch forgets the host at once.
      for (const { bridge, port } of cables) if (standing.has(bridge)) removePort(bridge, port)
      removeAll([namespace])
      onClosed()
      await Promise.all([...started].map(running => running.exited))
    },
  }
}

/** Removes all it can, then throws the first trouble if there was one. */
function removeAll(names: readonly string[]): void {
  const troubles: unknown[] = []
  for (const name of names) {
    try {
      removeNamespace(name)
      standing.delete(name)
    } catch (problem) {
      troubles.push(problem)
    }
  }
  if (troubles.length > 0) throw troubles[0]
}

function removeLeftovers(): void {
  for (const name of namespaces()) {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1] ?? Number.NaN)
    if (!Number.isNaN(pid) && (pid === process.pid || !alive(pid))) removeNamespace(name)
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (problem) {
    return (problem as NodeJS.ErrnoException).code === 'EPERM'
  }
}
