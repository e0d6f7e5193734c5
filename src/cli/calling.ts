/** `earshot join den`: the host of that name where one listens; else the server here that calls itself so. */
import { cleanLine } from '../base/clean.ts'
import { calledSo, knownBy } from '../client/trust.ts'
import type { Target } from '../client/types.ts'
import { dial } from '../net/dial.ts'
import { defaultPort } from '../wire/limits.ts'
import { bounds } from './bounds.ts'
import { commands } from './commands.ts'
import { findServer, searchOf } from './find.ts'
import { knownServers } from './known.ts'
import type { Given } from './main.ts'
import { complain } from './saying.ts'

export interface Called {
  readonly target: Target
  /** What the server calls itself. */
  readonly name: string
  /** Its identity: that of the server of this name we know, whoever announces it; else the one announced. */
  readonly meant: string
}

/** For a word that may have been meant as a command. */
export const noCommandText = `that is no command either; there are ${commands
  .map(({ name }) => name)
  .filter(name => name !== 'pick')
  .join(', ')}.`

/**
 * Servers are called like their hosts where nobody gave them a name, so both are looked for at once.
 *
 * @param target what was asked for, as an address
 * @returns the server of that name; null where a host of that name listens, or the target can be nothing but an address;
 *   a sentence where several servers have the name, or nobody
 */
export async function callByName(
  { host, port }: NonNullable<Given['target']>,
  options: Given['options'],
): Promise<Called | null | { readonly text: string }> {
  if (options.scan === false || port !== defaultPort || !mayBeName(host)) return null
  const timer = setTimeout(
    () => complain(`looking for a host or a server called “${cleanLine(host, 40)}” …`),
    bounds.tellAfterMs,
  )
  const over = new AbortController()
  const { signal } = over
  try {
    const search = {
      ...searchOf(options),
      server: host,
      takesHosts: false,
      byAddress: 'earshot join HOST:PORT',
    }
    const finding = findServer({ ...search, signal })
    const calling = dial({ hosts: [host], port, timeoutMs: search.waitMs, signal })
    // A server that was heard does not wait for a name that nobody knows or for a host that is off.
    const first = await Promise.race([calling, finding.then(found => (found.ok ? null : calling))])
    if (first?.ok === true) {
      first.socket.destroy()
      return null
    }
    const found = await finding
    if (!found.ok)
      return { text: found.mayCome && first !== null ? `${found.text}\n${first.text}` : found.text }
    if (found.meant === null || found.named === null) return null
    const known = calledSo(knownBy(knownServers()), host)
    return { target: found.target, name: found.named, meant: known?.id ?? found.meant }
  } finally {
    over.abort()
    clearTimeout(timer)
  }
}

/** What has a dot or a colon in it is an address, or belongs to somebody’s names of hosts. */
const mayBeName = (host: string): boolean => !/[.:]/.test(host) && host !== 'localhost'
