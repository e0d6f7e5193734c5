/** `earshot serve`: a server without a screen, for people or (`--json`) for scripts. */
import { cleanLine } from '../base/clean.ts'
import { formatTarget } from '../base/target.ts'
import type { ServerEvent } from '../server/server.ts'
import { startServer } from '../server/server.ts'
import { adjusted } from '../wire/adjusted.ts'
import { exitOnBug } from './bug.ts'
import type { Keep } from './commands.ts'
import { listening } from './find.ts'
import { ownName } from './host.ts'
import type { Given } from './main.ts'
import { openMemory } from './memory.ts'
import { onSignal } from './signals.ts'

export async function run({ options }: Given): Promise<number> {
  exitOnBug()
  const { discoveryPort, interfaces } = listening(options)
  const say = options.json === true ? sayJson : sayText
  const { limits, isLifted, changed } = adjusted(
    Array.isArray(options.limits) ? options.limits.map(String) : [],
  )
  const opened = await openMemory(
    typeof options.data === 'string' ? options.data : null,
    options.memory === true,
    limits,
    isKeep(options.keep) ? options.keep : null,
  )
  if (!opened.ok) {
    process.stderr.write(`earshot: ${opened.text}\n`)
    return 1
  }
  const { memory } = opened
  const { history } = memory
  for (const text of memory.troubles) say({ event: 'trouble', text })
  const motd = typeof options.motd === 'string' ? cleanLine(options.motd) : ''
  const forgets =
    history.durable || options.memory === true ? '' : 'What is said here is not kept beyond this run.'
  // Before anybody can know that it runs: a signal that comes early is no reason to die without a farewell.
  const told = untilTold()
  const started = await startServer({
    id: memory.id,
    name: typeof options.name === 'string' ? options.name : ownName(),
    motd: [motd, forgets].filter(text => text !== '').join(' '),
    host: typeof options.host === 'string' ? options.host : null,
    port: typeof options.port === 'number' ? options.port : null,
    discoveryPort,
    interfaces,
    announce: options.announce === false ? 'never' : options.quiet === true ? 'when-asked' : 'always',
    announceLegacy: options.announceLegacy === true,
    history,
    limits,
    onEvent: say,
  })
  if (!started.ok) {
    process.stderr.write(`earshot: ${started.text}\n`)
    await history.store.close()
    memory.release()
    return 1
  }
  if (isLifted || Object.keys(changed).length > 0) say({ event: 'limits', lifted: isLifted, changed })
  memory.onTrouble(text => say({ event: 'trouble', text }))
  await told
  await started.server.stop('The server was stopped by whoever runs it.')
  memory.release()
  return 0
}

const isKeep = (value: unknown): value is Keep => typeof value === 'object' && value !== null

/** Resolves at the first signal to end; a second one ends at once. */
function untilTold(): Promise<void> {
  return new Promise(resolve => {
    let told = false
    onSignal(code => {
      if (told) process.exit(code)
      told = true
      resolve()
    })
  })
}

/** Other limits than the usual ones hold. */
interface LimitsEvent {
  event: 'limits'
  lifted: boolean
  changed: Readonly<Record<string, number>>
}

function sayJson(event: ServerEvent | LimitsEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

function sayText(event: ServerEvent | LimitsEvent): void {
  process.stdout.write(`${inWords(event)}\n`)
}

function inWords(event: ServerEvent | LimitsEvent): string {
  switch (event.event) {
    case 'listening':
      return [
        `“${event.name}” is open on port ${event.port}; ${whoSees(event)}`,
        ...event.addresses.map(host => `  earshot join ${formatTarget(host, event.port)}`),
        'Ctrl-C ends it.',
      ].join('\n')
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
    case 'joined':
      return `${event.nick} joined (${event.users} here)`
    case 'renamed':
      return `${event.was} is now ${event.nick}`
    case 'left':
      return `${event.nick} left (${event.users} here)`
    case 'trouble':
      return `trouble: ${event.text}`
    case 'stopping':
      return 'Telling everybody goodbye …'
  }
}

function whoSees({ announced, addresses }: Extract<ServerEvent, { event: 'listening' }>): string {
  const isAlone = addresses.every(host => host.startsWith('127.') || host === '::1')
  if (!announced) return 'it keeps silent and people join by address:'
  return isAlone
    ? 'this machine has no network now, so only who uses it sees it, with: earshot'
    : 'everybody on this network sees it with: earshot'
}
