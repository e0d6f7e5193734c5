/** The one table of commands and options: parsing, help, validation, settings and the README derive from it. */
import { cleanLine } from '../base/clean.ts'
import { readDuration } from '../base/duration.ts'
import { readCode } from '../base/fingerprint.ts'
import { checkNick } from '../base/names.ts'
import { checkRoom } from '../base/rooms.ts'
import { formatTarget, parseTarget } from '../base/target.ts'
import { type Theme, themeNamed, themeNames, usualTheme } from '../client/themes.ts'
import { bounds as discovery } from '../discovery/bounds.ts'
import { checkChanges } from '../wire/adjusted.ts'
import { defaultPort, limits } from '../wire/limits.ts'
import { readMoment, readSince } from './since.ts'

/** What reading an option's text came to. `text` says what was expected. */
export type Read<T> = { ok: true; value: T } | { ok: false; text: string }

export interface OptionRow {
  readonly flags: string
  /**
   * Its place in the file of settings: `nick` stands at the top, for all commands; `serve.port` is `port` below
   * `[serve]`. The environment variable is made of it, too (`variableOf`). null: on the command line only.
   */
  readonly key: string | null
  readonly help: string
  /** What holds where nobody says anything, in words. Switches are off. */
  readonly usual?: string
  /** Absent: the option is a switch, or any text will do that is not empty. */
  readonly read?: (text: string) => Read<unknown>
  /** The value as a person would type it, where that is not what it looks like. */
  readonly write?: (value: unknown) => string
  /** May be given several times. */
  readonly many?: true
  /** Each text is NAME=VALUE, so in the file it may be a table as well. */
  readonly named?: true
}

export interface CommandRow {
  readonly name: string
  /** Arguments as in the help, such as `HOST[:PORT]`; in brackets: may be left out. */
  readonly args: string
  /** What the arguments are: an address, words as they come, or nothing. */
  readonly takes: 'target' | 'words' | 'nothing'
  readonly help: string
  readonly options: readonly OptionRow[]
  /** One line of a terminal that shows it in use. */
  readonly example: string
}

/** `EARSHOT_SERVE_PORT` for `serve.port`. */
export const variableOf = (key: string): string => `EARSHOT_${key.toUpperCase().replace(/[^A-Z]/g, '_')}`

/** What `--help` and the README say of an option. */
export const helpOf = ({ help, usual, many }: OptionRow): string =>
  [help, many ? '; may be repeated' : '', usual === undefined ? '' : ` (default: ${usual})`].join('')

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

const readNick = (text: string): Read<string> => {
  const checked = checkNick(text)
  return checked.ok ? { ok: true, value: checked.nick } : checked
}

const readRoom = (text: string): Read<string> => {
  const checked = checkRoom(text)
  return checked.ok ? { ok: true, value: checked.room } : checked
}

const readTheme = (text: string): Read<Theme> => {
  const theme = themeNamed(text)
  return theme === undefined
    ? { ok: false, text: `there are ${themeNames.join(', ')}` }
    : { ok: true, value: theme }
}

/** A server's name as it may stand in a list: harmless and one line; empty where nothing of it can be shown. */
export const serverName = (text: string): string => cleanLine(text, discovery.nameCellsMax)

/** In its full length: whoever uses it cuts it, and says so. */
const readServerName = (text: string): Read<string> => {
  const name = cleanLine(text)
  return name === ''
    ? { ok: false, text: 'that name has nothing in it that can be shown' }
    : { ok: true, value: name }
}

/** How much of the past is kept. */
export type Keep = { readonly olderThanMs: number } | { readonly linesMax: number }

const dayMs = 86_400_000

const readKeep = (text: string): Read<Keep> => {
  const [, count = '', unit] = /^([1-9]\d{0,8})(d?)$/.exec(text) ?? []
  if (count === '') return { ok: false, text: 'what is kept is days such as 30d, or lines such as 100000' }
  return {
    ok: true,
    value: unit === 'd' ? { olderThanMs: Number(count) * dayMs } : { linesMax: Number(count) },
  }
}

const writeKeep = (value: unknown): string => {
  const kept: { readonly olderThanMs?: unknown; readonly linesMax?: unknown } = Object(value)
  return typeof kept.olderThanMs === 'number' ? `${kept.olderThanMs / dayMs}d` : String(kept.linesMax)
}

const writePlace = (value: unknown): string => {
  const { host, port }: { readonly host?: unknown; readonly port?: unknown } = Object(value)
  return formatTarget(String(host), Number(port))
}

/** Where metrics are told: `9100`, `127.0.0.1:9100`, `[::1]:9100`. */
const readMetrics = (text: string): Read<{ host: string; port: number }> => {
  if (/^\d+$/.test(text)) {
    const read = wholeNumber('a port', 0, 65535)(text)
    return read.ok ? { ok: true, value: { host: '127.0.0.1', port: read.value } } : read
  }
  const parsed = /:\d+$/.test(text) ? parseTarget(text, defaultPort) : null
  return parsed?.ok
    ? { ok: true, value: { host: parsed.host, port: parsed.port } }
    : { ok: false, text: 'metrics are told at a port such as 9100, or at HOST:PORT' }
}

/** @param most the longest, as it is written */
const readWait =
  (most: string) =>
  (text: string): Read<number> => {
    const units = ['ms', 's', 'm', 'h', 'd'] as const
    const ms = readDuration(text, units)
    return ms !== null && ms <= (readDuration(most, units) ?? 0)
      ? { ok: true, value: ms }
      : { ok: false, text: `a wait is a number and its unit, such as 2s or 500ms, and at most ${most}` }
  }

/** How long a tool waits for its server; infinite where nobody set a bound. */
export interface Patience {
  readonly ms: number
}

const readPatience = (text: string): Read<Patience> => {
  if (text === '') return { ok: true, value: { ms: Number.POSITIVE_INFINITY } }
  const read = readWait('10d')(text)
  return read.ok ? { ok: true, value: { ms: read.value } } : read
}

const discoveryPort: OptionRow = {
  flags: '--discovery-port <port>',
  key: 'discovery-port',
  help: 'UDP port of the announcements, the same for everybody on a network',
  usual: String(defaultPort),
  read: wholeNumber('a UDP port', 1, 65535),
}
const interfaces: OptionRow = {
  flags: '--interface <name>',
  key: 'interface',
  help: 'announce and look only there: a name such as eth0 or a network such as 10.0.0.0/8',
  usual: 'everywhere',
  many: true,
}
const config: OptionRow = {
  flags: '--config <file>',
  key: 'config',
  help: 'read settings from this file',
  usual: 'earshot.toml in the user’s folder of settings, where there is one',
}
const nick: OptionRow = {
  flags: '--nick <name>',
  key: 'nick',
  help: 'the name to go by',
  usual: 'the last one used, else your user name',
  read: readNick,
}
const wait: OptionRow = {
  flags: '--wait <time>',
  key: 'wait',
  help: 'how long to look for servers, such as 5s or 500ms',
  usual: '2s',
  read: readWait('1h'),
}
/** The same where waiting is for the server. */
const look: OptionRow = { ...wait, flags: '--look <time>', key: 'look' }
const noScan: OptionRow = {
  flags: '--no-scan',
  key: 'no-scan',
  help: 'do not look for servers; join by address only',
}
const json = (key: string): OptionRow => ({
  flags: '--json',
  key,
  help: 'print one JSON object a line, for scripts',
})
const readCodeOption = (text: string): Read<string> => {
  const code = readCode(text)
  if (code?.length === 16) return { ok: true, value: code }
  const whole = 'all 16 letters and digits of the code, such as k7qm-3xvd-2rta-w5hf'
  return {
    ok: false,
    // Whoever types /trust has the whole code before their eyes; a key with the same last four is found in seconds.
    text: code === null ? `expected ${whole}` : `four are enough for /trust only; here it takes ${whole}`,
  }
}

const readPlaintext = (text: string): Read<string> =>
  ['allow', 'local', 'deny'].includes(text)
    ? { ok: true, value: text }
    : { ok: false, text: 'expected allow, local or deny' }

const trust: OptionRow = {
  flags: '--trust <code>',
  key: null,
  help: 'go on only if the server has this code (all 16 of it), also where its key has changed',
  read: readCodeOption,
}
const passwordFile: OptionRow = {
  flags: '--password-file <file>',
  key: 'password-file',
  help: 'the password of the server is the first line of this file (/dev/fd/3 for a descriptor)',
  usual: 'asked for, or the one remembered',
}
const client: readonly OptionRow[] = [
  nick,
  {
    flags: '--room <name>',
    key: 'room',
    help: 'a room to join besides #lobby',
    read: readRoom,
    many: true,
  },
  {
    flags: '--plain',
    key: 'plain',
    help: 'lines instead of a full screen: for pipes, screen readers, serial consoles',
  },
  {
    flags: '--theme <name>',
    key: 'theme',
    help: `colours of the full screen: ${themeNames.join(', ')}`,
    usual: `the last one chosen, else ${usualTheme}`,
    read: readTheme,
  },
  {
    flags: '--ascii',
    key: 'ascii',
    help: 'draw with ASCII alone, for terminals and fonts without more',
  },
  { flags: '--no-bell', key: 'no-bell', help: 'neither ring nor tell the desktop when somebody calls' },
  noScan,
  trust,
  passwordFile,
  discoveryPort,
  interfaces,
  config,
]
const server: OptionRow = {
  flags: '--server <name>',
  key: 'server',
  help: 'which server: its name or id as scan lists it, or HOST:PORT, which is not looked for',
  usual: 'the only one that is found',
}
const errand: readonly OptionRow[] = [
  server,
  nick,
  trust,
  passwordFile,
  look,
  noScan,
  discoveryPort,
  interfaces,
  config,
]
const patience = (help: string): OptionRow => ({
  flags: '--wait [time]',
  key: null,
  help: `${help}; --wait=1m waits no longer than a minute`,
  read: readPatience,
})

/** Where a server keeps what is said, for the server itself and for whoever works on it. */
const data: OptionRow = {
  flags: '--data <folder>',
  key: 'serve.data',
  help: 'the folder of the server',
  usual: 'the only one of this user’s that fits',
}

export const commands = [
  {
    name: 'pick',
    args: '[HOST[:PORT]]',
    takes: 'target',
    help: 'show the servers on this network and join one; with an address, straight in (the default command)',
    options: client,
    example: 'earshot',
  },
  {
    name: 'join',
    args: 'HOST[:PORT]',
    takes: 'target',
    help: 'join a server by address: the name of a host, an IPv4 or an IPv6 address such as [fe80::1%eth0]:23277; or by its own name',
    options: client,
    example: 'earshot join 192.168.1.20 --nick ann',
  },
  {
    name: 'serve',
    args: '',
    takes: 'nothing',
    help: 'run a server that everybody on the network can see; Ctrl-C ends it',
    options: [
      {
        flags: '--name <name>',
        key: 'serve.name',
        help: 'how it is listed',
        usual: 'this machine’s name',
        read: readServerName,
      },
      {
        flags: '--port <port>',
        key: 'serve.port',
        help: 'TCP port; 0 for any',
        usual: `${defaultPort}, or the next free one`,
        read: wholeNumber('a TCP port', 0, 65535),
      },
      {
        flags: '--host <address>',
        key: 'serve.host',
        help: 'listen on this address only',
        usual: 'on all',
      },
      {
        flags: '--motd <text>',
        key: 'serve.motd',
        read: text => ({ ok: true, value: text }),
        help: 'a line that greets everybody who joins',
        usual: 'none',
      },
      {
        flags: '--no-announce',
        key: 'serve.no-announce',
        help: 'be silent: no announcements, no answers; people join by address',
      },
      { flags: '--quiet', key: 'serve.quiet', help: 'no announcements, but answer those who ask' },
      {
        flags: '--announce-legacy',
        key: 'serve.announce-legacy',
        help: 'also announce as older LAN chats do (UDP 8081), for their clients; they ask for the port',
      },
      {
        ...data,
        help: 'keep identity and history in this folder',
        usual: 'that of the server of this name in the user’s folder of data',
      },
      { flags: '--memory', key: 'serve.memory', help: 'keep nothing beyond this run' },
      {
        flags: '--keep <much>',
        key: 'serve.keep',
        help: 'how much of the past to keep: so many days (30d) or so many lines of each room (100000)',
        usual: 'everything',
        read: readKeep,
        write: writeKeep,
      },
      {
        flags: '--password',
        key: 'serve.password',
        help: 'ask everybody for a password, which is made and shown once',
      },
      {
        flags: '--password-file <file>',
        key: 'serve.password-file',
        help: 'ask everybody for the password in the first line of this file (/dev/fd/3 for a descriptor, - to type it)',
      },
      {
        flags: '--plaintext <whom>',
        key: 'serve.plaintext',
        help: 'whom to take without encryption, such as netcat: allow for everybody, local for this machine alone, deny for nobody',
        usual: 'allow; with a password, local',
        read: readPlaintext,
      },
      {
        flags: '--limits <changes>',
        key: 'serve.limits',
        help: 'other limits than the usual ones: NAME=NUMBER,… (any wrong name lists them); “none” lifts those on how fast and how many, for measuring and for networks where everybody is trusted',
        read: checkChanges,
        many: true,
        named: true,
      },
      discoveryPort,
      interfaces,
      {
        flags: '--metrics <where>',
        key: 'serve.metrics',
        help: 'tell monitors how it does at this port or HOST:PORT, /metrics (Prometheus) and /health; on this machine alone unless the host is another one and --metrics-open is given',
        usual: 'none',
        read: readMetrics,
        write: writePlace,
      },
      {
        flags: '--metrics-open',
        key: 'serve.metrics-open',
        help: 'other machines may read the metrics as well',
      },
      {
        flags: '--log <file>',
        key: 'serve.log',
        help: 'also write down what happens, one JSON object a line, never what is said; “-” is standard error',
        usual: 'none',
      },
      json('serve.json'),
      config,
      {
        flags: '--check',
        key: null,
        help: 'print every setting, what it is and where it comes from, and serve nothing',
      },
    ],
    example: 'earshot serve --name den --motd "Pizza at eight"',
  },
  {
    name: 'admin',
    args: 'ACTION [NICK] [WORDS…]',
    takes: 'words',
    help: 'keep order on a running server of yours: kick, ban, unban, bans, mute, unmute, op, deop, motd, allow, lock, unlock, who, rooms, token, log, stop',
    options: [json('admin.json'), data, config],
    example: 'earshot admin ban bob for 2h spamming',
  },
  {
    name: 'scan',
    args: '[HOST[:PORT]]',
    takes: 'target',
    help: 'list the servers on this network as they are found, then exit; with an address, ask only that one whether it is well',
    options: [wait, discoveryPort, interfaces, json('scan.json'), config],
    example: 'earshot scan --json --wait 3s',
  },
  {
    name: 'send',
    args: '[#ROOM|@NICK] [TEXT…]',
    takes: 'words',
    help: 'say something and exit: 0 when the server has kept it. Without TEXT, each line of standard input. Put #ROOM in quotes; without it, #lobby',
    options: [
      { flags: '--whole', key: null, help: 'all of standard input is one message' },
      patience('wait for a server that is not there, and for one that cannot keep anything just now'),
      ...errand,
    ],
    example: 'make 2>&1 | tail -20 | earshot send "#builds" --whole',
  },
  {
    name: 'tail',
    args: '[#ROOM|@NICK]',
    takes: 'words',
    help: 'print what is said in a room (#lobby unless told otherwise) until Ctrl-C; comes back by itself after a cut',
    options: [
      {
        flags: '--last <lines>',
        key: 'tail.last',
        help: 'begin with so many lines of the past',
        usual: '10',
        read: wholeNumber('a number of lines', 0, limits.pageLinesMax),
      },
      {
        flags: '--since <where>',
        key: null,
        help: 'begin behind a line: its number, its number@epoch.run as --json prints them, or a time such as 30m, 2d or 2026-01-31T18:00',
        read: readSince,
      },
      json('tail.json'),
      patience('wait for a server that is not there'),
      ...errand,
    ],
    example: 'earshot tail "#builds" --json',
  },
  {
    name: 'export',
    args: '',
    takes: 'nothing',
    help: 'print what a server on this machine keeps, oldest first, one line each; also while it runs',
    options: [
      {
        flags: '--room <name>',
        key: null,
        help: 'only what was said in this room',
        read: readRoom,
        many: true,
      },
      {
        flags: '--since <when>',
        key: null,
        help: 'only what was said since: so long ago, such as 30m or 2d, or since 2026-01-31T18:00',
        read: readMoment,
      },
      { flags: '--direct', key: null, help: 'direct conversations as well, which were meant for two alone' },
      json('export.json'),
      data,
      config,
    ],
    example: 'earshot export --json --since 7d > week.ndjson',
  },
  {
    name: 'wipe',
    args: '',
    takes: 'nothing',
    help: 'forget everything that was said on a server of this machine; it must not run',
    options: [{ flags: '--yes', key: null, help: 'do not ask' }, data, config],
    example: 'earshot wipe',
  },
] as const satisfies readonly CommandRow[]

export type CommandName = (typeof commands)[number]['name']
