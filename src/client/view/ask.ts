/** A question at the bottom of the screen, over whatever is shown. */
import { wrap } from '../../base/cells.ts'
import { keysText, questionOf } from '../ask.ts'
import { bounds } from '../bounds.ts'
import { type Editor, layout } from '../editor.ts'
import type { Row } from '../frame.ts'
import type { Ask, Model } from '../model.ts'
import { roomsLike } from '../rooms.ts'
import type { Page } from './chat.ts'
import { fit, sized, span } from './parts.ts'
import { choiceRow } from './rooms.ts'

/** A dot for each unit, so that the cursor stands where it stood. */
const masked = (editor: Editor): Editor => ({ ...editor, text: '•'.repeat(editor.text.length) })

export function withAsk(page: Page, ask: Ask, model: Model): Page {
  const { columns, rows } = model
  const { question, keys } = questionOf(ask)
  const words = (ask.why === null ? question : `${ask.why} ${question}`).trim()
  const said = wrap(words, Math.max(1, columns - 2))
    .slice(0, Math.max(1, rows - 4))
    .map((text): Row => fit([span(` ${text}`, 'bold')], columns))
  const box: Row[] = [fit([span('─'.repeat(columns), 'dim')], columns), ...said]
  if (ask.about === 'room') {
    const choices = roomsLike(model, ask.editor.text).slice(
      0,
      Math.min(bounds.roomChoices, Math.max(1, rows - 6)),
    )
    box.push(...choices.map((room, index) => fit(choiceRow(room, index === ask.chosen), columns)))
    if (choices.length === 0) box.push(fit([span('  You are in no room of that name.', 'dim')], columns))
  }
  if (ask.about === 'found') {
    const count = Math.max(1, Math.min(bounds.foundChoices, rows - 5))
    const top = Math.max(0, Math.min(ask.chosen - (count >> 1), ask.lines.length - count))
    for (const [index, line] of ask.lines.slice(top, top + count).entries()) {
      const isChosen = top + index === ask.chosen
      const row = [span(isChosen ? ' ▌' : '  ', 'accent'), span(line.text, isChosen ? 'selected' : 'plain')]
      box.push(fit(row, columns))
    }
  }
  let cursor: Page['cursor'] = null
  const kept = rows - box.length - ('editor' in ask ? 2 : 1)
  if ('editor' in ask) {
    const line = layout(
      ask.about === 'password' ? masked(ask.editor) : ask.editor,
      Math.max(2, columns - 3),
      1,
    )
    cursor = { x: 3 + line.cursor.x, y: kept + box.length }
    box.push(fit([span('▌', 'accent'), span('> ', 'bold'), span(line.rows[0] ?? '')], columns))
  }
  // The question whether to leave says it itself.
  box.push(fit([span(` ${ask.about === 'leave' ? '' : keysText(keys)}`, 'dim')], columns))
  return { rows: [...sized(page.rows, kept), ...box], cursor }
}
