/** `earshot serve`: a server without a screen, for people or (`--json`) for scripts. */
import { cleanLine } from '../base/clean.ts'
import { formatTarget } from '../base/target.ts'
import type { ServerEvent } from '../server/server.ts'
import { startServer } from '../server/server.ts'
import { defaultPort } from '../wire/limits.ts'
import { exitOnBug } from './bug.ts'
import { holdIdentity } from './home.ts'
import { ownName, serverName } from './host.ts'
import type { Given } from './main.ts'

export async function run({ options }: Given): Promise<number> {
  exitOnBug()
  const say = options.json === true ? sayJson : sayText
  const identity = await holdIdentity()
  if (identity.trouble) say({ event: 'trouble', text: identity.trouble })
  const asked = typeof options.name === 'string' ? serverName(options.name) : ownName()
  if (asked === '') {
    process.stderr.write(
      'earshot: that name has nothing in it that can be shown. Give another with --name.\n',
    )
    return 2
  }
  // Before anybody can know that it runs: a signal that comes early is no reason to die without a farewell.
  const told = untilTold()
  const started = await startServer({
    id: identity.id,
    name: asked,
    motd: typeof options.motd === 'string' ? cleanLine(options.motd) : '',
    host: typeof options.host === 'string' ? options.host : null,
    port: typeof options.port === 'number' ? options.port : null,
    discoveryPort: typeof options.discoveryPort === 'number' ? options.discoveryPort : defaultPort,
    interfaces: Array.isArray(options.interface) ? options.interface.map(String) : null,
    announce: options.announce === false ? 'never' : options.quiet === true ? 'when-asked' : 'always',
    onEvent: say,
  })
  if (!started.ok) {
    process.stderr.write(`earshot: ${started.text}\n`)
    identity.release()
    return 1
  }
  await told
  await started.server.stop('The server was stopped by whoever runs it.')
  identity.release()
  return 0
}

/** Resolves at the first signal to end; a second one ends at once. */
function untilTold(): Promise<void> {
  return new Promise(resolve => {
    const ends = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
    let told = false
    for (const [signal, code] of Object.entries(ends))
      process.on(signal, () => {
        if (told) process.exit(code)
        told = true
        resolve()
      })
  })
}

function sayJson(event: ServerEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

function sayText(event: ServerEvent): void {
  process.stdout.write(`${inWords(event)}\n`)
}

function inWords(event: ServerEvent): string {
  switch (event.event) {
    case 'listening':
      return [
        `“${event.name}” is open on port ${event.port}${event.announced ? '; everybody on this network sees it with: earshot' : ' and keeps silent; people join by address'}`,
        ...event.addresses.map(host => `  earshot join ${formatTarget(host, event.port)}`),
        'Ctrl-C ends it.',
      ].join('\n')
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
