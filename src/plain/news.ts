/** What is new since plain mode last looked, as whole lines: nothing is redrawn, nothing told twice. */

import { at } from '../base/ring.ts'
import { commandHelp } from '../chat/commands.ts'
import { questionOf } from '../client/ask.ts'
import { patience } from '../client/bounds.ts'
import { type Model, screenOf } from '../client/model.ts'
import { entryText } from '../client/scrollback.ts'
import { emptyListText, isCompatible, listed, serverText } from '../client/servers.ts'
import { linkText } from '../client/view/status.ts'

/** What has been told already. */
export interface Told {
  readonly intro: boolean
  /** Servers told of, by id, each with its name. */
  readonly servers: ReadonlyMap<string, string>
  readonly emptyTold: boolean
  readonly note: Model['picker']['note']
  readonly ask: string
  readonly link: string
  readonly toast: string | null
  readonly help: boolean
  /** Key of the last entry told of each room. */
  readonly keys: ReadonlyMap<string, number>
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
}

const introText =
  'Looking for servers on this network. Type a number to join one, host:port for any other; h starts one here, S asks every address, ? helps, q leaves.'

export function news(told: Told, model: Model): { readonly told: Told; readonly lines: readonly string[] } {
  const lines: string[] = []
  const screen = screenOf(model)
  let next: Told = told

  if (screen === 'picker') {
    if (!told.intro) lines.push(introText)
    const servers = listed(model.picker)
    for (const sighting of servers) {
      if (told.servers.has(sighting.id)) continue
      lines.push(isCompatible(sighting) ? serverText(model, sighting) : `${serverText(model, sighting)} !`)
    }
    const here = new Set(model.picker.sightings.map(sighting => sighting.id))
    for (const [id, name] of told.servers) if (!here.has(id)) lines.push(`-- ${name} is gone`)
    const empty = emptyListText(model, patience.explainAfterMs)
    if (empty.length > 0 && !told.emptyTold) lines.push(...empty)
    next = {
      ...next,
      intro: true,
      servers: new Map(servers.map(sighting => [sighting.id, sighting.name])),
      emptyTold: empty.length > 0,
    }
  }
  if (model.picker.note !== told.note && model.picker.note !== null)
    lines.push(`-- ${model.picker.note.text}`)

  const link =
    screen === 'connecting' ? `-- Joining ${model.heading} as ${model.nick}: ${linkText(model)} …` : ''
  if (link !== '' && link !== told.link && model.link.at === 'connecting') lines.push(link)

  const keys = new Map(told.keys)
  for (const room of model.rooms.values()) {
    const newest = room.nextKey - 1
    const fresh = newest - (keys.get(room.name) ?? 0)
    // Only the end is looked at: a room may hold thousands.
    for (let index = Math.max(0, room.entries.size - fresh); index < room.entries.size; index++) {
      const entry = at(room.entries, index)
      if (entry) lines.push(entryText(entry))
    }
    keys.set(room.name, newest)
  }

  const help = model.help !== null
  if (help && !told.help) lines.push(...commandHelp())
  const toast = model.toast?.text ?? null
  if (toast !== null && toast !== told.toast) lines.push(`-- ${toast}`)

  const ask = askText(model)
  if (ask !== '' && ask !== told.ask) lines.push(...ask.split('\n'))

  next = { ...next, note: model.picker.note, link, keys, help, toast, ask }
  return { told: next, lines }
}

/** The question under way: why it is asked, what is asked, and what an empty line answers. */
function askText({ ask }: Model): string {
  if (ask === null) return ''
  const { question } = questionOf(ask)
  const given = 'editor' in ask && ask.editor.text !== '' ? ` (Enter: ${ask.editor.text})` : ''
  return [...(ask.why === null ? [] : [`-- ${ask.why}`]), `? ${question}${given}`].join('\n')
}
