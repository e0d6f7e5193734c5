/** What a room’s window holds: entries with keys that count up by one, and each entry as one line of text. */
import { at, emptyRing, items, pushed, type Ring } from '../base/ring.ts'
import { bounds } from './bounds.ts'
import { counted, dayLabel, timeLabel } from './labels.ts'

/** Somebody’s coming, going or renaming. */
export type Change =
  | { readonly nick: string; readonly did: 'left' }
  /** `was`: they went by that nick when they were here before. */
  | { readonly nick: string; readonly did: 'joined'; readonly was?: string }
  | { readonly nick: string; readonly did: 'renamed'; readonly was: string }

export type Tone = 'plain' | 'warning' | 'error'

/** What an entry says; all texts are already harmless. */
export type Said =
  | {
      readonly kind: 'line'
      readonly seq: number
      readonly from: string
      readonly emote: boolean
      readonly body: string
      /** We sent it, so its coming back means it is kept (✓). */
      readonly own: boolean
      /** It names us. */
      readonly mention: boolean
    }
  /** Our own line that the server did not take, and why. */
  | {
      readonly kind: 'refused'
      readonly from: string
      readonly emote: boolean
      readonly body: string
      readonly why: string
    }
  /**
   * The client’s own words, or the server’s to us alone. `times` where those right before it said the same: a screen
   * shows the last of such a run for all of them. `isSaid`: it tells of a line of the room, and so has its day and time.
   */
  | {
      readonly kind: 'notice'
      readonly tone: Tone
      readonly text: string
      readonly times?: number
      readonly isSaid?: true
      /** Asks for something: never folded, or what is asked for would be out of sight. */
      readonly isAsking?: true
    }
  /**
   * Comings and goings. `changes` are this one, last, and those right before it: a screen shows the last of such a
   * run for all of them, plain mode shows only each one’s own.
   */
  | { readonly kind: 'presence'; readonly changes: readonly Change[] }
  /** `hidden` where lines put in above are of the same day and say so. */
  | { readonly kind: 'day'; readonly hidden?: true }
  | { readonly kind: 'beginning' }
  /** Lines up to `to` that were said and are not here: never a silent hole. `isLost`: the server has them no more. */
  | { readonly kind: 'gap'; readonly missing: number; readonly to: number; readonly isLost?: true }

export type Entry = Said & {
  /** Counts up by one within a room, from 1; never given twice. */
  readonly key: number
  readonly room: string
  readonly wallMs: number
  /** Its minute differs from that of the entry before, so a narrow screen shows the time. */
  readonly newMinute: boolean
}

/** The part of a room that entries go into. */
export interface Scrollback {
  /** What its entries say where they are: `#dev`, `@alice`. */
  readonly label: string
  readonly entries: Ring<Entry>
  readonly nextKey: number
  /** Label of the day of the newest line, empty before the first. */
  readonly day: string
  readonly minute: string
}

/** The scrollback with one more entry, and a day line before it where a line begins another day. */
export function told(scrollback: Scrollback, said: Said, wallMs: number): Scrollback {
  const isSaid = said.kind === 'line' || (said.kind === 'notice' && said.isSaid === true)
  if (!isSaid) return put(scrollback, said.kind === 'notice' ? repeated(scrollback, said) : said, wallMs)
  const day = dayLabel(wallMs)
  const begun = day === scrollback.day ? scrollback : { ...put(scrollback, { kind: 'day' }, wallMs), day }
  return put(begun, said, wallMs)
}

function repeated(scrollback: Scrollback, said: Extract<Said, { kind: 'notice' }>): Said {
  const newest = at(scrollback.entries, scrollback.entries.size - 1)
  if (newest?.kind !== 'notice' || newest.text !== said.text || newest.tone !== said.tone) return said
  return { ...said, times: (newest.times ?? 1) + 1 }
}

/** The scrollback with a change of presence, merged with those right before it. */
export function changed(scrollback: Scrollback, change: Change, wallMs: number): Scrollback {
  const newest = at(scrollback.entries, scrollback.entries.size - 1)
  const before =
    newest?.kind === 'presence' && newest.changes.length < bounds.mergedChanges ? newest.changes : []
  return put(scrollback, { kind: 'presence', changes: [...before, change] }, wallMs)
}

/** Takes all entries out; what comes next says its day and time again. */
export const cleared = <S extends Scrollback>(scrollback: S): S => ({
  ...scrollback,
  entries: emptyRing(bounds.scrollbackEntries),
  day: '',
  minute: '',
})

/** An entry not in its place yet. */
export interface Late {
  readonly said: Said
  readonly wallMs: number
}

/**
 * The scrollback with older entries put in before the one at `index`, as many of the later ones as there is room for.
 * Entries from there on keep their keys; those above make room by moving theirs, and `moved` says where to.
 *
 * @param instead what stands in the place of the entry right above; absent: it stays as it is
 */
export function inserted<S extends Scrollback>(
  scrollback: S,
  index: number,
  older: readonly Late[],
  instead?: Late | null,
): { readonly scrollback: S; readonly moved: (key: number) => number } {
  const { entries, label, nextKey } = scrollback
  const above = [...items(entries)].slice(0, instead === undefined ? index : Math.max(0, index - 1))
  const below = [...items(entries)].slice(index)
  const free = bounds.scrollbackEntries - above.length - below.length - (instead ? 1 : 0)
  const dayAbove = above.findLast(entry => entry.kind === 'line' || entry.kind === 'day')
  const nothing = { label, nextKey: 0, day: dayAbove ? dayLabel(dayAbove.wallMs) : '', minute: '' }
  let between: Scrollback = { ...nothing, entries: emptyRing(Math.max(1, free)) }
  if (free > 0) for (const { said, wallMs } of older) between = told(between, said, wallMs)
  const mark = instead
    ? [...items(put({ ...nothing, entries: emptyRing(1) }, instead.said, instead.wallMs).entries)]
    : []

  const firstBelow = below[0]?.key ?? nextKey
  let key = firstBelow - between.entries.size - mark.length - above.length
  let whole = emptyRing<Entry>(bounds.scrollbackEntries)
  for (const entry of [...above, ...mark, ...items(between.entries)])
    whole = pushed(whole, { ...entry, key: key++ })
  let isFirstDay = between.entries.size > 0
  for (const entry of below) {
    const repeats = isFirstDay && entry.kind === 'day' && dayLabel(entry.wallMs) === between.day
    isFirstDay &&= entry.kind !== 'day'
    whole = pushed(whole, repeats ? { ...entry, hidden: true } : entry)
  }
  // Whatever stood above the place moved as far as there is more between now.
  const by = between.entries.size + mark.length - (instead === undefined ? 0 : 1)
  const moved = (one: number): number => (one >= firstBelow ? one : Math.min(one - by, firstBelow - 1))
  return { scrollback: { ...scrollback, entries: whole }, moved }
}

function entryOf(key: number, room: string, wallMs: number, newMinute: boolean, said: Said): Entry {
  if (said.kind !== 'line') return { key, room, wallMs, newMinute, ...said }
  // Of lines there are many, and V8 takes ten times as long for the fields of a copy as for those that are written out.
  const { kind, seq, from, emote, body, own, mention } = said
  return { key, room, wallMs, newMinute, kind, seq, from, emote, body, own, mention }
}

/** The part of a room that entries go into, and nothing else of it: whoever has the rest puts the two together. */
function put(scrollback: Scrollback, said: Said, wallMs: number): Scrollback {
  // Only what people say is timed; our own words between must not hide the time of theirs.
  const isTimed =
    said.kind === 'line' || said.kind === 'refused' || (said.kind === 'notice' && said.isSaid === true)
  const minute = isTimed ? timeLabel(wallMs) : scrollback.minute
  const entry = entryOf(scrollback.nextKey, scrollback.label, wallMs, minute !== scrollback.minute, said)
  return {
    label: scrollback.label,
    entries: pushed(scrollback.entries, entry),
    nextKey: scrollback.nextKey + 1,
    day: scrollback.day,
    minute,
  }
}

/** Whether `entry` is told by the one after it too, so that a screen leaves it out. */
export function isMerged(entry: Entry, after: Entry | undefined): boolean {
  if (entry.kind === 'presence') return after?.kind === 'presence' && after.changes.length > 1
  return entry.kind === 'notice' && after?.kind === 'notice' && (after.times ?? 1) > 1
}

/** One complete line for an entry: `09:14 #lobby alice: text`. Line breaks within it become ` ⏎ `. */
export function entryText(entry: Entry): string {
  if (entry.kind === 'day') return `-- ${dayLabel(entry.wallMs)} --`
  return `${timeLabel(entry.wallMs)} ${entry.room} ${oneLine(words(entry))}`
}

const oneLine = (text: string): string => text.replaceAll('\n', ' ⏎ ')

function words(entry: Exclude<Entry, { kind: 'day' }>): string {
  switch (entry.kind) {
    case 'line':
      return speech(entry)
    case 'refused':
      return `! not sent: ${speech(entry)} -- ${entry.why}`
    case 'notice':
      return `${entry.tone === 'plain' ? '--' : '!!'} ${entry.text}`
    case 'presence':
      return `-- ${changesText(entry.changes.slice(-1))}`
    case 'gap':
      return `-- ${gapText(entry)}${entry.isLost ? '' : '; /history shows them'}`
    case 'beginning':
      return `-- ${beginningText}`
  }
}

const speech = (entry: { from: string; emote: boolean; body: string }): string =>
  entry.emote ? `* ${entry.from} ${entry.body}` : `${entry.from}: ${entry.body}`

export const beginningText = 'the beginning'

export type Gap = Extract<Said, { kind: 'gap' }>

export const gapText = ({ missing, isLost }: Gap): string =>
  `${counted(missing, 'earlier message')} ${isLost ? 'no longer kept by the server' : 'not shown here'}`

/** What became of one in a run of changes. */
interface Run {
  /** What they were called before it. */
  readonly first: string
  /** What they were called when they were here long before, where that is told of who joins. */
  readonly known: string | null
  readonly before: boolean
  readonly after: boolean
  readonly hasLeft: boolean
}

/** A run of changes in one sentence, each nick once: “ann, bob joined · carol left · dave came and went”. */
export function changesText(changes: readonly Change[]): string {
  // Where each one was before the run and is after it; a renaming carries both along.
  const runs = new Map<string, Run>()
  for (const change of changes) {
    const was = change.did === 'left' ? change.nick : (change.was ?? change.nick)
    const known = change.did === 'joined' ? (change.was ?? null) : null
    const isNew = change.did === 'joined'
    const run = runs.get(was) ?? { first: was, known, before: !isNew, after: false, hasLeft: false }
    runs.delete(was)
    const hasLeft = run.hasLeft || change.did === 'left'
    runs.set(change.nick, { ...run, after: change.did !== 'left', hasLeft })
  }
  const groups: Record<'joined' | 'left' | 'came and went' | 'left and came back' | 'renamed', string[]> = {
    joined: [],
    left: [],
    'came and went': [],
    'left and came back': [],
    renamed: [],
  }
  for (const [nick, run] of runs) {
    if (!run.before)
      groups[run.after ? 'joined' : 'came and went'].push(
        run.known === null || run.known === nick ? nick : `${nick} (was ${run.known})`,
      )
    // Known by the nick from before: by the last one alone nobody would know who that was.
    else if (!run.after) groups.left.push(run.first === nick ? nick : `${run.first} (as ${nick})`)
    else if (run.first !== nick) groups.renamed.push(`${run.first} is now ${nick}`)
    else if (run.hasLeft) groups['left and came back'].push(nick)
    else groups.renamed.push(`${nick} is ${nick} again`)
  }
  return Object.entries(groups)
    .filter(([, nicks]) => nicks.length > 0)
    .map(([did, nicks]) => (did === 'renamed' ? nicks.join(', ') : `${nicks.join(', ')} ${did}`))
    .join(' · ')
}
