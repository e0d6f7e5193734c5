/** `earshot export`: prints what a server on this machine keeps, also while it runs. */
import { cleanLine } from '../base/clean.ts'
import { fold } from '../base/names.ts'
import { isDirect } from '../base/rooms.ts'
import { personId } from '../chat/state.ts'
import type { Line } from '../chat/types.ts'
import { digest } from '../server/digest.ts'
import { openReader, type Reader, readingTrouble } from '../store/reader.ts'
import { exitOnBug } from './bug.ts'
import { keptFolder } from './folder.ts'
import type { Given } from './main.ts'
import { complain } from './saying.ts'
import { onSignal } from './signals.ts'
import { atMsOf, type Moment } from './since.ts'
import { datedText, lineJson } from './telling.ts'

export async function run({ options }: Given): Promise<number> {
  exitOnBug()
  onSignal(code => process.exit(code))
  const found = keptFolder(options.data)
  const opened = found.ok ? await openReader(found.value) : found
  if (!opened.ok) return failed(opened.text)
  const { reader } = opened
  try {
    const wanted = wantedRooms(reader, options)
    if (typeof wanted === 'string') return failed(wanted)
    const since = isMoment(options.since) ? atMsOf(options.since, Date.now()) : Number.NEGATIVE_INFINITY
    const told = tellerOf(reader, options.json === true)
    for (const line of reader.lines()) {
      if (line.at < since || !wanted(line.room)) continue
      // Where it cannot be written there is no “drain”: that ends the command.
      if (!process.stdout.write(`${told(line)}\n`))
        await new Promise(resolve => process.stdout.once('drain', resolve))
    }
    return 0
  } catch (error) {
    return failed(`the rest cannot be read. ${readingTrouble(error)}`)
  } finally {
    reader.close()
  }
}

function failed(text: string): number {
  complain(text)
  return 1
}

const isMoment = (given: unknown): given is Moment => typeof given === 'object' && given !== null

/** Whether lines of a room are asked for; or a sentence. What is private is told only to who asks for it. */
function wantedRooms(reader: Reader, options: Given['options']): ((room: string) => boolean) | string {
  const named = Array.isArray(options.room) ? options.room.map(String) : null
  const withDirect = options.direct === true
  if (named === null) return room => withDirect || !isDirect(room)
  const kept = reader.rooms().map(({ room }) => room)
  const strange = named.find(name => !kept.some(room => fold(room) === fold(name)))
  if (strange !== undefined) {
    const rooms = kept.filter(room => !isDirect(room))
    return `nothing is kept of ${strange}. ${rooms.length === 0 ? 'Nothing was said in any room.' : `There are: ${rooms.join(', ')}.`}`
  }
  const folded = new Set(named.map(fold))
  return room => (isDirect(room) ? withDirect : folded.has(fold(room)))
}

function tellerOf(reader: Reader, inJson: boolean): (line: Line) => string {
  const epoch = reader.epoch()
  const nicks = new Map(reader.devices().map(({ id, nick }) => [personId(digest(id)), nick]))
  /** Whom a line of a direct conversation is for; undefined in rooms. */
  const toOf = ({ room, author }: Line): string | undefined => {
    if (!isDirect(room)) return undefined
    const own = personId(digest(author))
    const other = room
      .slice(1)
      .split('.')
      .find(id => id !== own)
    return nicks.get(other ?? '') ?? 'somebody forgotten'
  }
  return line => {
    const { room, seq, at, id, from, kind, body } = line
    const to = toOf(line)
    const wire = { room, seq, at, id, from, ...(to === undefined ? {} : { to }), kind, body }
    if (inJson) return lineJson(wire, { epoch })
    return datedText(wire, to === undefined ? cleanLine(room) : `@${cleanLine(to, 48)}`)
  }
}
