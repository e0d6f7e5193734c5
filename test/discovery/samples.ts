/** Beacons and ways of hearing them, for the tests of this folder. */
import type { Here } from '../../src/discovery/beacon.ts'
import type { Heard } from '../../src/discovery/life.ts'

/** 21 characters that begin with `start`. */
export function idOf(start: string): string {
  return `${start}_____________________`.slice(0, 21)
}

/** The commitment that `secretOf(boot)` opens, as far as these tests go. */
export function commitmentFor(secret: string): string {
  return `bc-${secret}----------------------`.slice(0, 22)
}

export function secretOf(boot: number): string {
  return `secret-of-boot-${boot}--------`.slice(0, 18)
}

export function here(fields: Partial<Here> & { id: string }): Here {
  const boot = fields.boot ?? 1
  return {
    t: 'here',
    boot,
    seq: 1,
    ttlSeconds: 15,
    port: 23277,
    pagePort: 0,
    ircPort: 0,
    versions: [1, 1],
    name: 'office',
    users: 2,
    usersMax: 100,
    flags: 'h',
    fingerprint: null,
    commitment: commitmentFor(secretOf(boot)),
    nonce: null,
    ...fields,
  }
}

/** A beacon from a neighbour. */
export function beaconFrom(host: string): Heard {
  return { host, fromPort: 40_000, kin: 'near', rttMs: null, proven: false }
}

/** An answer to a broadcast probe. */
export function answerFrom(host: string, rttMs = 2): Heard {
  return { host, fromPort: 40_000, kin: 'near', rttMs, proven: false }
}
