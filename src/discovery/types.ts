/** What discovery tells its users: sightings of servers, and the interfaces it works on. */

/** Where a server was heard; `host` can be dialled as it is (link-local IPv6 carries its %scope). */
export interface SightedAddress {
  readonly host: string
  /** Round trip of the probe it answered; null where only a beacon was heard. */
  readonly rttMs: number | null
  /** Monotonic milliseconds. */
  readonly heardAt: number
}

/** A beacon we hold, and until when. All its texts are already harmless. */
export interface Sighting {
  /**
   * This row among all rows, and the same for as long as the row lives: remember a choice by it. To be compared only;
   * two rows in conflict share their `id`, never their `key`.
   */
  readonly key: string
  /** The identity the server claims: dedupe by it, never by an address. */
  readonly id: string
  /** Changes when the server restarts. */
  readonly boot: number
  readonly name: string
  readonly port: number
  readonly users: number
  readonly usersMax: number
  /** The session protocol's versions it serves, lowest and highest. */
  readonly versions: readonly [number, number]
  /** Letters as in the beacon's `f`: T TLS, p password, h history, f full. */
  readonly flags: string
  /** 128 bits of its key’s hash in base64url, as it claims; null where it claims none. A hint: TLS decides. */
  readonly fingerprint: string | null
  /** Best first: own machine, same network v4, link-local v6, others. Never empty. */
  readonly addresses: readonly SightedAddress[]
  /** Monotonic milliseconds of the newest word from it, over all addresses. */
  readonly heardAt: number
  /** `late` rows are shown grey: it missed its beacons and is being asked. */
  readonly state: 'fresh' | 'late'
  /** Another row has the same id but another key, or the same name but another id (told apart by eye only). */
  readonly twin: 'conflict' | 'same-name' | null
}

/** An interface address that discovery works on, or why it does not. */
export interface Outlet {
  readonly interfaceName: string
  readonly address: string
  /** null where it works; else a short reason such as "no broadcast" or "send failed (ENETUNREACH)". */
  readonly trouble: string | null
}
