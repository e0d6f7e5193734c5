/** The one table of keys: what each does and what help says of it. */
import type { Edit } from './editor.ts'
import type { Screen } from './model.ts'

/** What a key asks for, beyond editing the line. */
export type Action =
  | 'send'
  | 'complete'
  | 'panelBack'
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'oldest'
  | 'newest'
  | 'help'
  | 'members'
  | 'roomList'
  | 'nextRoom'
  | 'previousRoom'
  | 'unread'
  | 'mark'
  | 'find'
  | 'recall'
  | 'unfold'
  | 'bare'
  | 'compose'
  | 'panelNext'
  | 'findRoom'
  | 'redraw'
  | 'suspend'
  | 'interrupt'
  | 'endOfInput'
  | 'escape'
  | 'join'
  | 'address'
  | 'filter'
  | 'rescan'
  | 'host'
  | 'sweep'
  | 'nick'
  | 'theme'
  | 'mouse'
  | 'quit'

export interface KeyRow {
  /** Names as in `Stroke`, or letters where nothing is typed. */
  readonly keys: readonly string[]
  readonly on: 'everywhere' | Screen | 'line'
  readonly does: Action | Edit
  readonly help: string
}

/** `line` rows hold wherever a line is edited: in the chat, in a question. */
export const keymap: readonly KeyRow[] = [
  { keys: ['F1'], on: 'everywhere', does: 'help', help: 'this help' },
  { keys: ['C-l'], on: 'everywhere', does: 'redraw', help: 'draw the screen anew' },
  { keys: ['C-z'], on: 'everywhere', does: 'suspend', help: 'back to the shell; fg returns' },
  {
    keys: ['F5', 'M-m'],
    on: 'everywhere',
    does: 'mouse',
    help: 'the mouse scrolls and chooses, on and off (/mouse)',
  },
  { keys: ['Escape'], on: 'everywhere', does: 'escape', help: 'close what is open, go back' },

  { keys: ['Enter'], on: 'picker', does: 'join', help: 'join the server' },
  { keys: ['Up', 'k'], on: 'picker', does: 'up', help: 'the server above' },
  { keys: ['Down', 'j'], on: 'picker', does: 'down', help: 'the server below' },
  { keys: ['PageUp'], on: 'picker', does: 'pageUp', help: 'a page up' },
  { keys: ['PageDown'], on: 'picker', does: 'pageDown', help: 'a page down' },
  { keys: ['Home'], on: 'picker', does: 'oldest', help: 'the first server' },
  { keys: ['End'], on: 'picker', does: 'newest', help: 'the last server' },
  { keys: ['m'], on: 'picker', does: 'address', help: 'type an address: host:port' },
  { keys: ['/'], on: 'picker', does: 'filter', help: 'show only some servers' },
  { keys: ['r'], on: 'picker', does: 'rescan', help: 'ask the network again' },
  { keys: ['h'], on: 'picker', does: 'host', help: 'start a server here and join it' },
  { keys: ['S'], on: 'picker', does: 'sweep', help: 'ask every address, one by one' },
  { keys: ['n'], on: 'picker', does: 'nick', help: 'take another nick' },
  { keys: ['t'], on: 'picker', does: 'theme', help: 'another theme (/theme)' },
  { keys: ['?'], on: 'picker', does: 'help', help: 'this help' },
  { keys: ['q', 'C-c', 'C-d'], on: 'picker', does: 'quit', help: 'leave' },

  { keys: ['q', 'C-c', 'C-d'], on: 'connecting', does: 'quit', help: 'leave' },

  { keys: ['Enter'], on: 'chat', does: 'send', help: 'send the line' },
  { keys: ['M-Enter', 'C-j'], on: 'chat', does: { edit: 'newline' }, help: 'a new line in the same message' },
  {
    keys: ['Tab'],
    on: 'chat',
    does: 'complete',
    help: 'complete the word; on an empty line, the next panel',
  },
  { keys: ['F6'], on: 'chat', does: 'panelNext', help: 'the next panel' },
  { keys: ['S-Tab'], on: 'chat', does: 'panelBack', help: 'the panel before' },
  { keys: ['Up'], on: 'chat', does: 'up', help: 'what you typed before; in a panel, scroll up' },
  { keys: ['Down'], on: 'chat', does: 'down', help: 'what you typed after; in a panel, scroll down' },
  { keys: ['PageUp'], on: 'chat', does: 'pageUp', help: 'scroll back' },
  { keys: ['PageDown'], on: 'chat', does: 'pageDown', help: 'scroll on' },
  {
    keys: ['Home'],
    on: 'chat',
    does: 'oldest',
    help: 'start of the line; on an empty line, the oldest, then older',
  },
  { keys: ['End'], on: 'chat', does: 'newest', help: 'end of the line; on an empty line, the newest' },
  {
    keys: ['C-f'],
    on: 'chat',
    does: 'find',
    help: 'on an empty line, find words above (/find); else go right',
  },
  { keys: ['C-r'], on: 'chat', does: 'recall', help: 'find a line you typed before' },
  { keys: ['C-x'], on: 'chat', does: 'compose', help: 'write the line in your own editor (/edit)' },
  { keys: ['F2'], on: 'chat', does: 'bare', help: 'bare text to copy with the mouse, on and off (/bare)' },
  { keys: ['F3'], on: 'chat', does: 'members', help: 'who is here, on and off (/members)' },
  { keys: ['F4'], on: 'chat', does: 'roomList', help: 'the list of rooms, on and off (/roomlist)' },
  { keys: ['F8'], on: 'chat', does: 'unfold', help: 'all of a long text, or its beginning (/unfold)' },
  { keys: ['C-n', 'M-Down'], on: 'chat', does: 'nextRoom', help: 'the next room (/next)' },
  { keys: ['C-p', 'M-Up'], on: 'chat', does: 'previousRoom', help: 'the room before (/previous)' },
  { keys: ['C-o', 'M-a'], on: 'chat', does: 'unread', help: 'the next room with something new (/unread)' },
  { keys: ['F7', 'M-u'], on: 'chat', does: 'mark', help: 'up to where “new” is written (/mark)' },
  {
    keys: ['C-g', 'M-/'],
    on: 'chat',
    does: 'findRoom',
    help: 'find a room by its name or number (/go); or Alt-1 … Alt-9',
  },
  { keys: ['C-c'], on: 'chat', does: 'interrupt', help: 'empty the line; twice within a second, leave' },
  { keys: ['C-d'], on: 'chat', does: 'endOfInput', help: 'on an empty line, leave; else delete' },

  { keys: ['Left', 'C-b'], on: 'line', does: { edit: 'left' }, help: 'a character to the left' },
  { keys: ['Right', 'C-f'], on: 'line', does: { edit: 'right' }, help: 'a character to the right' },
  { keys: ['C-Left', 'M-b', 'M-Left'], on: 'line', does: { edit: 'wordLeft' }, help: 'a word to the left' },
  {
    keys: ['C-Right', 'M-f', 'M-Right'],
    on: 'line',
    does: { edit: 'wordRight' },
    help: 'a word to the right',
  },
  { keys: ['C-a', 'Home'], on: 'line', does: { edit: 'home' }, help: 'start of the line' },
  { keys: ['C-e', 'End'], on: 'line', does: { edit: 'end' }, help: 'end of the line' },
  { keys: ['Backspace', 'C-h'], on: 'line', does: { edit: 'backspace' }, help: 'delete to the left' },
  { keys: ['Delete', 'C-d'], on: 'line', does: { edit: 'delete' }, help: 'delete to the right' },
  {
    keys: ['C-w', 'M-Backspace'],
    on: 'line',
    does: { edit: 'killWordLeft' },
    help: 'cut the word to the left',
  },
  {
    keys: ['C-Delete', 'M-d'],
    on: 'line',
    does: { edit: 'killWordRight' },
    help: 'cut the word to the right',
  },
  { keys: ['C-u'], on: 'line', does: { edit: 'killToStart' }, help: 'cut to the start' },
  { keys: ['C-k'], on: 'line', does: { edit: 'killToEnd' }, help: 'cut to the end' },
  { keys: ['C-y'], on: 'line', does: { edit: 'yank' }, help: 'paste what was cut' },
  { keys: ['F9', 'M-y'], on: 'line', does: { edit: 'yankPop' }, help: 'paste what was cut before that' },
  { keys: ['C-t'], on: 'line', does: { edit: 'transpose' }, help: 'swap two characters' },
  { keys: ['C-_'], on: 'line', does: { edit: 'undo' }, help: 'undo' },
]

/** What a place is called above its keys, in the order of the documents. */
export const keyPlaces: Readonly<Record<KeyRow['on'], string>> = {
  everywhere: 'Everywhere',
  picker: 'In the list of servers',
  connecting: 'While joining',
  chat: 'In the chat',
  line: 'While typing',
}

const tables = new Map<string, Map<string, Action | Edit>>()
for (const row of keymap) {
  const table = tables.get(row.on) ?? new Map<string, Action | Edit>()
  for (const key of row.keys) table.set(key, row.does)
  tables.set(row.on, table)
}

/** What `key` does in the first of `places` that knows it; undefined where none does. */
export function doneBy(key: string, ...places: KeyRow['on'][]): Action | Edit | undefined {
  for (const place of places) {
    const does = tables.get(place)?.get(key)
    if (does !== undefined) return does
  }
  return undefined
}

const prefixes: Record<string, string> = { C: 'Ctrl', M: 'Alt', S: 'Shift' }
const shown: Record<string, string> = { PageUp: 'PgUp', PageDown: 'PgDn', Escape: 'Esc' }

/** A key as people write it: `C-Left` is `Ctrl-Left`, `C-l` is `^L`. */
export function keyLabel(key: string): string {
  const control = /^C-([a-z_])$/.exec(key)?.[1]
  if (control !== undefined) return `^${control.toUpperCase()}`
  const parts = key.length > 1 ? key.split('-') : [key]
  const name = parts.pop() ?? ''
  return [...parts.map(part => prefixes[part] ?? part), shown[name] ?? name].join('-')
}
