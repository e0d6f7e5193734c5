/** A row of the list: the boots of one server, its place among the others, and what is shown of it. */
import { byNearness, type Life } from './life.ts'
import type { Sighting } from './types.ts'

export interface Row {
  readonly key: string
  readonly id: string
  /** The one that is believed first; never empty. Usually one; more while two boots speak, of which one may be forged. */
  lives: Life[]
  late: boolean
  /** Questions asked since it was last heard. */
  asks: number
  /** The row as it was last listed; null when it has been heard since. */
  listed: Sighting | null
}

/** A row at its place in the list. */
export interface Ordered {
  readonly row: Row
  /** The boot that is believed. */
  readonly life: Life
  readonly twin: Sighting['twin']
}

/** By name, then id and key, and each told from its twins. */
export function ordered(rows: Iterable<Row>): readonly Ordered[] {
  const ids = new Map<string, number>()
  const names = new Map<string, Set<string>>()
  const places: { readonly row: Row; readonly life: Life; readonly order: string }[] = []
  for (const row of rows) {
    const [life] = row.lives
    if (!life) continue
    ids.set(row.id, (ids.get(row.id) ?? 0) + 1)
    const owners = names.get(life.foldedName) ?? new Set()
    names.set(life.foldedName, owners.add(row.id))
    places.push({ row, life, order: `${life.word.name}\0${row.key}` })
  }
  // By code units: the same on every machine, whatever its language.
  places.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
  return places.map(({ row, life }) => {
    const namesakes = names.get(life.foldedName)?.size ?? 0
    const twin = (ids.get(row.id) ?? 0) > 1 ? 'conflict' : namesakes > 1 ? 'same-name' : null
    return { row, life, twin }
  })
}

/** A row as the picker gets it. */
export function sightingOf(row: Row, life: Life, twin: Sighting['twin']): Sighting {
  const { word } = life
  return {
    key: row.key,
    id: row.id,
    boot: life.boot,
    name: word.name,
    port: word.port,
    users: word.users,
    usersMax: word.usersMax,
    versions: word.versions,
    flags: word.flags,
    fingerprint: word.fingerprint,
    addresses: byNearness(life).map(({ host, rttMs, heardAt }) => ({ host, rttMs, heardAt })),
    heardAt: life.heardAt,
    state: row.late ? 'late' : 'fresh',
    twin,
  }
}
