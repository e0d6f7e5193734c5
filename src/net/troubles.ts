/** What the network's error codes mean for a person: one sentence for the cause, one for the cure. Pure. */
import { formatTarget } from '../base/target.ts'

/** Trouble while dialling, told best first: the nearer we came to a server, the more its sentence helps. */
const byUse = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EACCES',
  'EPERM',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
]

/** Lower is more useful to be told, among several failures. */
export function dialRank(code: string): number {
  const at = byUse.indexOf(code)
  return at < 0 ? byUse.length : at
}

export interface DialFailure {
  readonly code: string
  /** As the user named it. */
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
}

export function dialTrouble({ code, host, port, timeoutMs }: DialFailure, platform: NodeJS.Platform): string {
  const there = formatTarget(host, port)
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_NONAME':
    case 'EAI_NODATA':
      return `No host named “${host}” was found. Check the spelling, or use its IP address.`
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
      return `The name “${host}” cannot be looked up now. Use its IP address, or try again when the network is up.`
    case 'ECONNREFUSED':
      return `Nothing listens at ${there}. Is the server running? If so, check the port.`
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return `${there} hung up at once. Try again; if it goes on, ask whoever runs that server.`
    case 'ETIMEDOUT':
      return `${there} does not answer (waited ${timeoutMs / 1000} s). Is that machine on and in this network? If so, let its firewall allow TCP port ${port}.`
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
      if (platform === 'darwin')
        return `There is no way to “${host}” from here. Check that both machines are in the same network, and that macOS lets this terminal in: System Settings, Privacy & Security, Local Network.`
      return `There is no way to “${host}” from here. Check that it is on, and that both machines are in the same network.`
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return `This machine has no network that leads to “${host}”. Check its Wi-Fi or cable, then try again.`
    case 'EACCES':
    case 'EPERM':
      return `This machine forbids connecting to ${there}. Check its firewall and what this terminal is allowed to do.`
    case 'EINVAL':
      if (/^fe80:/i.test(host) && !host.includes('%'))
        return `“${host}” means another machine on each network. Add the interface, such as ${host}%eth0.`
      if (host.includes('%'))
        return `“${host}” cannot be reached from here. Check that this machine has the interface named after “%”.`
      return `“${host}” is not an address one can connect to. Check it, or use the server’s name.`
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'ENODEV':
    case 'ENXIO':
      return `This machine cannot use an address like “${host}”. Check the interface, or use the server’s IPv4 address.`
    case 'EMFILE':
    case 'ENFILE':
      return 'This machine has too many files open to connect. Close some programs, then try again.'
    case 'ABORT_ERR':
      return `Connecting to ${there} was stopped.`
    default:
      return `Connecting to ${there} failed (${code}). Try again, or use another address of that server.`
  }
}

/** Why a port cannot be listened at. `host` only where the user asked for one. */
export function listenTrouble(code: string, port: number, host?: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use on this machine. Choose another with --port, or leave it out.`
    case 'EACCES':
    case 'EPERM':
      return `This machine does not let you listen at port ${port}. Choose one from 1024 on with --port, or leave it out.`
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
    case 'EAFNOSUPPORT':
    case 'ENODEV':
      return `“${host ?? ''}” is not an address of this machine. Give one of its own with --host, or leave it out.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `No host named “${host ?? ''}” was found. Give an address of this machine with --host, or leave it out.`
    case 'EMFILE':
    case 'ENFILE':
      return 'This machine has too many files open to take another connection. Close some programs, or raise “ulimit -n”.'
    default:
      return `Listening at port ${port} failed (${code}). Choose another with --port, or leave it out.`
  }
}
