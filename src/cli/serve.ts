/** `earshot serve`: a server without a screen, for people or (`--json`) for scripts. */
import { resolve } from 'node:path'
import { cleanLine } from '../base/clean.ts'
import { fold } from '../base/fold.ts'
import { isOwnHost } from '../base/network.ts'
import { formatTarget } from '../base/target.ts'
import { dayLabel, timeLabel } from '../client/labels.ts'
import { bounds as discovery } from '../discovery/bounds.ts'
import { createAdmin } from '../server/admin.ts'
import type { ServerEvent } from '../server/events.ts'
import type { Plaintext } from '../server/plaintext.ts'
import { type Server, startServer } from '../server/server.ts'
import { adjusted } from '../wire/adjusted.ts'
import { bounds } from './bounds.ts'
import { bug, bugInJson, exitOnBug } from './bug.ts'
import { type Keep, serverName } from './commands.ts'
import { deedText } from './deedText.ts'
import { listening } from './listening.ts'
import { ownName } from './machine.ts'
import type { Given } from './main.ts'
import { openMemory } from './memory.ts'
import { createLog, logTrouble } from './orderFiles.ts'
import { goOnUnread } from './output.ts'
import { openPermissions } from './permissions.ts'
import { passwordOf } from './protecting.ts'
import { joinLines, movedText, whoSees } from './reached.ts'
import { complain } from './saying.ts'
import type { Served } from './served.ts'
import { onSignal } from './signals.ts'

export async function run({ options }: Given): Promise<number> {
  exitOnBug(options.json === true ? bugInJson : bug)
  goOnUnread()
  const { discoveryPort, interfaces } = listening(options)
  if (options.announce === false && options.quiet === true) {
    complain(
      '--quiet answers those who ask and --no-announce answers nobody: give one of the two. Neither makes this program say less.',
    )
    return 2
  }
  const unwritable = typeof options.log === 'string' && options.log !== '-' ? logTrouble(options.log) : null
  if (unwritable !== null) {
    complain(`The log ${options.log} cannot be written: ${unwritable}. Give another with --log.`)
    return 1
  }
  const log = createEventLog(options.log)
  const shown = options.json === true ? sayJson : createTextLog()
  const say = calmly(event => {
    shown(event)
    log(event)
  })
  const wrong = metricsTrouble(options)
  if (wrong !== null) {
    complain(wrong)
    return 2
  }
  const name = typeof options.name === 'string' ? options.name : ownName()
  if (serverName(name) !== name)
    say({
      event: 'trouble',
      text: `the name is longer than the ${discovery.nameCellsMax} columns it has in a list, where it is “${serverName(name)}”`,
    })
  const { limits, isLifted, changed } = adjusted(
    Array.isArray(options.limits) ? options.limits.map(String) : [],
  )
  const opened = await openMemory(
    typeof options.data === 'string' ? options.data : null,
    { name: serverName(name), isNamed: typeof options.name === 'string', isOpen: false },
    options.memory === true,
    limits,
    isKeep(options.keep) ? options.keep : null,
  )
  if (!opened.ok) {
    complain(opened.text)
    return 1
  }
  const { memory } = opened
  const { history } = memory
  const guarded = await passwordOf(options, memory.folder)
  if (!guarded.ok) {
    complain(guarded.text)
    await history.store.close()
    memory.release()
    return 1
  }
  for (const text of [...memory.troubles, ...openPermissions(options.data)]) say({ event: 'trouble', text })
  if (options.memory === true && isKeep(options.keep))
    say({ event: 'trouble', text: '--keep does nothing with --memory: nothing outlives this run' })
  const motd = typeof options.motd === 'string' ? cleanLine(options.motd) : ''
  const forgets =
    history.durable || options.memory === true ? '' : 'What is said here is not kept beyond this run.'
  // Before anybody can know that it runs: a signal that comes early is no reason to die without a farewell.
  const told = untilTold()
  const started = await startServer({
    id: memory.id,
    identity: memory.identity,
    verifier: guarded.verifier,
    plaintext: isPlaintext(options.plaintext) ? options.plaintext : null,
    name: serverName(name),
    motd: [motd, forgets].filter(text => text !== '').join(' '),
    host: typeof options.host === 'string' ? options.host : null,
    port: typeof options.port === 'number' ? options.port : null,
    discoveryPort,
    interfaces,
    announce: options.announce === false ? 'never' : options.quiet === true ? 'when-asked' : 'always',
    announceLegacy: options.announceLegacy === true,
    history,
    order: memory.order,
    limits,
    onEvent(event) {
      if (event.event === 'listening') memory.isServed(event.port)
      say(event)
    },
  })
  if (!started.ok) {
    complain(started.text)
    await history.store.close()
    memory.release()
    return 1
  }
  for (const text of memory.note === null ? guarded.told : [memory.note, ...guarded.told])
    (options.json === true ? process.stderr : process.stdout).write(`${text}\n`)
  if (isLifted || Object.keys(changed).length > 0) say({ event: 'limits', lifted: isLifted, changed })
  memory.onTrouble(text => say({ event: 'trouble', text }))
  const { server } = started
  memory.onCall(createAdmin({ ...server, stop: told.tell }))
  for (const served of await memory.beside())
    say({ event: 'beside', ...served, isSameName: fold(served.name ?? '') === fold(serverName(name)) })
  const metrics = isMetrics(options.metrics) ? await metricsAt(options.metrics, server.vitals) : null
  if (metrics?.ok) say({ event: 'metrics', host: metrics.metrics.host, port: metrics.metrics.port })
  else if (metrics) say({ event: 'trouble', text: `the metrics cannot be read. ${metrics.text}` })
  // A secret is for eyes, not for files: it is printed for who sits there, and neither as JSON nor in a log.
  if (!server.hasOwner() && process.stdout.isTTY === true && options.json !== true)
    process.stdout.write(
      `Nobody is owner here yet. Say this in the chat within ten minutes:\n  /own ${server.offerOwner()}\n`,
    )
  await told.over
  if (metrics?.ok) metrics.metrics.close()
  await server.stop('The server was stopped by whoever runs it.')
  memory.release()
  return 0
}

const isPlaintext = (value: unknown): value is Plaintext =>
  value === 'allow' || value === 'local' || value === 'deny'

const isKeep = (value: unknown): value is Keep => typeof value === 'object' && value !== null

/** `over` resolves at the first signal to end, or when told so; a signal after that ends at once. */
function untilTold(): { readonly over: Promise<void>; tell(): void } {
  let isTold = false
  let tell = (): void => {}
  const over = new Promise<void>(resolve => {
    tell = () => {
      isTold = true
      resolve()
    }
  })
  onSignal(code => {
    if (isTold) process.exit(code)
    tell()
  })
  return { over, tell: () => tell() }
}

interface MetricsPlace {
  readonly host: string
  readonly port: number
}

const isMetrics = (value: unknown): value is MetricsPlace => typeof value === 'object' && value !== null

/** Where nobody asks for them, all that speaks HTTP is not loaded. */
async function metricsAt({ host, port }: MetricsPlace, vitals: Server['vitals']) {
  const { serveMetrics } = await import('../server/metrics.ts')
  return serveMetrics(host, port, vitals)
}

/** Who is here and how many lines they say is nobody else’s business unless that was said. */
function metricsTrouble({ metrics, metricsOpen }: Given['options']): string | null {
  if (!isMetrics(metrics) || metricsOpen === true) return null
  const { host } = metrics
  if (isOwnHost(host)) return null
  return `--metrics at ${host} could be read by other machines. Leave the host out, or say that you mean it with --metrics-open.`
}

/** Writes events down, for `--log`. */
function createEventLog(file: unknown): (event: ServeEvent) => void {
  if (typeof file !== 'string') return () => {}
  if (file === '-')
    return event =>
      void process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`)
  return createLog(resolve(file), bounds.logBytesMax, complain)
}

type ServeEvent =
  | ServerEvent
  | LimitsEvent
  | { event: 'metrics'; host: string; port: number }
  /** Another server of this user runs as well. */
  | ({ event: 'beside'; isSameName: boolean } & Served)

/** Other limits than the usual ones hold. */
interface LimitsEvent {
  event: 'limits'
  lifted: boolean
  changed: Readonly<Record<string, number>>
}

/** That everybody leaves a server that stops goes without saying. */
function calmly(say: (event: ServeEvent) => void): (event: ServeEvent) => void {
  let isStopping = false
  return event => {
    if (event.event === 'stopping') isStopping = true
    if (!isStopping || event.event !== 'left') say(event)
  }
}

function sayJson(event: ServeEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

/** What the server says of its start; all else happens at some time. */
const begins: readonly ServeEvent['event'][] = ['listening', 'beside', 'limits', 'metrics']

/** On a terminal each happening has its time, and each new day its line; elsewhere whoever collects lines dates them. */
function createTextLog(): (event: ServeEvent) => void {
  let day = dayLabel(Date.now())
  return event => {
    const nowMs = Date.now()
    const isTimed = process.stdout.isTTY === true && !begins.includes(event.event)
    if (isTimed && dayLabel(nowMs) !== day) {
      day = dayLabel(nowMs)
      process.stdout.write(`${day}\n`)
    }
    process.stdout.write(`${isTimed ? `${timeLabel(nowMs)} ` : ''}${inWords(event)}\n`)
  }
}

function inWords(event: ServeEvent): string {
  switch (event.event) {
    case 'listening':
      return [
        `“${event.name}” is open on port ${event.port}; ${whoSees(event)}`,
        ...joinLines(event),
        `Its code is ${event.code}: clients show the same one at their first visit.`,
        'Ctrl-C ends it.',
      ].join('\n')
    case 'addresses':
      return movedText(event)
    case 'limits': {
      const changed = Object.entries(event.changed).map(([name, value]) => `${name}=${value}`)
      return [
        ...(event.lifted
          ? [
              'NO LIMITS: nobody is slowed, refused for coming too often, or one too many. Only for measuring, and where you trust everybody who can reach this port.',
            ]
          : []),
        ...(changed.length > 0 ? [`Other limits than usual: ${changed.join(', ')}`] : []),
      ].join('\n')
    }
    case 'beside':
      return besideText(event)
    case 'joined':
      return `${event.nick} joined (${event.users} here)`
    case 'renamed':
      return `${event.was} is now ${event.nick}`
    case 'left':
      return `${event.nick} left (${event.users} here)`
    case 'cut':
      return `${event.nick} was cut off (${event.reason})`
    case 'order':
      return deedText(event)
    case 'metrics':
      return `Metrics: http://${formatTarget(event.host, event.port)}/metrics`
    case 'trouble':
      return `trouble: ${event.text}`
    case 'stopping':
      return 'Telling everybody goodbye …'
  }
}

function besideText({ name, port, isSameName }: Extract<ServeEvent, { event: 'beside' }>): string {
  const where = port === null ? '' : ` at port ${port}`
  const runs = `Another server of yours runs already${where}${name === null ? '' : ` as “${name}”`}.`
  // One that keeps nothing has no history of its own either.
  const apart = 'The two share neither key nor code nor history'
  return isSameName
    ? `${runs} ${apart}, but have the same name: people see two of it. Stop one of them, or give it another --name.`
    : `${runs} ${apart}.`
}
