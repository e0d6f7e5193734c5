/** What is new since plain mode last looked, as whole lines: nothing is redrawn, nothing told twice. */

import { at } from '../base/ring.ts'
import { commandHelp } from '../chat/commands.ts'
import { questionOf } from '../client/ask.ts'
import { patience } from '../client/bounds.ts'
import { currentRoom, type Model, screenOf } from '../client/model.ts'
import { ownRole } from '../client/roles.ts'
import { entryText } from '../client/scrollback.ts'
import { emptyListText, isCompatible, listed, serverText } from '../client/servers.ts'
import { linkText } from '../client/view/status.ts'

/** What has been told already. */
export interface Told {
  readonly intro: boolean
  /** Servers told of, by the keys of their rows, each with its name. */
  readonly servers: ReadonlyMap<string, string>
  readonly emptyTold: boolean
  readonly note: Model['picker']['note']
  readonly ask: string
  readonly link: string
  readonly toast: string | null
  readonly help: boolean
  /** Key of the last entry told of each room, by the room’s id. */
  readonly keys: ReadonlyMap<number, number>
  /** The room on show; null before there is one. */
  readonly room: number | null
}

export const nothingTold: Told = {
  intro: false,
  servers: new Map(),
  emptyTold: false,
  note: null,
  ask: '',
  link: '',
  toast: null,
  help: false,
  keys: new Map(),
  room: null,
}

const introText = ({ scans }: Model): string =>
  scans
    ? 'Looking for servers on this network. Type a number to join one, host:port for any other; h starts one here, S asks every address, ? helps, q leaves.'
    : 'Type host:port to join a server; h starts one here, ? helps, q leaves.'

export function news(told: Told, model: Model): { readonly told: Told; readonly lines: readonly string[] } {
  const lines: string[] = []
  const screen = screenOf(model)
  let next: Told = told

  if (screen === 'picker') {
    if (!told.intro) lines.push(introText(model))
    const servers = listed(model)
    for (const sighting of servers) {
      if (told.servers.has(sighting.key)) continue
      lines.push(isCompatible(sighting) ? serverText(model, sighting) : `${serverText(model, sighting)} !`)
    }
    const here = new Set(model.picker.sightings.map(sighting => sighting.key))
    for (const [key, name] of told.servers) if (!here.has(key)) lines.push(`-- ${name} is gone`)
    const empty = emptyListText(model, patience.explainAfterMs)
    if (empty.length > 0 && !told.emptyTold) lines.push(...empty)
    next = {
      ...next,
      intro: true,
      servers: new Map(servers.map(sighting => [sighting.key, sighting.name])),
      emptyTold: empty.length > 0,
    }
  }
  // Whoever comes back to the list is told it anew.
  if (screen === 'chat') next = { ...next, intro: false, servers: new Map(), emptyTold: false }
  if (model.picker.note !== told.note && model.picker.note !== null)
    lines.push(`-- ${model.picker.note.text}`)

  const link =
    screen === 'connecting' ? `-- Joining ${model.heading} as ${model.nick}: ${linkText(model)} …` : ''
  if (link !== '' && link !== told.link && model.link.at === 'connecting') lines.push(link)

  const keys = new Map<number, number>()
  for (const room of model.rooms.values()) {
    const newest = room.nextKey - 1
    const fresh = newest - (told.keys.get(room.id) ?? 0)
    // Only the end is looked at: a room may hold thousands.
    for (let index = Math.max(0, room.entries.size - fresh); index < room.entries.size; index++) {
      const entry = at(room.entries, index)
      if (entry) lines.push(entryText(entry))
    }
    keys.set(room.id, newest)
  }

  const room = screen === 'chat' ? currentRoom(model) : null
  if (room !== null && told.room !== null && told.room !== room.id)
    lines.push(`-- What you type goes to ${room.label} now.`)

  const help = model.help !== null
  if (help && !told.help) lines.push(...commandHelp(ownRole(model)))
  const toast = model.toast === null || model.toast.isEcho ? null : model.toast.text
  if (toast !== null && toast !== told.toast) lines.push(`-- ${toast}`)

  const ask = askText(model)
  if (ask !== '' && ask !== told.ask) lines.push(...ask.split('\n'))

  next = { ...next, note: model.picker.note, link, keys, room: room?.id ?? null, help, toast, ask }
  return { told: next, lines }
}

/** The question under way: why it is asked, what is asked, and what an empty line answers. */
function askText({ ask }: Model): string {
  if (ask === null) return ''
  const { question } = questionOf(ask)
  const given =
    'editor' in ask && ask.about !== 'password' && ask.editor.text !== ''
      ? ` (Enter: ${ask.editor.text})`
      : ''
  return [...(ask.why === null ? [] : [`-- ${ask.why}`]), `? ${question}${given}`].join('\n')
}
