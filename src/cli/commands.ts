/** The one table of commands and options: parsing, help, validation and the README derive from it. */
import { parseTarget } from '../base/target.ts'
import { defaultPort } from '../wire/limits.ts'

/** What reading an option's text came to. `text` says what was expected. */
export type Read<T> = { ok: true; value: T } | { ok: false; text: string }

export interface OptionRow {
  readonly flags: string
  readonly help: string
  /** Absent: the option is a switch, or any text will do. */
  readonly read?: (text: string) => Read<unknown>
  /** May be given several times. */
  readonly many?: true
}

export interface CommandRow {
  readonly name: string
  /** Arguments as in the help, such as `HOST[:PORT]`; in brackets: may be left out. */
  readonly args: string
  readonly help: string
  readonly options: readonly OptionRow[]
  /** One line of a terminal that shows it in use. */
  readonly example: string
}

const wholeNumber =
  (what: string, least: number, most: number) =>
  (text: string): Read<number> => {
    const value = Number(text)
    return /^\d+$/.test(text) && value >= least && value <= most
      ? { ok: true, value }
      : { ok: false, text: `${what} is a whole number from ${least} to ${most}` }
  }

export const readTarget = (text: string): Read<{ host: string; port: number }> => {
  const parsed = parseTarget(text, defaultPort)
  return parsed.ok ? { ok: true, value: { host: parsed.host, port: parsed.port } } : parsed
}

const discoveryPort: OptionRow = {
  flags: '--discovery-port <port>',
  help: `UDP port of the announcements (default ${defaultPort}); the same for everybody on a network`,
  read: wholeNumber('a UDP port', 1, 65535),
}
const interfaces: OptionRow = {
  flags: '--interface <name>',
  help: 'announce and look only there: a name such as eth0 or a network such as 10.0.0.0/8; may be repeated',
  many: true,
}
const json: OptionRow = { flags: '--json', help: 'print one JSON object a line, for scripts' }
const client: readonly OptionRow[] = [
  { flags: '--nick <name>', help: 'the name to go by; remembered for the next time' },
  { flags: '--plain', help: 'lines instead of a full screen: for pipes, screen readers, serial consoles' },
  { flags: '--no-scan', help: 'do not look for servers; join by address only' },
  discoveryPort,
  interfaces,
]

export const commands = [
  {
    name: 'pick',
    args: '[HOST[:PORT]]',
    help: 'show the servers on this network and join one; with an address, straight in (the default command)',
    options: client,
    example: 'earshot',
  },
  {
    name: 'join',
    args: 'HOST[:PORT]',
    help: 'join a server by address: a name, an IPv4 or an IPv6 address such as [fe80::1%eth0]:23277',
    options: client,
    example: 'earshot join 192.168.1.20 --nick ann',
  },
  {
    name: 'serve',
    args: '',
    help: 'run a server that everybody on the network can see; Ctrl-C ends it',
    options: [
      { flags: '--name <name>', help: 'how it is listed (default: this machine’s name)' },
      {
        flags: '--port <port>',
        help: `TCP port (default ${defaultPort}, or the next free one)`,
        read: wholeNumber('a TCP port', 0, 65535),
      },
      { flags: '--host <address>', help: 'listen on this address only (default: on all)' },
      { flags: '--motd <text>', help: 'a line that greets everybody who joins' },
      { flags: '--no-announce', help: 'be silent: no announcements, no answers; people join by address' },
      { flags: '--quiet', help: 'no announcements, but answer those who ask' },
      discoveryPort,
      interfaces,
      json,
    ],
    example: 'earshot serve --name den --motd "Pizza at eight"',
  },
  {
    name: 'scan',
    args: '',
    help: 'list the servers on this network as they are found, then exit',
    options: [
      {
        flags: '--wait <ms>',
        help: 'how long to look, in milliseconds (default 2000)',
        read: wholeNumber('a wait in milliseconds', 1, 3_600_000),
      },
      discoveryPort,
      interfaces,
      json,
    ],
    example: 'earshot scan --json --wait 3000',
  },
] as const satisfies readonly CommandRow[]

export type CommandName = (typeof commands)[number]['name']
