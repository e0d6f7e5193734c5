/** One room or direct conversation as this client has it: its window, who is in it, and what of it is unread. */
import { emptyRing } from '../base/ring.ts'
import { isDirect } from '../base/rooms.ts'
import type { Presence } from '../wire/messages.ts'
import { bounds } from './bounds.ts'
import { type Editor, emptyEditor } from './editor.ts'
import type { Scrollback } from './scrollback.ts'

/** The last row that is read, `row` of the entry’s own rows; where it is null the newest is read. */
export interface Anchor {
  readonly key: number
  readonly row: number
}

export interface Room extends Scrollback {
  /** What tells it apart, also when it is named otherwise or its name comes again. */
  readonly id: number
  /** As the wire calls it. A conversation that the server has not answered for yet is `@nick`, which is an address, too. */
  readonly name: string
  /** The nick of the other one of a direct conversation. */
  readonly partner: string | null
  readonly topic: string
  /** The last line we have; null before the first. */
  readonly lastSeq: number | null
  /** The first line we have; null before the first. */
  readonly firstSeq: number | null
  /** There may be lines before the first. */
  readonly hasOlder: boolean
  /** Lines of a backlog are news from there on; null where they are the past of a newcomer. */
  readonly newsAfter: number | null
  /** What had come before we left, seen or not; 0 where that is not known. */
  readonly hadSeq: number
  /** The user had closed it, so it stays closed where nothing new was said. */
  readonly isHushed: boolean
  /** False from a welcome until the backlog is complete. */
  readonly caughtUp: boolean
  readonly members: ReadonlyMap<string, Presence>
  /** The list of members is complete, so the next one begins anew. */
  readonly membersDone: boolean
  readonly anchor: Anchor | null
  /** Keys of long entries that are shown whole. */
  readonly unfolded: ReadonlySet<number>
  /** Lines that came below the anchor. */
  readonly newBelow: number
  /** First row shown of the list of members. */
  readonly membersTop: number
  /** The line being typed here, while another room is on show. */
  readonly draft: Editor
  /** Lines that came while another room was on show, and those among them that name us or are for us alone. */
  readonly unread: number
  readonly mentions: number
  /** Key of the first of them: “new” is written above it until the room is left. */
  readonly newFromKey: number | null
  /** Who types, and until when we believe it. */
  readonly typists: ReadonlyMap<string, number>
  /** The last line that somebody else wrote. */
  readonly heardSeq: number
  /** Up to where the other one has read. */
  readonly readSeq: number
  /** Up to where we have told that we have read. */
  readonly toldReadSeq: number
}

/** @param partner whom a direct conversation is with */
export function newRoom(name: string, id: number, partner: string | null = null): Room {
  return {
    id,
    name,
    partner,
    label: labelOf(name, partner),
    topic: '',
    entries: emptyRing(bounds.scrollbackEntries),
    nextKey: 1,
    day: '',
    minute: '',
    lastSeq: null,
    firstSeq: null,
    hasOlder: true,
    newsAfter: null,
    hadSeq: 0,
    isHushed: false,
    caughtUp: false,
    members: new Map(),
    membersDone: true,
    anchor: null,
    unfolded: new Set(),
    newBelow: 0,
    membersTop: 0,
    draft: emptyEditor,
    unread: 0,
    mentions: 0,
    newFromKey: null,
    typists: new Map(),
    heardSeq: 0,
    readSeq: 0,
    toldReadSeq: 0,
  }
}

/**
 * The room with `part` of it otherwise. Each field is written out, because a line makes several of these copies, and
 * spreading an object of this size takes V8 ten times as long.
 */
export function roomWith(room: Room, part: Partial<Room>): Room {
  const copy: Room = {
    id: room.id,
    name: room.name,
    partner: room.partner,
    label: room.label,
    topic: room.topic,
    entries: room.entries,
    nextKey: room.nextKey,
    day: room.day,
    minute: room.minute,
    lastSeq: room.lastSeq,
    firstSeq: room.firstSeq,
    hasOlder: room.hasOlder,
    newsAfter: room.newsAfter,
    hadSeq: room.hadSeq,
    isHushed: room.isHushed,
    caughtUp: room.caughtUp,
    members: room.members,
    membersDone: room.membersDone,
    anchor: room.anchor,
    unfolded: room.unfolded,
    newBelow: room.newBelow,
    membersTop: room.membersTop,
    draft: room.draft,
    unread: room.unread,
    mentions: room.mentions,
    newFromKey: room.newFromKey,
    typists: room.typists,
    heardSeq: room.heardSeq,
    readSeq: room.readSeq,
    toldReadSeq: room.toldReadSeq,
  }
  return Object.assign(copy, part)
}

/** What people call it: `#dev`, `@alice`. */
export const labelOf = (name: string, partner: string | null): string =>
  isDirect(name) ? `@${partner ?? '?'}` : name
