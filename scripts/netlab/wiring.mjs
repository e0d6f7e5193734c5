/** Builds networks out of Linux network namespaces: switches, hosts and the cables between them. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { homeEnv, insideArgs, ip, removeNamespace, setKernel, whyNoNamespaces } from './namespace.mjs'

// Everything lives inside namespaces, the switches too: the machine's own network gains no device, no route and
// no address, so a lab cannot disturb it and a broadcast in a lab cannot leave it.

/** The bounds of this room; at `stateMs` a lab gives up and throws. */
const bounds = {
  /** Waiting for a cable or an address to reach the state that was asked for. */
  stateMs: 5_000,
  /** Between two looks at such a state. */
  pollMs: 5,
}

/** The one bridge device inside a switch's namespace. */
const bridgeDevice = 'lan'

/**
 * Why no lab can be built on this machine, found out by trying; null when one can.
 * @param {string} probeName a free namespace name, used for a moment
 * @returns {string | null}
 */
export function whyNoLab(probeName) {
  const reason = whyNoNamespaces()
  if (reason !== null) return reason
  try {
    addSwitch(probeName)
    ip('-n', probeName, 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'other')
    return null
  } catch (problem) {
    return `This machine refuses network namespaces: ${problem instanceof Error ? problem.message : problem}`
  } finally {
    removeNamespace(probeName)
  }
}

/**
 * A namespace holding one switch. It forwards at once and floods multicast everywhere, as a plain home switch does.
 * @param {string} namespace
 */
export function addSwitch(namespace) {
  ip('netns', 'add', namespace)
  setKernel(namespace, 'net/ipv6/conf/default/disable_ipv6', 1)
  const plain = ['stp_state', '0', 'forward_delay', '0', 'mcast_snooping', '0']
  ip('-n', namespace, 'link', 'add', bridgeDevice, 'type', 'bridge', ...plain)
  ip('-n', namespace, 'link', 'set', bridgeDevice, 'up')
}

/**
 * A namespace that is a computer without a network card: it has its loopback and its own folders.
 * @param {string} namespace
 */
export function addHost(namespace) {
  ip('netns', 'add', namespace)
  checkDoubles(namespace, 'default', false)
  ip('-n', namespace, 'link', 'set', 'lo', 'up')
  for (const folder of Object.values(homeEnv(namespace))) mkdirSync(folder, { recursive: true })
}

/**
 * Whether the system asks the network if somebody else has an IPv6 address that has just come; until the answer, a second
 * or two later, it cannot be used.
 * @param {string} host
 * @param {string} dev the network card; `default` for all to come
 * @param {boolean} on
 */
export function checkDoubles(host, dev, on) {
  setKernel(host, `net/ipv6/conf/${dev}/accept_dad`, on ? 1 : 0)
}

/**
 * @typedef {object} Cable
 * @property {string} host the host's namespace
 * @property {string} dev the network card in the host, such as eth0
 * @property {string} bridge the switch's namespace
 * @property {string} port the device in the switch, at most 15 characters
 */

/**
 * Connects a host to a switch and waits until frames can pass and every address can be used.
 * @param {Cable} cable
 * @param {readonly string[]} cidrs such as 10.77.1.11/24 or fd00::11/64
 * @returns {Promise<void>}
 */
export async function connect(cable, cidrs) {
  const { host, dev, bridge, port } = cable
  ip('-n', bridge, 'link', 'add', port, 'type', 'veth', 'peer', 'name', dev, 'netns', host)
  ip('-n', bridge, 'link', 'set', port, 'master', bridgeDevice, 'up')
  for (const cidr of cidrs) changeAddress('add', host, dev, cidr)
  ip('-n', host, 'link', 'set', dev, 'up')
  await waitForCable(cable, true)
}

/**
 * Adds or removes one address; the broadcast address follows from the mask.
 * @param {'add' | 'del'} change
 * @param {string} host
 * @param {string} dev
 * @param {string} cidr
 */
export function changeAddress(change, host, dev, cidr) {
  const extra = change === 'del' ? [] : cidr.includes(':') ? ['nodad'] : broadcasts(cidr) ? ['brd', '+'] : []
  ip('-n', host, 'addr', change, cidr, ...extra, 'dev', dev)
}

/**
 * Pulls the cable out at the switch or puts it back, and waits until the host has noticed.
 * @param {Cable} cable
 * @param {boolean} plugged
 * @returns {Promise<void>}
 */
export async function setPlugged(cable, plugged) {
  ip('-n', cable.bridge, 'link', 'set', cable.port, plugged ? 'up' : 'down')
  await waitForCable(cable, plugged)
}

/**
 * What the host knows of one of its network cards.
 * @param {string} host
 * @param {string} dev
 * @returns {{ running: boolean, addresses: string[], tentative: boolean }} `running` as `os.networkInterfaces()`
 *   sees it; addresses as CIDR
 */
export function cardState(host, dev) {
  const [card] = JSON.parse(ip('-n', host, '-json', 'addr', 'show', 'dev', dev))
  /** @type {{ local: string, prefixlen: number, tentative?: boolean }[]} */
  const known = card.addr_info
  return {
    running: card.flags.includes('LOWER_UP') && card.operstate === 'UP',
    addresses: known.map(address => `${address.local}/${address.prefixlen}`),
    tentative: known.some(address => address.tentative === true),
  }
}

/**
 * @param {string} bridge the switch's namespace
 * @returns {string[]} its ports
 */
export function portsOf(bridge) {
  /** @type {{ ifname?: string }[]} */
  const ports = JSON.parse(ip('-n', bridge, '-json', 'link', 'show', 'type', 'veth') || '[]')
  return ports.flatMap(port => port.ifname ?? [])
}

/**
 * Takes a cable out for good; one that is already gone is fine.
 * @param {string} bridge the switch's namespace
 * @param {string} port
 */
export function removePort(bridge, port) {
  spawnSync('ip', ['-n', bridge, 'link', 'del', port])
  if (portsOf(bridge).includes(port)) throw new Error(`The port ${port} of ${bridge} could not be removed.`)
}

/**
 * Asks again and again until the answer is yes.
 * @param {string} what is awaited, for the error
 * @param {() => boolean} reached
 * @returns {Promise<void>}
 */
async function waitUntil(what, reached) {
  const startedMs = Date.now()
  while (!reached()) {
    if (Date.now() - startedMs > bounds.stateMs)
      throw new Error(`Waited ${bounds.stateMs} ms in vain: ${what}.`)
    await delay(bounds.pollMs)
  }
}

/**
 * @param {Cable} cable
 * @param {boolean} plugged
 */
async function waitForCable({ host, dev }, plugged) {
  // A kernel without IPv6 never brings a link-local address, so waiting for one would be waiting for ever.
  const linkLocal =
    spawnSync('ip', insideArgs(host, 'test', ['-e', `/proc/sys/net/ipv6/conf/${dev}`])).status === 0
  await waitUntil(`${dev} of ${host} ${plugged ? 'plugged in' : 'unplugged'}`, () => {
    const { running, addresses, tentative } = cardState(host, dev)
    if (!plugged) return !running
    return running && !tentative && (!linkLocal || addresses.some(address => address.startsWith('fe80:')))
  })
}

/** @param {string} cidr */
function broadcasts(cidr) {
  return Number(cidr.split('/')[1] ?? 32) < 31
}
