/** Entries as rows, wrapped once for each width and remembered as long as the entry lives. */
import { pad, wrap } from '../../base/cells.ts'
import { type Measures, measures } from '../../base/measures.ts'
import { fold } from '../../base/names.ts'
import { at } from '../../base/ring.ts'
import { bounds } from '../bounds.ts'
import type { Row, Span, Style } from '../frame.ts'
import { counted, dayLabel, timeLabel } from '../labels.ts'
import type { Pending } from '../model.ts'
import type { Room } from '../room.ts'
import { beginningText, changesText, type Entry, gapText, isMerged } from '../scrollback.ts'
import type { Shape } from './layout.ts'
import { fit, rightAligned, rule, span } from './parts.ts'

/** The rows of the entry at `index`; none where the next entry tells it too. */
export function entryRows(room: Room, index: number, shape: Shape): readonly Row[] {
  const entry = at(room.entries, index)
  if (entry === undefined || isMerged(entry, at(room.entries, index + 1))) return []
  if (entry.kind === 'day' && entry.hidden) return []
  const how = {
    isRead: entry.kind === 'line' && entry.own && entry.seq <= room.readSeq,
    isFirstNew: entry.key === room.newFromKey,
    isWhole: room.unfolded.has(entry.key),
  }
  return remembered(entry, shape, how, () => drawn(entry, shape, how))
}

/** What the rows of an entry say beyond the entry itself. */
interface How {
  /** The other one of the conversation has read it. */
  readonly isRead: boolean
  /** It is the first one that came while another room was on show. */
  readonly isFirstNew: boolean
  /** It is shown whole, however long. */
  readonly isWhole: boolean
}

/** Whether there is more of it than is shown unasked. */
export const isFoldable = (entry: Entry, shape: Shape): boolean =>
  said(entry, shape, { isRead: false, isFirstNew: false, isWhole: true }).length >
  said(entry, shape, { isRead: false, isFirstNew: false, isWhole: false }).length

/** The rows of a line of ours that is not acknowledged yet. */
export function pendingRows(pending: Pending, nick: string, shape: Shape): readonly Row[] {
  const mark = [span(' '), span('…', 'dim')]
  return speechRows({ ...pending, from: nick, own: true, mention: false }, shape, mark, false)
}

interface Memory extends How {
  readonly measures: Measures
  readonly cells: number
  readonly timeCells: number
  readonly bare: boolean
  readonly rows: readonly Row[]
}

const memory = new WeakMap<Entry, Memory>()

function remembered(
  entry: Entry,
  { cells, timeCells, bare }: Shape,
  how: How,
  draw: () => readonly Row[],
): readonly Row[] {
  const known = memory.get(entry)
  if (
    known?.cells === cells &&
    known.measures === measures() &&
    known.timeCells === timeCells &&
    known.bare === bare &&
    known.isRead === how.isRead &&
    known.isFirstNew === how.isFirstNew &&
    known.isWhole === how.isWhole
  )
    return known.rows
  const rows = draw()
  memory.set(entry, { measures: measures(), ...how, cells, timeCells, bare, rows })
  return rows
}

function drawn(entry: Entry, shape: Shape, how: How): readonly Row[] {
  const rows = said(entry, shape, how)
  return how.isFirstNew ? [rule('new', shape.cells, 'accent'), ...rows] : rows
}

/** Behind a line of ours: kept, and read where we know it. They fill the two cells at a row’s end. */
const markOf = (isRead: boolean): readonly Span[] =>
  isRead ? [span('✓✓', 'dim')] : [span(' '), span('✓', 'dim')]

function said(entry: Entry, shape: Shape, { isRead, isWhole }: How): readonly Row[] {
  switch (entry.kind) {
    case 'line':
      return timed(entry, shape, speechRows(entry, shape, entry.own ? markOf(isRead) : [], isWhole))
    case 'refused':
      return timed(entry, shape, [
        ...speechRows(
          { ...entry, own: true, mention: false },
          shape,
          [span(' '), span('!', 'error')],
          isWhole,
        ),
        ...noticeRows(null, '!!', `not sent: ${entry.why}`, 'error', shape, true),
      ])
    case 'notice': {
      const style: Style = entry.tone === 'plain' ? 'dim' : entry.tone
      const text = (entry.times ?? 1) > 1 ? `${entry.text} (${entry.times} times)` : entry.text
      return noticeRows(
        entry.wallMs,
        entry.tone === 'plain' ? '--' : '!!',
        text,
        style,
        shape,
        isWhole || entry.isAsking === true,
      )
    }
    case 'presence':
      return noticeRows(entry.wallMs, '--', changesText(entry.changes), 'dim', shape, isWhole)
    case 'day':
      return [rule(dayLabel(entry.wallMs), shape.cells, 'dim')]
    case 'beginning':
      return [rule(beginningText, shape.cells, 'dim')]
    case 'gap':
      return [rule(`${gapText(entry)}${entry.isLost ? '' : ' (PageUp)'}`, shape.cells, 'warning')]
  }
}

/** Where there is no column for the time, a row of its own says each new minute. */
function timed(entry: Entry, shape: Shape, rows: readonly Row[]): readonly Row[] {
  if (shape.bare || shape.timeCells > 0 || !entry.newMinute) return rows
  return [fit([span(timeLabel(entry.wallMs), 'dim')], shape.cells, 'plain'), ...rows]
}

interface Speech {
  readonly wallMs: number
  readonly from: string
  readonly emote: boolean
  readonly body: string
  readonly own: boolean
  readonly mention: boolean
}

function speechRows(speech: Speech, shape: Shape, mark: readonly Span[], isWhole: boolean): readonly Row[] {
  const nickStyle = speech.own ? 'bold' : styleOfNick(speech.from)
  const who = speech.emote ? '*' : speech.from
  const body = speech.emote ? `${speech.from} ${speech.body}` : speech.body
  const style: Style = speech.mention ? 'mention' : speech.emote ? 'accent' : 'plain'
  if (shape.bare)
    return bareRows(`${timeLabel(speech.wallMs)} ${who}${speech.emote ? '' : ':'}`, body, style, shape)
  const rows = wrap(body, shape.bodyCells)
  const shown = rows.length > bounds.foldRows && !isWhole ? rows.slice(0, bounds.foldRows - 1) : rows
  const drawn = shown.map((text, index) =>
    fit(
      [
        ...front(index === 0 ? speech.wallMs : null, index === 0 ? who : '', nickStyle, shape),
        span(pad(text, shape.bodyCells), style),
        ...(index === 0 ? mark : []),
      ],
      shape.cells,
      'plain',
    ),
  )
  return shown === rows ? drawn : [...drawn, foldRow(rows.length - shown.length, shape)]
}

function noticeRows(
  wallMs: number | null,
  who: string,
  text: string,
  style: Style,
  shape: Shape,
  isWhole: boolean,
): readonly Row[] {
  if (shape.bare)
    return bareRows(`${wallMs === null ? '' : `${timeLabel(wallMs)} `}${who}`, text, style, shape)
  const rows = wrap(text, shape.bodyCells)
  const shown = rows.length > bounds.foldRows && !isWhole ? rows.slice(0, bounds.foldRows - 1) : rows
  const drawn = shown.map((part, index) =>
    fit(
      [...front(index === 0 ? wallMs : null, index === 0 ? who : '', style, shape), span(part, style)],
      shape.cells,
      'plain',
    ),
  )
  return shown === rows ? drawn : [...drawn, foldRow(rows.length - shown.length, shape)]
}

/** What stands for the rest of a long text. */
const foldRow = (rows: number, shape: Shape): Row =>
  countRow(`+${counted(rows, 'line')} · F8 shows all`, shape)

/** What stands for what is not shown. */
export const countRow = (text: string, shape: Shape): Row =>
  shape.bare
    ? fit([span(text, 'accent')], shape.cells)
    : fit([...front(null, '', 'dim', shape), span(text, 'accent')], shape.cells, 'plain')

/** For the terminal’s own selection: texts of several lines stand alone, so that each copies as it was written. */
function bareRows(front: string, body: string, style: Style, shape: Shape): readonly Row[] {
  const words = body.includes('\n') ? `${front}\n${body}` : `${front} ${body}`
  return wrap(words, shape.cells).map(text => fit([span(text, style)], shape.cells))
}

/** Time, nick and border: every row of an entry has them, so that no text can look like a new speaker. */
function front(wallMs: number | null, who: string, style: Style, shape: Shape): Row {
  const time = wallMs === null ? ' '.repeat(shape.timeCells) : timeLabel(wallMs)
  const narrow = shape.timeCells === 0
  return [
    ...(narrow ? [] : [span(`${time} `, 'dim')]),
    span(narrow ? pad(who, shape.nickCells) : rightAligned(who, shape.nickCells), style),
    span(shape.separator, 'dim'),
  ]
}

const nickStyles = ['nick0', 'nick1', 'nick2', 'nick3', 'nick4', 'nick5', 'nick6', 'nick7'] as const

/** One of eight styles, the same for a nick everywhere and always. */
export function styleOfNick(nick: string): Style {
  let hash = 0x811c9dc5
  for (const point of fold(nick)) hash = Math.imul(hash ^ (point.codePointAt(0) ?? 0), 0x01000193)
  return nickStyles[(hash >>> 8) % nickStyles.length] ?? 'nick0'
}
