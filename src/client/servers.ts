/** The rows of the picker: which servers are listed, in which order, and what is said of each. */
import { shortCodeOf } from '../base/fingerprint.ts'
import { fold } from '../base/names.ts'
import { isOwnHost } from '../base/network.ts'
import { formatTarget } from '../base/target.ts'
import type { Outlet, Sighting } from '../discovery/types.ts'
import { protocolVersion } from '../wire/limits.ts'
import { counted, secondsLabel } from './labels.ts'
import type { Model } from './model.ts'
import { isAsKnown, type Known, standingOf } from './trust.ts'
import type { Target } from './types.ts'

/** The list of servers, as far as it is the user’s. */
export interface Picker {
  readonly sightings: readonly Sighting[]
  readonly outlets: readonly Outlet[]
  /** Keys of rows in the order they were first seen: place 0 is picked with “1”. */
  readonly numbers: readonly string[]
  /** The key of a row. */
  readonly chosen: string | null
  /** Where the chosen row stood, for when it goes. */
  readonly chosenIndex: number
  /** The user has moved it, or narrowed the list: from then on it is theirs. */
  readonly isMoved: boolean
  /** The chosen server that went and had another take its place: for a moment Enter asks once more. */
  readonly gone: { readonly id: string; readonly name: string; readonly atMs: number } | null
  /** What the rows are narrowed to; `filtering` while it is being typed. */
  readonly filter: string
  readonly filtering: boolean
  /** Since when nothing was found. */
  readonly sinceMs: number
  readonly sweep: { readonly asked: number; readonly total: number; readonly done: boolean } | null
  readonly hosting: boolean
  /** A line typed where no keys are read, before the list could have what it names: done when it has, or as it stands. */
  readonly choice: string | null
  /** A sentence for the user. A new object is a new sentence, even where the text is the same. */
  readonly note: { readonly text: string } | null
  /** Sentences for who looks at the list, while nobody does, and until when each is worth it. */
  readonly untold: readonly { readonly text: string; readonly untilMs: number }[]
}

/** The servers the filter lets through; rows keep their order while others come and go. */
export function listed({ picker, known }: Pick<Model, 'picker' | 'known'>): readonly Sighting[] {
  const wanted = fold(picker.filter)
  return inOrder(
    picker.sightings.filter(one => wanted === '' || fold(`${one.name} ${addressOf(one)}`).includes(wanted)),
    known,
  )
}

/** By name; of one name the server we know stands above whoever took its name or its identity. */
export const inOrder = (sightings: readonly Sighting[], known: Known): readonly Sighting[] =>
  sightings
    .map(one => ({ one, name: fold(one.name), rank: isAsKnown(known, one) ? 0 : 1 }))
    .sort(
      (a, b) =>
        order(a.name, b.name) || a.rank - b.rank || order(a.one.id, b.one.id) || order(a.one.key, b.one.key),
    )
    .map(({ one }) => one)

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The place “1”, “2” … by which a server is picked where there are no arrows; null beyond the bound. */
function numberOf(picker: Picker, sighting: Sighting): number | null {
  const index = picker.numbers.indexOf(sighting.key)
  return index < 0 ? null : index + 1
}

/** The address people are shown: of IPv4 where there is one, which can be read out and typed. */
export const shownHost = ({ hosts }: Pick<Target, 'hosts'>): string =>
  hosts.find(host => /^\d+(\.\d+){3}$/.test(host)) ?? hosts[0] ?? '?'

export const addressOf = (sighting: Sighting): string =>
  formatTarget(shownHost(targetOf(sighting)), sighting.port)

export const targetOf = (sighting: Sighting): Target => ({
  hosts: sighting.addresses.map(address => address.host),
  port: sighting.port,
})

export const rttText = (sighting: Sighting): string => {
  const rttMs = sighting.addresses[0]?.rttMs ?? null
  return rttMs === null ? '-' : rttMs < 1 ? '<1ms' : `${Math.round(rttMs)}ms`
}

/** Whether we speak a version it speaks. */
export const isCompatible = ({ versions: [lowest, highest] }: Sighting): boolean =>
  lowest <= protocolVersion && protocolVersion <= highest

/** Why Enter does not join it, and what to do. */
export function incompatibleText({ name, versions: [lowest, highest] }: Sighting): string {
  const theirs = lowest === highest ? `version ${lowest}` : `versions ${lowest} to ${highest}`
  const cure =
    lowest > protocolVersion
      ? 'Upgrade this Earshot to join it.'
      : 'Ask whoever runs it to upgrade it, or join with an older Earshot.'
  return `${name} speaks ${theirs} of Earshot’s protocol and this one speaks version ${protocolVersion}. ${cure}`
}

/** The last column: what to know before joining, the gravest first; `brief` where there is little room. */
export function remarkOf({ nowMs, known }: Model, sighting: Sighting, brief = false): string {
  const [lowest, highest] = sighting.versions
  const remarks: string[] = []
  const standing = standingOf(known, sighting)
  if (standing === 'changed') remarks.push(brief ? 'CHANGED' : 'CHANGED: not the key you know')
  if (sighting.twin === 'conflict') remarks.push('CONFLICT')
  if (!isCompatible(sighting))
    remarks.push(
      `${brief ? '' : 'incompatible: '}needs version ${lowest > protocolVersion ? lowest : highest}`,
    )
  if (standing === 'impostor') remarks.push(brief ? 'NEW, not yours' : 'NEW, not the server you know')
  if (sighting.twin === 'same-name') remarks.push('same name')
  if (sighting.state === 'late') remarks.push(`not heard for ${secondsLabel(nowMs - sighting.heardAt)}`)
  if (sighting.flags.includes('f')) remarks.push('full')
  if (sighting.flags.includes('p')) remarks.push('password')
  if (standing === 'known') remarks.push('known')
  if (standing === 'plain') remarks.push(brief ? 'plain' : 'not encrypted')
  const code = sighting.fingerprint === null ? '' : shortCodeOf(sighting.fingerprint)
  if (standing === 'new') remarks.push(brief && remarks.length > 0 ? 'new' : `new ${code}`)
  else if (standing !== 'known' && code !== '' && !brief) remarks.push(code)
  if (sighting.flags.includes('h')) remarks.push('history')
  return remarks.join(', ')
}

/** One line for a server: `2  den-server  10.0.0.5:23277  7 here`, as a numbered list shows it. */
export function serverText(model: Model, sighting: Sighting): string {
  const number = numberOf(model.picker, sighting)
  const remark = remarkOf(model, sighting)
  return [
    number === null ? '-' : `${number}`,
    sighting.name,
    addressOf(sighting),
    `${sighting.users} here`,
    ...(remark === '' ? [] : [remark]),
  ].join('  ')
}

const isOwn = ({ interfaceName, address }: Outlet): boolean =>
  /^lo\d*$/.test(interfaceName) || isOwnHost(address)

/** The outlets beyond this machine. */
export const outside = (outlets: readonly Outlet[]): readonly Outlet[] =>
  outlets.filter(outlet => !isOwn(outlet))

/** An IPv4 address of this machine that others can reach. */
export const addressOutside = (outlets: readonly Outlet[]): string | undefined =>
  outside(outlets).find(({ address, trouble }) => trouble === null && address.includes('.'))?.address

const noNetworkText =
  'This machine has no network now: no cable, no Wi-Fi. Only servers on this machine can be found.'

export const unscannedText = 'Not looking for servers (--no-scan). m: type an address, h: start one here.'

/** What a finished sweep came to. */
export function sweptText({ outlets, sightings }: Picker, asked: number): string {
  if (asked > 0)
    return `Asked ${counted(asked, 'address', 'addresses')}: ${counted(sightings.length, 'server')} found.`
  return outside(outlets).length === 0
    ? `No address was asked. ${noNetworkText}`
    : 'No address was asked: none of these networks has any that can be gone through. m takes an address.'
}

/** Why the list may be empty and what to do, in plain words; empty as long as it is too early to say. */
export function emptyListText(model: Model, afterMs: number): string[] {
  const { picker } = model
  if (picker.sightings.length > 0) return []
  if (!model.scans) return [unscannedText]
  if (model.nowMs - picker.sinceMs < afterMs) return []
  if (picker.outlets.length > 0 && outside(picker.outlets).length === 0)
    return [noNetworkText, 'h: start a server here   m: type an address']
  const working = outside(picker.outlets).filter(outlet => outlet.trouble === null)
  const asked =
    working.length === 0
      ? 'No network could be asked: no interface of this machine works for it. Is it connected?'
      : `No server answered. Asked on ${namesOf(working)}.`
  return [
    asked,
    'A firewall here or there may drop the question (UDP), a VPN may take it elsewhere, and guest Wi-Fi often keeps its users apart (AP isolation).',
    'h: start a server here, others will see it   S: ask every address, one by one   m: type an address',
  ]
}

/** The interfaces, each once. */
export const namesOf = (outlets: readonly { readonly interfaceName: string }[]): string =>
  [...new Set(outlets.map(outlet => outlet.interfaceName))].join(', ')
