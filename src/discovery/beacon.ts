/** The packet of discovery: what a server announces, what a scanner asks, and how hostile bytes are read. */
import { cleanLine } from '../base/clean.ts'
import { bounds } from './bounds.ts'

// Pure. A packet is the magic below and one flat JSON object; unknown fields are ignored, unknown kinds dropped.
// Addresses inside a packet are never believed, so there are none: the source address is what one dials.

/** A server is here. */
export interface Here {
  readonly t: 'here'
  /** 21 characters of nanoid, kept with the server's files: the identity. */
  readonly id: string
  /** u32, new at each start. */
  readonly boot: number
  /** u32, grows with each packet of one boot. */
  readonly seq: number
  /** How long this may be believed, in whole seconds. */
  readonly ttlSeconds: number
  /** TCP port of the talk. */
  readonly port: number
  /** TCP ports of the web page and of the IRC gateway; 0 = off. */
  readonly pagePort: number
  readonly ircPort: number
  readonly versions: readonly [number, number]
  readonly name: string
  readonly users: number
  readonly usersMax: number
  /** t TLS, p password, h history, f full. */
  readonly flags: string
  /** 128 bits of the SHA-256 of the server's public key in base64url (22 characters), or null without TLS. */
  readonly fingerprint: string | null
  /** 128 bits of the farewell secret's SHA-256 in base64url (22 characters): only the server can open it. */
  readonly commitment: string
  /** Echo of the probe it answers, or null. */
  readonly nonce: string | null
}

/** Who is there? */
export interface Find {
  readonly t: 'find'
  readonly nonce: string
  /** The first characters of ids that need not answer. */
  readonly have: readonly string[]
}

/** A server takes its leave; the secret opens the commitment of its beacons. */
export interface Bye {
  readonly t: 'bye'
  readonly id: string
  readonly boot: number
  readonly secret: string
}

export type Packet = Here | Find | Bye

/** `newer`: a packet of a later version of this protocol, which we cannot read. */
export type Decoded =
  | { readonly got: 'packet'; readonly packet: Packet }
  | { readonly got: 'newer'; readonly version: number }
  | { readonly got: 'junk' }

const magic = 'EARSHOT/1 '
const newerMagic = /^EARSHOT\/([2-9]|[1-9]\d{1,3}) /
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })
const magicBytes = encoder.encode(magic)
const probeStart = encoder.encode(`${magic}{"t":"find"`)
const junk: Decoded = { got: 'junk' }

const idForm = /^[\w-]{21}$/
const hashForm = /^[\w-]{22}$/
const nonceForm = new RegExp(`^[\\w-]{1,${bounds.nonceLengthMax}}$`)
const secretForm = new RegExp(`^[\\w-]{16,${bounds.secretLengthMax}}$`)
const havePrefixForm = /^[\w-]{1,21}$/
const flagsForm = new RegExp(`^[A-Za-z]{0,${bounds.flagsMax}}$`)
const unnamed = 'unnamed'

/** A name as it goes on the wire: harmless, at most 48 bytes and 32 cells, never empty. */
export function beaconName(name: string): string {
  let kept = ''
  let bytes = 0
  for (const point of cleanLine(name, bounds.nameCellsMax)) {
    bytes += encoder.encode(point).length
    if (bytes > bounds.nameBytesMax) break
    kept += point
  }
  // The cut may have left half of a joined character.
  return cleanLine(kept) || unnamed
}

/** The bytes of a packet, at most 512. Throws a RangeError for fields that no receiver would accept. */
export function encode(packet: Packet): Uint8Array {
  if (packet.t === 'find') {
    check(nonceForm.test(packet.nonce), 'nonce')
    const have = packet.have.slice(0, bounds.haveMax).map(id => id.slice(0, bounds.havePrefixLength))
    return bytesOf({ t: 'find', n: packet.nonce, ...(have.length > 0 && { have }) }, bounds.probeBytesMin)
  }
  check(idForm.test(packet.id), 'id')
  if (packet.t === 'bye') {
    check(secretForm.test(packet.secret), 'secret')
    return bytesOf({ t: 'bye', id: packet.id, boot: packet.boot, bs: packet.secret })
  }
  check(hashForm.test(packet.commitment), 'commitment')
  check(packet.fingerprint === null || hashForm.test(packet.fingerprint), 'fingerprint')
  check(packet.nonce === null || nonceForm.test(packet.nonce), 'nonce')
  check(flagsForm.test(packet.flags), 'flags')
  check(isCount(packet.port, 0xffff) && packet.port > 0, 'port')
  let name = beaconName(packet.name)
  for (;;) {
    const bytes = bytesOf({
      t: 'here',
      id: packet.id,
      boot: packet.boot,
      seq: packet.seq,
      ttl: clamp(packet.ttlSeconds, bounds.ttlSecondsMin, bounds.ttlSecondsMax),
      port: packet.port,
      ...(packet.pagePort > 0 && { wp: packet.pagePort }),
      ...(packet.ircPort > 0 && { ip: packet.ircPort }),
      v: packet.versions,
      name,
      u: clamp(packet.users, 0, 0xffff),
      max: clamp(packet.usersMax, 0, 0xffff),
      ...(packet.flags !== '' && { f: packet.flags }),
      ...(packet.fingerprint !== null && { fp: packet.fingerprint }),
      bc: packet.commitment,
      ...(packet.nonce !== null && { n: packet.nonce }),
    })
    // Quotes and backslashes double in JSON; the rest of the fields has fixed lengths, so the name gives way.
    if (bytes.length <= bounds.sentBytesMax || name.length <= 1) return bytes
    name = [...name].slice(0, -1).join('')
  }
}

/** Whether it is worth a closer look: its length and its first letter fit. */
export function mayBePacket(bytes: Uint8Array): boolean {
  return (
    bytes.length <= bounds.heardBytesMax &&
    bytes.length >= magicBytes.length + 2 &&
    bytes[0] === magicBytes[0]
  )
}

/** Whether it begins as probes do; another order of its fields makes it none for this look. */
export function looksLikeProbe(bytes: Uint8Array): boolean {
  return bytes.length >= probeStart.length && probeStart.every((byte, index) => bytes[index] === byte)
}

/** Reads what came from the network. Never throws; costs next to nothing for what is not ours. */
export function decode(bytes: Uint8Array): Decoded {
  if (!mayBePacket(bytes)) return junk
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    return junk
  }
  if (!text.startsWith(magic)) {
    const newer = newerMagic.exec(text)
    return newer ? { got: 'newer', version: Number(newer[1]) } : junk
  }
  if (text.charCodeAt(magic.length) !== 0x7b) return junk
  let fields: unknown
  try {
    fields = JSON.parse(text.slice(magic.length))
  } catch {
    return junk
  }
  const packet = isFlat(fields) ? readPacket(fields) : null
  return packet ? { got: 'packet', packet } : junk
}

type Fields = Readonly<Record<string, unknown>>

/** An object whose values are plain, or lists of plain values. */
function isFlat(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every(field => isPlain(field) || (Array.isArray(field) && field.every(isPlain)))
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

function readPacket(fields: Fields): Packet | null {
  switch (fields.t) {
    case 'here':
      return readHere(fields)
    case 'find':
      return readFind(fields)
    case 'bye':
      return readBye(fields)
    default:
      return null
  }
}

function readHere(fields: Fields): Here | null {
  const {
    id,
    boot,
    seq,
    ttl,
    port,
    wp = 0,
    ip = 0,
    v,
    name,
    u = 0,
    max = 0,
    f = '',
    fp = null,
    bc,
    n = null,
  } = fields
  if (!isText(id, idForm) || !isCount(boot, 0xffffffff) || !isCount(seq, 0xffffffff)) return null
  if (typeof ttl !== 'number' || !Number.isFinite(ttl) || ttl < 0) return null
  if (!isCount(port, 0xffff) || port === 0 || !isCount(wp, 0xffff) || !isCount(ip, 0xffff)) return null
  const versions = readVersions(v)
  if (!versions || typeof name !== 'string' || !isCount(u, 0xffff) || !isCount(max, 0xffff)) return null
  if (!isText(f, flagsForm) || !isText(bc, hashForm)) return null
  if (fp !== null && !isText(fp, hashForm)) return null
  if (n !== null && !isText(n, nonceForm)) return null
  return {
    t: 'here',
    id,
    boot,
    seq,
    ttlSeconds: clamp(ttl, bounds.ttlSecondsMin, bounds.ttlSecondsMax),
    port,
    pagePort: wp,
    ircPort: ip,
    versions,
    name: beaconName(name),
    users: u,
    usersMax: max,
    flags: f,
    fingerprint: fp,
    commitment: bc,
    nonce: n,
  }
}

function readVersions(value: unknown): readonly [number, number] | null {
  if (!Array.isArray(value) || value.length !== 2) return null
  const [lowest, highest]: unknown[] = value
  if (!isCount(lowest, 0xffff) || !isCount(highest, 0xffff) || lowest > highest) return null
  return [lowest, highest]
}

function readFind(fields: Fields): Find | null {
  const { n, have = [] } = fields
  if (!isText(n, nonceForm) || !Array.isArray(have) || have.length > bounds.haveMax) return null
  const prefixes: string[] = []
  for (const prefix of have) {
    if (!isText(prefix, havePrefixForm)) return null
    prefixes.push(prefix)
  }
  return { t: 'find', nonce: n, have: prefixes }
}

function readBye(fields: Fields): Bye | null {
  const { id, boot, bs } = fields
  if (!isText(id, idForm) || !isCount(boot, 0xffffffff) || !isText(bs, secretForm)) return null
  return { t: 'bye', id, boot, secret: bs }
}

/** Filled up with spaces before its last brace: there they mean nothing, and what is cut is no packet. */
function bytesOf(fields: Record<string, unknown>, bytesMin = 0): Uint8Array {
  const text = magic + JSON.stringify(fields)
  return encoder.encode(`${text.slice(0, -1).padEnd(bytesMin - 1)}}`)
}

function isText(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value)
}

function isCount(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.round(value)))
}

function check(holds: boolean, field: string): void {
  if (!holds) throw new RangeError(`a packet with this ${field} would be dropped by everyone`)
}
