/** The servers that are measured beside ours: how each is started on loopback, with its limits out of the way. */
import { accessSync, constants, existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import type { TongueName } from './tongues.ts'

export interface Subject {
  readonly name: string
  readonly tongue: TongueName
  /** What was done to its limits. */
  readonly limits: string
  /** The program and its arguments; null: it is not on this machine. `folder` is its own and empty. */
  start(port: number, folder: string): readonly string[] | null
}

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))

function installed(program: string): string | null {
  // Debian keeps servers where only root looks.
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'])
    try {
      accessSync(join(folder, program), constants.X_OK)
      return join(folder, program)
    } catch {}
  return null
}

/** A peer with a file of settings. */
function peer(
  name: string,
  tongue: TongueName,
  limits: string,
  settings: (port: number, folder: string) => string,
  run: (program: string, file: string) => readonly string[],
): Subject {
  return {
    name,
    tongue,
    limits,
    start(port, folder) {
      const program = installed(name)
      if (program === null) return null
      const file = join(folder, 'settings.conf')
      writeFileSync(file, settings(port, folder))
      return run(program, file)
    },
  }
}

const entry = here('../../../dist/earshot.js')
const serve = (port: number): string[] => [
  ...[entry, 'serve', '--limits', 'none', '--no-announce', '--host', '127.0.0.1', '--port', String(port)],
]

/** The built program, as its users run it. */
export const ours: Subject = {
  name: 'earshot',
  tongue: 'native',
  limits: 'serve --limits none --memory: no history on disk',
  start: port => [process.execPath, ...serve(port), '--memory'],
}

export const oursKept: Subject = {
  name: 'earshot, kept',
  tongue: 'native',
  limits: 'serve --limits none: each line is on the disk before anybody hears it',
  start: (port, folder) => [process.execPath, ...serve(port), '--data', join(folder, 'data')],
}

export const ceiling: Subject = {
  name: 'ceiling',
  tongue: 'bare',
  limits: 'it has none',
  // Built like ours, since what runs it from source would be most of its memory and of its start.
  start(port, folder) {
    const outfile = join(folder, 'ceiling.mjs')
    buildSync({
      ...{ entryPoints: [here('ceiling.ts')], outfile, bundle: true, minify: true },
      ...{ platform: 'node', format: 'esm', target: 'node20.12' },
    })
    return [process.execPath, outfile, String(port)]
  },
}

const ngircd = peer(
  'ngircd',
  'irc',
  'no penalty, no bound on connections; its buffers of 32 kB are compiled in',
  port =>
    `[Global]
Name = bench.local
Info = bench
Listen = 127.0.0.1
Ports = ${port}
PidFile =
MotdPhrase = bench
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 20
MaxPenaltyTime = 0
PingTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
`,
  (program, file) => [program, '--nodaemon', '--config', file],
)

const inspircd = peer(
  'inspircd',
  'irc',
  'queues of 1 GB, no fake lag, no bound on the rate of commands',
  (port, folder) =>
    `<server name="bench.local" description="bench" network="bench" id="001">
<admin name="bench" nick="bench" email="bench@bench.local">
<bind address="127.0.0.1" port="${port}" type="clients">
<connect allow="*" timeout="60" maxchans="1000" localmax="20000" globalmax="20000" limit="20000" resolvehostnames="no"
  useident="no" pingfreq="3600" hardsendq="1073741824" softsendq="1073741824" recvq="1048576" threshold="1000000000"
  commandrate="1000000000" fakelag="no" maxconnwarn="no">
<performance softlimit="20000" somaxconn="1024" clonesonconnect="no">
<security allowcoreunload="no">
<limits maxnick="20">
<files motd="">
<path datadir="${folder}" logdir="${folder}" runtimedir="${folder}">
<pid file="${folder}/pid">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="${folder}/log">
`,
  (program, file) => [program, '--runasroot', '--nofork', '--config', file],
)

const redis = peer(
  'redis-server',
  'redis',
  'no bound on output buffers, 20,000 clients, nothing saved',
  (port, folder) =>
    `bind 127.0.0.1
port ${port}
dir ${folder}
save ""
appendonly no
maxclients 20000
client-output-buffer-limit pubsub 0 0 0
client-output-buffer-limit normal 0 0 0
tcp-backlog 511
`,
  (program, file) => [program, file],
)

const nats = peer(
  'nats-server',
  'nats',
  '1 GB pending a client, 20,000 connections, no pings',
  port =>
    `listen: 127.0.0.1:${port}
max_connections: 20000
max_pending: 1073741824
ping_interval: "1h"
write_deadline: "60s"
`,
  (program, file) => [program, '--config', file],
)

export const peers: readonly Subject[] = [ngircd, inspircd, redis, nats]

/** Servers of a few lines around a package, where somebody has it installed: `--npm FOLDER`. */
const packaged = (name: 'ws' | 'socket.io', tongue: TongueName, folder: string | null): Subject => ({
  name,
  tongue,
  limits: 'it has none; no compression',
  start: port =>
    folder !== null && existsSync(join(folder, 'node_modules', name))
      ? [process.execPath, here(`${name}.mjs`), join(folder, 'node_modules'), String(port)]
      : null,
})

/** @param folder in whose node_modules the packages are looked for; null: they are not */
export const packagedPeers = (folder: string | null): readonly Subject[] => [
  packaged('ws', 'websocket', folder),
  packaged('socket.io', 'socketio', folder),
]
