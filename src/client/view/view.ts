/** The whole screen out of the model: the same model always gives the same frame, and no row is ever too wide. */
import type { Frame } from '../frame.ts'
import { currentRoom, type Model, screenOf } from '../model.ts'
import { withAsk } from './ask.ts'
import { chatPage, type Page } from './chat.ts'
import { helpPage } from './help.ts'
import { isTooSmall } from './layout.ts'
import { fit, sized, span } from './parts.ts'
import { connectingPage, pickerPage } from './picker.ts'

const pages = { picker: pickerPage, connecting: connectingPage, chat: chatPage } as const

export function view(model: Model): Frame {
  const { columns, rows } = model
  const { rows: drawn, pane, cursor } = page(model)
  return {
    columns,
    rows: sized(drawn, rows),
    pane: pane ?? null,
    cursor: cursor !== null && cursor.x < columns && cursor.y < rows ? cursor : null,
    title: model.server === null ? 'earshot' : `${currentRoom(model).label} · ${model.server.name}`,
  }
}

function page(model: Model): Page {
  if (isTooSmall(model)) return { rows: [fit([span('window too small')], model.columns)], cursor: null }
  if (model.help !== null) return helpPage(model)
  const behind = pages[screenOf(model)](model)
  return model.ask === null ? behind : withAsk(behind, model.ask, model)
}
