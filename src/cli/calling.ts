/** `earshot join den`: a host of that name; where there is none, the server here that calls itself so. */
import { lookup } from 'node:dns/promises'
import { cleanLine } from '../base/clean.ts'
import { calledSo, knownBy } from '../client/trust.ts'
import type { Target } from '../client/types.ts'
import { defaultPort } from '../wire/limits.ts'
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

/**
 * @param target what was asked for, as an address
 * @returns the server of that name; null where a host has it, or where nobody of that name answers; a sentence where
 *   several servers have it
 */
export async function callByName(
  { host, port }: NonNullable<Given['target']>,
  options: Given['options'],
): Promise<Called | null | { readonly text: string }> {
  if (options.scan === false || port !== defaultPort || !mayBeName(host) || (await isHost(host))) return null
  complain(`no host is called “${cleanLine(host, 40)}”; looking for a server of that name …`)
  const found = await findServer({ ...searchOf(options), server: host, byAddress: 'earshot join HOST:PORT' })
  if (!found.ok) return found.mayCome ? null : found
  if (found.meant === null || found.named === null) return null
  const known = calledSo(knownBy(knownServers()), host)
  return { target: found.target, name: found.named, meant: known?.id ?? found.meant }
}

/** What has a dot or a colon in it is an address, or belongs to somebody’s names of hosts. */
const mayBeName = (host: string): boolean => !/[.:]/.test(host) && host !== 'localhost'

async function isHost(host: string): Promise<boolean> {
  try {
    await lookup(host)
    return true
  } catch {
    return false
  }
}
