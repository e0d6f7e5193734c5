/** `node scripts/netlab.mjs`: a network of several hosts on one Linux machine, to try Earshot out on, by hand. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { parseArgs } from 'node:util'
import {
  homeEnv,
  insideArgs,
  ip,
  namespaces,
  processesIn,
  removeNamespace,
  whyNoNamespaces,
} from './netlab/namespace.mjs'
import {
  addHost,
  addSwitch,
  cardState,
  connect,
  portsOf,
  removePort,
  setPlugged,
  whyNoLab,
} from './netlab/wiring.mjs'

const usage = `A network of several hosts on this machine, made of Linux network namespaces. Needs root.

  node scripts/netlab.mjs up [--hosts 2] [--subnets 2]   builds it: so many hosts on each of so many networks
  node scripts/netlab.mjs run HOST -- COMMAND…           runs a command on a host
  node scripts/netlab.mjs shell HOST                     opens a shell on a host
  node scripts/netlab.mjs unplug HOST [CARD]             pulls its network cables out, or one of them
  node scripts/netlab.mjs plug HOST [CARD]               puts them back
  node scripts/netlab.mjs status                         shows the hosts, their addresses and what runs there
  node scripts/netlab.mjs down                           ends all that runs there and removes everything
`

/** What the command line may ask for. */
const limits = { hosts: 50, subnets: 9 }

/** The host with a card on every network. */
const multiHomed = 'earshot-both'
const ours = /^earshot(?:\d+|-lan\d+|-both)$/
const isSwitch = (/** @type {string} */ name) => name.startsWith('earshot-lan')

/** A mistake of the caller: told in one sentence, without a stack. */
class Refusal extends Error {}

/**
 * @typedef {object} Plan
 * @property {string[]} switches
 * @property {Map<string, { bridge: string, cidr: string }[]>} hosts
 */

/**
 * Who stands where. A port in a switch bears the name of the host it leads to.
 * @param {number} hostsPerSubnet
 * @param {number} subnets
 * @returns {Plan}
 */
function planOf(hostsPerSubnet, subnets) {
  /** @type {Plan} */
  const plan = { switches: [], hosts: new Map() }
  const everywhere = []
  for (let subnet = 1; subnet <= subnets; subnet++) {
    const bridge = `earshot-lan${subnet}`
    plan.switches.push(bridge)
    everywhere.push({ bridge, cidr: `10.77.${subnet}.5/24` })
    for (let seat = 1; seat <= hostsPerSubnet; seat++)
      plan.hosts.set(`earshot${plan.hosts.size + 1}`, [{ bridge, cidr: `10.77.${subnet}.${10 + seat}/24` }])
  }
  if (subnets > 1) plan.hosts.set(multiHomed, everywhere)
  return plan
}

function standing() {
  const names = namespaces().filter(name => ours.test(name))
  return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/** @param {string[]} args */
async function up(args) {
  const { values } = readOptions(args)
  const plan = planOf(count('hosts', values.hosts), count('subnets', values.subnets))
  const reason = whyNoLab(`ear${process.pid}-probe`)
  if (reason !== null) throw new Refusal(reason)
  stayOutside()
  const planned = [...plan.switches, ...plan.hosts.keys()]
  const present = standing()
  const fits = present.every(name => planned.includes(name) && !misplaced(name, plan.hosts.get(name)))
  if (!fits) throw new Refusal('Another lab is up. First remove it: node scripts/netlab.mjs down')
  for (const bridge of plan.switches) if (!present.includes(bridge)) addSwitch(bridge)
  for (const [host, links] of plan.hosts) {
    if (present.includes(host) && complete(host, links)) continue
    // What a half-built or half-removed host has left would be in the way.
    for (const { bridge } of links) removePort(bridge, host)
    removeNamespace(host)
    addHost(host)
    for (const [index, { bridge, cidr }] of links.entries())
      await connect({ host, dev: `eth${index}`, bridge, port: host }, [cidr])
  }
  status()
  process.stdout.write(`
Now, in a terminal each:
  node scripts/netlab.mjs run earshot1 -- npm start -- serve
  node scripts/netlab.mjs run earshot2 -- npm start
Pull a cable: node scripts/netlab.mjs unplug earshot1
Remove it all: node scripts/netlab.mjs down
`)
}

/**
 * Whether a host stands on a network where the plan does not have it: the lab was built with other numbers.
 * @param {string} host
 * @param {{ bridge: string }[]} [links]
 */
function misplaced(host, links = []) {
  return cablesOf(host).some(cable => !links.some(({ bridge }) => bridge === cable.bridge))
}

/**
 * Whether an earlier `up` got to the end with this host; a host that was unplugged since is complete too.
 * @param {string} host
 * @param {{ bridge: string, cidr: string }[]} links
 */
function complete(host, links) {
  return links.every(({ bridge, cidr }, index) => {
    if (!portsOf(bridge).includes(host)) return false
    return cardState(host, `eth${index}`).addresses.includes(cidr)
  })
}

function down() {
  stayOutside()
  // Hosts before switches, so that what says good-bye to the network can still be heard.
  const names = standing().sort((a, b) => Number(isSwitch(a)) - Number(isSwitch(b)))
  for (const name of names) removeNamespace(name, 'SIGTERM')
  process.stdout.write(names.length === 0 ? 'No lab was up.\n' : 'The lab is gone.\n')
}

function status() {
  const hosts = standing().filter(name => !isSwitch(name))
  if (hosts.length === 0) process.stdout.write('No lab is up. Build one: node scripts/netlab.mjs up\n')
  for (const host of hosts) {
    const cards = cablesOf(host).map(({ dev, bridge }) => {
      const { running, addresses } = cardState(host, dev)
      const place = bridge.replace('earshot-', '')
      return `${dev} on ${place} ${addresses.join(' ')}${running ? '' : ' (unplugged)'}`
    })
    const busy = processesIn(host).length
    process.stdout.write(
      `${host.padEnd(13)}${cards.join('; ')}; ${busy} ${busy === 1 ? 'process' : 'processes'}\n`,
    )
  }
}

/**
 * @param {string[]} args
 * @param {boolean} plugged
 */
async function changePlug([host, card], plugged) {
  const cables = cablesOf(known(host)).filter(({ dev }) => card === undefined || dev === card)
  if (cables.length === 0) throw new Refusal(`${host} has no network card “${card}”.`)
  for (const cable of cables) await setPlugged(cable, plugged)
}

/**
 * @param {string} host
 * @returns {import('./netlab/wiring.mjs').Cable[]}
 */
function cablesOf(host) {
  const bridges = standing().filter(name => isSwitch(name) && portsOf(name).includes(host))
  return bridges.map((bridge, index) => ({ host, dev: `eth${index}`, bridge, port: host }))
}

/**
 * Runs a command on a host in this very terminal and leaves with its exit code.
 * @param {string | undefined} host
 * @param {string[]} command
 */
async function run(host, [command, ...args]) {
  const namespace = known(host)
  if (command === undefined) throw new Refusal('Which command? node scripts/netlab.mjs run HOST -- COMMAND…')
  // The terminal sends Ctrl-C to the command as well; whether that ends anything is for the command to say.
  process.on('SIGINT', () => {})
  const env = { ...process.env, ...homeEnv(namespace) }
  const child = spawn('ip', insideArgs(namespace, command, args), { stdio: 'inherit', env })
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal))
  await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0)
      resolve(null)
    })
  })
}

/** Inside a lab host, another lab would be built inside it, and removing the lab would end this process. */
function stayOutside() {
  const here = ip('netns', 'identify', `${process.pid}`).trim()
  if (ours.test(here)) throw new Refusal(`This shell is on ${here}: leave it first, with exit.`)
}

/** @param {string | undefined} host */
function known(host) {
  const hosts = standing().filter(name => !isSwitch(name))
  if (hosts.length === 0) throw new Refusal('No lab is up. Build one: node scripts/netlab.mjs up')
  if (host !== undefined && hosts.includes(host)) return host
  throw new Refusal(`Which host? There are ${hosts.join(', ')}.`)
}

/** @param {string[]} args */
function readOptions(args) {
  try {
    return parseArgs({ args, options: { hosts: { type: 'string' }, subnets: { type: 'string' } } })
  } catch (problem) {
    throw new Refusal(problem instanceof Error ? problem.message : String(problem))
  }
}

/**
 * @param {keyof typeof limits} option
 * @param {string} [given]
 */
function count(option, given = '2') {
  const number = Number(given)
  if (Number.isInteger(number) && number >= 1 && number <= limits[option]) return number
  throw new Refusal(`--${option} takes a number from 1 to ${limits[option]}, not “${given}”.`)
}

/** @param {string[]} args */
async function main([verb, ...rest]) {
  if (verb === undefined || verb === 'help' || verb === '--help') return void process.stdout.write(usage)
  if (!['up', 'down', 'status', 'run', 'shell', 'plug', 'unplug'].includes(verb))
    throw new Refusal(`There is no “${verb}” here.\n\n${usage}`)
  const reason = whyNoNamespaces()
  if (reason !== null) throw new Refusal(reason)
  if (verb === 'up') return up(rest)
  if (verb === 'down') return down()
  if (verb === 'status') return status()
  if (verb === 'plug' || verb === 'unplug') return changePlug(rest, verb === 'plug')
  if (verb === 'shell') return run(rest[0], [process.env.SHELL || 'sh'])
  return run(rest[0], rest[1] === '--' ? rest.slice(2) : rest.slice(1))
}

// Piped into something like head that stops reading: the rest is not wanted, and that is no error.
process.stdout.on('error', () => {})
try {
  await main(process.argv.slice(2))
} catch (problem) {
  if (!(problem instanceof Refusal)) throw problem
  process.stderr.write(`${problem.message}\n`)
  process.exitCode = 2
}
