/** What can be read of a history file without changing it, by the server on it and by whoever looks on from beside. */
import type { Line } from '../chat/types.ts'
import { bounds } from './bounds.ts'
import { type Database, textColumn } from './driver.ts'
import { type KnownDevice, type RoomHead, toDevice, toHead, toLine } from './rows.ts'

export interface Reading {
  epoch(): string
  rooms(): readonly RoomHead[]
  /** Not seen for longest first. */
  devices(): readonly KnownDevice[]
  /** The place of the newest line of all rooms. */
  newestPlace(): number
  /** Lines of all rooms as they were kept, each with its place. */
  from(place: number, upTo: number): readonly { readonly place: number; readonly line: Line }[]
}

const lineColumns = [
  textColumn('room.name', 'room'),
  'line.seq, line.at',
  ...['author', 'id', 'nick', 'kind', 'body'].map(name => textColumn(`line.${name}`, name)),
].join(', ')
/** Of what is known of a device. */
export const deviceColumns = [
  ...['id', 'secret_hash', 'nick', 'household'].map(name => textColumn(name, name)),
  'seen_at',
].join(', ')
/** The lines; what is wanted of them follows. */
export const lines = `SELECT ${lineColumns} FROM line JOIN room ON room.number = line.room`

export function createReading(db: Database): Reading {
  const sql = {
    epoch: db.prepare(`SELECT ${textColumn('value', 'value')} FROM meta WHERE name = 'epoch'`),
    rooms: db.prepare(
      `SELECT ${textColumn('name', 'room')}, head AS seq, ${textColumn(
        `coalesce((
         SELECT body FROM line WHERE line.room = number AND kind = 'topic' ORDER BY line.seq DESC LIMIT 1
       ), '')`,
        'topic',
      )} FROM room WHERE head > 0 ORDER BY number`,
    ),
    devices: db.prepare(`SELECT ${deviceColumns} FROM device ORDER BY device.seen_at, device.id`),
    newest: db.prepare('SELECT max(place) AS place FROM line'),
    from: db.prepare(
      `SELECT line.place, ${lineColumns} FROM line JOIN room ON room.number = line.room
       WHERE line.place > ? AND line.place <= ? ORDER BY line.place LIMIT ?`,
    ),
  }
  return {
    epoch: () => String(sql.epoch.get()?.value),
    rooms: () => sql.rooms.all().flatMap(row => toHead(row) ?? []),
    devices: () => sql.devices.all().map(toDevice),
    newestPlace: () => Number(sql.newest.get()?.place ?? 0),
    from: (place, upTo) =>
      sql.from
        .all(place, upTo, bounds.exportLinesMax)
        .map(row => ({ place: Number(row.place), line: toLine(row) })),
  }
}

/** SQLite takes a negative limit for none at all. */
export const atLeast0 = (count: number): number => Math.max(0, count)
