/** What people type to name a server: a name or an address, with a port or without, read and written. */
import { late } from './late.ts'

export type Target = { ok: true; host: string; port: number } | { ok: false; text: string }

const nameCharsMax = 253
const labelCharsMax = 63
const quotedCharsMax = 60

const unseen = late(String.raw`[\p{Cc}\p{Cf}]`, 'u')
const foreign = late(String.raw`[^\p{L}\p{M}\p{N}._-]`, 'u')

/**
 * Reads `kitchen`, `kitchen:4000`, `192.168.1.20:4000`, `fe80::1%eth0`, `[fe80::1%eth0]:4000`. A bare IPv6
 * address has no port: its colons are its own. What cannot be read is answered with one sentence that names
 * the cause and the cure; no name is looked up here.
 */
export function parseTarget(text: string, defaultPort: number): Target {
  const said = text.trim()
  if (said === '')
    return no('No server was named. Give its name or address, such as kitchen or 192.168.1.20:4000.')
  if (unseen().test(said))
    return no(
      'The server’s name holds characters that cannot be seen. Type it by hand instead of pasting it.',
    )
  const scheme = said.indexOf('://')
  if (scheme >= 0) {
    const bare = (said.slice(scheme + 3).split(/[/?#]/)[0] ?? '').replace(/^.*@/, '')
    return no(
      `${quote(said)} is a web address. Give only the server’s name or address${suchAs(bare, defaultPort)}.`,
    )
  }
  if (/\s/.test(said)) {
    const joined = said.replace(/\s*:\s*|\s+/, ':')
    return no(`${quote(said)} has a space in it. Write name and port together${suchAs(joined, defaultPort)}.`)
  }
  if (said.startsWith('[')) return readBracketed(said, defaultPort)

  const colon = said.indexOf(':')
  if (colon >= 0 && said.includes(':', colon + 1)) return readBare6(said, defaultPort)
  const host = colon < 0 ? said : said.slice(0, colon)
  if (host === '')
    return no(`${quote(said)} names a port but no server. Put the server’s name or address before the colon.`)
  const wrong = nameFault(host)
  if (wrong !== undefined) return no(wrong)
  return withPort(host, colon < 0 ? undefined : said.slice(colon + 1), defaultPort)
}

/** `kitchen:4000`, `[fe80::1]:4000`: what `parseTarget` reads back as the same. */
export function formatTarget(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

const no = (text: string): Target => ({ ok: false, text })

/** The words of the user inside our own sentence: short, so that the sentence can still be read. */
function quote(said: string): string {
  const points = [...said]
  return `“${points.length > quotedCharsMax ? `${points.slice(0, quotedCharsMax).join('')}…` : said}”`
}

/** An example made of what was typed, where that makes a good one. */
function suchAs(guess: string, defaultPort: number): string {
  const read = /[\s/]|:\/\//.test(guess) ? undefined : parseTarget(guess, defaultPort)
  return read?.ok ? `, such as ${guess}` : ', such as kitchen or 192.168.1.20:4000'
}

function readBracketed(said: string, defaultPort: number): Target {
  const end = said.indexOf(']')
  const inside = said.slice(1, end < 0 ? undefined : end)
  if (end < 0)
    return no(`${quote(said)} opens a bracket and does not close it. Write it like [fe80::1%eth0]:4000.`)
  if (!isIpv6(inside))
    return no(
      `${quote(inside)} is no IPv6 address; brackets are only for those. Write other names without them.`,
    )
  const after = said.slice(end + 1)
  if (after === '') return withPort(inside, undefined, defaultPort)
  if (!after.startsWith(':'))
    return no(
      `${quote(said)} goes on after the bracket. Only a colon and a port may follow, as in [${inside}]:4000.`,
    )
  return withPort(inside, after.slice(1), defaultPort)
}

function readBare6(said: string, defaultPort: number): Target {
  if (isIpv6(said)) return { ok: true, host: said, port: defaultPort }
  const last = said.lastIndexOf(':')
  const before = said.slice(0, last)
  if (isIpv6(before) && readPort(said.slice(last + 1)) !== undefined)
    return no(
      `An IPv6 address with a port needs brackets: write ${formatTarget(before, Number(said.slice(last + 1)))}.`,
    )
  return no(
    `${quote(said)} is no address: it has several colons and is no IPv6. Write it like kitchen:4000 or fe80::1%eth0.`,
  )
}

function withPort(host: string, digits: string | undefined, defaultPort: number): Target {
  if (digits === undefined) return { ok: true, host, port: defaultPort }
  if (digits === '')
    return no(
      `After the colon of ${quote(`${host}:`)} comes a port. Write one, such as ${formatTarget(host, 4000)}, or leave the colon out.`,
    )
  const port = readPort(digits)
  if (port === undefined)
    return no(
      `${quote(digits)} is no port. A port is a number from 1 to 65535, such as ${formatTarget(host, 4000)}.`,
    )
  return { ok: true, host, port }
}

function readPort(digits: string): number | undefined {
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0
  return port >= 1 && port <= 65_535 ? port : undefined
}

/** Why this is neither a name nor an IPv4 address; undefined when it is one. */
function nameFault(host: string): string | undefined {
  if (host.includes('%'))
    return `${quote(host)} names an interface after “%”, which only IPv6 addresses have. Leave that part out.`
  if (host.length > nameCharsMax)
    return `${quote(host)} is too long for a host’s name. Check that you pasted only the name.`
  const labels = host.replace(/\.$/, '').split('.')
  const last = labels.at(-1) ?? ''
  // The system would read these as addresses in old notations (4000 as 0.0.15.160), which nobody means.
  if (/^(\d+|0x[\da-f]*)$/i.test(last) && !isIpv4(host)) {
    if (labels.length === 1)
      return `${quote(host)} is only a number. To name a port, put the server before it, such as kitchen:4000.`
    return `${quote(host)} is no IP address: it takes four numbers from 0 to 255 without leading zeros, such as 192.168.1.20.`
  }
  const stray = foreign().exec(host)
  if (stray)
    return `${quote(host)} cannot be a host’s name: “${stray[0]}” does not belong in one. Write it like kitchen or 192.168.1.20.`
  if (
    labels.some(
      label => label === '' || label.length > labelCharsMax || label.startsWith('-') || label.endsWith('-'),
    )
  )
    return `${quote(host)} cannot be a host’s name: look for a stray dot or hyphen. Write it like kitchen or kitchen.local.`
  return undefined
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

/** An IPv6 address, with or without the interface it is meant on (`fe80::1%eth0`). */
function isIpv6(text: string): boolean {
  const percent = text.indexOf('%')
  const address = percent < 0 ? text : text.slice(0, percent)
  if (percent >= 0 && !/^[^\s%:/[\]]{1,64}$/.test(text.slice(percent + 1))) return false
  const halves = address.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap(half => (half === '' ? [] : half.split(':')))
  const tail = groups.at(-1) ?? ''
  const tail4 = tail.includes('.')
  if (tail4 && (!isIpv4(tail) || address.endsWith('::'))) return false
  if (!(tail4 ? groups.slice(0, -1) : groups).every(group => /^[\da-f]{1,4}$/i.test(group))) return false
  const count = groups.length + (tail4 ? 1 : 0)
  return halves.length === 2 ? count <= 7 : count === 8
}
