/** The beacons we hold and until when: one row a server, however many addresses it is heard on. Facts in, wishes out. */
import type { Bye, Here } from './beacon.ts'
import { bounds } from './bounds.ts'
import {
  asksNow,
  beaconlessMs,
  byNearness,
  createLife,
  type Heard,
  hear,
  isLate,
  type Life,
  renew,
  succeeds,
  ttlMs,
} from './life.ts'
import { type Ordered, ordered, type Row, sightingOf } from './rows.ts'
import { schedule } from './schedule.ts'
import type { Sighting } from './types.ts'
import type { UdpSource } from './udp.ts'

// Pure: no clock, no socket. What it cannot do itself it wishes for, and the scanner does it.

export type Wish =
  /** Ask this host by unicast, with a connected socket, so that a dead port is told at once. */
  | { readonly do: 'ask'; readonly host: string }
  /** Ask everyone, except those named. */
  | { readonly do: 'probe'; readonly have: readonly string[] }
  /** Send a fresh nonce to this host alone: too many rows to believe a stranger's word. */
  | { readonly do: 'prove'; readonly host: string }
  /** A packet was not taken: count it. */
  | { readonly do: 'ignored'; readonly host: string }
  /** The list looks different now. Without this wish only ages have changed. */
  | { readonly do: 'show' }

export interface Sightings {
  here(here: Here, heard: Heard, nowMs: number): Wish[]
  bye(bye: Bye, nowMs: number): Wish[]
  /** Nobody listens at this host's port. Late rows lose the address, and go with their last one. */
  refused(host: string): Wish[]
  /** To be called about once a second. */
  tick(nowMs: number): Wish[]
  /** This machine slept: every row is old news until its server speaks again. */
  doubt(): Wish[]
  /** By name, then id. Cached until something changes. */
  list(): readonly Sighting[]
  /** Whether a row is heard from this host. */
  holds(host: string): boolean
  /** Whether a row’s beacons come from this port of its host. */
  hears(from: UdpSource): boolean
  size(): number
}

export interface SightingsMeans {
  /** Whether the secret of a farewell opens the commitment of a beacon. */
  opens(secret: string, commitment: string): boolean
  /** Whether a server was visited at this host before: it finds a place where strangers have taken all. */
  knows?(host: string): boolean
}

/** One less: not the one that is shown, nor the one that was here first as long as it may still speak. */
function withoutSilent(lives: readonly Life[], nowMs: number): Life[] {
  const [shown] = lives
  const longest = lives.reduce((a, b) => (b.firstHeardAt < a.firstHeardAt ? b : a))
  const others = lives.filter(
    each => each !== shown && (each !== longest || isLate(each, nowMs - each.heardAt)),
  )
  const silent = others.reduce((a, b) => (b.heardAt < a.heardAt ? b : a))
  return lives.filter(each => each !== silent)
}

export function createSightings({ opens, knows }: SightingsMeans): Sightings {
  const rows = new Map<string, Row>()
  const farewells = new Map<string, number>()
  /** Who waits to echo a nonce of its own: those who have answered a probe apart from those who only speak. */
  const provings = { answering: new Map<string, number>(), speaking: new Map<string, number>() }
  const proven = new Set<string>()
  // Each second a crowd has spoken and nothing but ages is new: then the order and all other rows stay as they are.
  let order: readonly Ordered[] | null = null
  let shown: readonly Sighting[] | null = null
  /** In a flood this is asked of each packet. */
  let mouths: Set<string> | null = null

  function changed(wishes: Wish[]): Wish[] {
    order = null
    shown = null
    return [...wishes, { do: 'show' }]
  }

  /** Why a new row is not taken, or null when it is. */
  function objection({ host, rttMs }: Heard, nowMs: number): Wish[] | null {
    let here = 0
    for (const row of rows.values()) if (row.lives.some(life => life.addresses.has(host))) here += 1
    const hasRoom = rows.size < bounds.rowsMax + bounds.rowsOfKnownMax && here < bounds.rowsPerKnownHostMax
    if (hasRoom && knows?.(host)) return null
    if (rows.size >= bounds.rowsMax) return [{ do: 'ignored', host }]
    if (here >= bounds.rowsPerHostMax) return [{ do: 'ignored', host }]
    if (rows.size < bounds.rowsUnprovenMax || proven.has(host)) return null
    const proving = rttMs === null ? provings.speaking : provings.answering
    const isAsked = [provings.answering, provings.speaking].some(
      asked => nowMs - (asked.get(host) ?? Number.NEGATIVE_INFINITY) < bounds.provingAgainMs,
    )
    if (isAsked) return [{ do: 'ignored', host }]
    for (const [waiting, atMs] of proving) {
      if (nowMs - atMs >= bounds.provingAgainMs) proving.delete(waiting)
    }
    if (proving.size >= bounds.provingMax) return [{ do: 'ignored', host }]
    proving.set(host, nowMs)
    return [{ do: 'prove', host }]
  }

  function prove(host: string): void {
    provings.answering.delete(host)
    provings.speaking.delete(host)
    if (proven.size >= bounds.provenMax) {
      for (const other of proven) {
        proven.delete(other)
        break
      }
    }
    proven.add(host)
  }

  /** Each of its hosts alone, for only an answer to that can be told from a forged one. */
  function askings(life: Life, nowMs: number): Wish[] {
    return asksNow(life, nowMs) ? byNearness(life).map(({ host }) => ({ do: 'prove', host })) : []
  }

  /** Somebody says that it started again, as anybody can: it is asked, and stays as it is meanwhile. */
  function claimed(first: Life, nowMs: number): Wish[] {
    first.claimedAt ??= nowMs
    return askings(first, nowMs)
  }

  return {
    here(here, heard, nowMs) {
      if (heard.proven) prove(heard.host)
      if (farewells.has(here.commitment)) return []
      const key = `${here.id} ${here.fingerprint ?? ''}`
      const row = rows.get(key)
      if (!row) {
        const objected = objection(heard, nowMs)
        if (objected) return objected
        rows.set(key, {
          key,
          id: here.id,
          lives: [createLife(here, heard, nowMs)],
          late: false,
          asks: 0,
          listed: null,
        })
        return changed([])
      }
      const life = row.lives.find(each => each.boot === here.boot)
      if (life) {
        // A boot has one commitment; another one under the same boot is somebody else's.
        if (life.commitment !== here.commitment) return [{ do: 'ignored', host: heard.host }]
        const [first = life] = row.lives
        const outcome = hear(life, here, heard, nowMs)
        if (outcome === 'old') return []
        if (outcome === 'claimed') return askings(life, nowMs)
        if (!succeeds(life, first, heard, nowMs)) return claimed(first, nowMs)
        const wasLate = row.late
        row.late = false
        row.asks = 0
        if (first !== life) row.lives = [life, ...row.lives.filter(each => each !== life)]
        if (outcome === 'changed' || wasLate || first !== life) return changed([])
        row.listed = null
        shown = null
        return []
      }
      const born = createLife(here, heard, nowMs)
      const [first = born, ...before] = row.lives
      const isBelieved = succeeds(born, first, heard, nowMs)
      row.lives = isBelieved ? [born, first, ...before] : [first, born, ...before]
      if (row.lives.length > bounds.livesPerRowMax) row.lives = withoutSilent(row.lives, nowMs)
      if (!isBelieved) return claimed(first, nowMs)
      row.late = false
      row.asks = 0
      return changed([])
    },

    bye(bye, nowMs) {
      let gone = false
      for (const row of rows.values()) {
        if (row.id !== bye.id) continue
        const life = row.lives.find(each => each.boot === bye.boot)
        if (!life || !opens(bye.secret, life.commitment)) continue
        gone = true
        if (farewells.size >= bounds.farewellsMax) {
          const oldest = farewells.keys().next().value
          if (oldest !== undefined) farewells.delete(oldest)
        }
        // By commitment, so that nobody can take leave for a server under its id and boot.
        farewells.set(life.commitment, nowMs)
        // Earlier boots went when this one came, unless they have spoken since; of one that nobody believed they know nothing.
        const isFirst = row.lives[0] === life
        row.lives = row.lives.filter(each => each !== life && (!isFirst || each.heardAt > life.firstHeardAt))
        if (row.lives.length === 0) rows.delete(row.key)
      }
      return gone ? changed([]) : []
    },

    refused(host) {
      let gone = false
      for (const row of rows.values()) {
        if (!row.late) continue
        for (const life of row.lives) gone = life.addresses.delete(host) || gone
        row.lives = row.lives.filter(life => life.addresses.size > 0)
        if (row.lives.length === 0) rows.delete(row.key)
      }
      return gone ? changed([]) : []
    },

    tick(nowMs) {
      mouths = null
      const wishes: Wish[] = []
      const fresh: string[] = []
      let different = false
      let lonely = false
      for (const [farewell, atMs] of farewells) {
        if (nowMs - atMs > bounds.farewellKeptMs) farewells.delete(farewell)
      }
      for (const row of rows.values()) {
        const lives = row.lives.filter(life => {
          const outcome = renew(life, nowMs)
          if (outcome !== 'same') different = true
          return outcome !== 'over'
        })
        row.lives = lives
        const [life] = lives
        if (!life) {
          rows.delete(row.key)
          continue
        }
        for (const each of lives) wishes.push(...askings(each, nowMs))
        const wordless = Math.min(...lives.map(each => nowMs - each.heardAt))
        if (!row.late && isLate(life, wordless)) {
          row.late = true
          different = true
        }
        // At half of its time and at three quarters; after a doubt at once.
        const due = row.asks === 0 || (row.asks === 1 && wordless >= ttlMs(life) * 0.75)
        if (row.late && due) {
          row.asks += 1
          lonely = true
          // All of them: the row goes only when none is left.
          for (const address of byNearness(life)) wishes.push({ do: 'ask', host: address.host })
        }
        // Answers come but no beacons do: a firewall lets in only what was asked for. So go on asking.
        const interval = ttlMs(life) / schedule.ttlIntervals
        const deaf = beaconlessMs(life, nowMs) >= 2 * interval
        if (deaf && !row.late && wordless >= interval) lonely = true
        if (!row.late && !deaf) fresh.push(row.id)
      }
      if (lonely) wishes.push({ do: 'probe', have: fresh.slice(0, bounds.haveMax) })
      return different ? changed(wishes) : wishes
    },

    doubt() {
      let different = false
      for (const row of rows.values()) {
        if (!row.late) different = true
        row.late = true
        row.asks = 0
      }
      return different ? changed([]) : []
    },

    list() {
      if (!order) {
        order = ordered(rows.values())
        for (const row of rows.values()) row.listed = null
      }
      shown ??= order.map(({ row, life, twin }) => {
        row.listed ??= sightingOf(row, life, twin)
        return row.listed
      })
      return shown
    },
    holds(host) {
      for (const row of rows.values()) if (row.lives.some(life => life.addresses.has(host))) return true
      return false
    },
    hears({ address, port }) {
      if (!mouths) {
        mouths = new Set()
        for (const row of rows.values())
          for (const life of row.lives)
            for (const { host, mouth } of life.addresses.values())
              if (mouth) mouths.add(`${host} ${mouth.port}`)
      }
      return mouths.has(`${address} ${port}`)
    },
    size: () => rows.size,
  }
}
