/** Frames as text, for tests that draw the expected screen. */
import assert from 'node:assert/strict'
import { width } from '../../src/base/cells.ts'
import type { Frame, Row } from '../../src/client/frame.ts'

export const rowText = (row: Row): string => row.map(part => part.text).join('')

/** The screen as its rows, blanks at their ends left out. */
export const frameText = (frame: Frame): string => frame.rows.map(row => rowText(row).trimEnd()).join('\n')

/** What every frame promises: its height, no row too wide, no control, a cursor that is on the screen. */
export function assertFrame(frame: Frame): void {
  for (const row of frame.rows) {
    const text = rowText(row)
    assert.ok(width(text) <= frame.columns, `${width(text)} cells in ${frame.columns}: ${text}`)
    const parts = row.reduce((sum, part) => sum + width(part.text), 0)
    assert.ok(parts <= frame.columns, `${parts} cells in ${frame.columns} by its parts: ${text}`)
    assert.ok(!/[\p{Cc}\p{Cs}]/u.test(text), `a control in ${JSON.stringify(text)}`)
  }
  const { cursor } = frame
  if (cursor === null) return
  assert.ok(cursor.x >= 0 && cursor.x < frame.columns && cursor.y >= 0 && cursor.y < frame.rows.length)
}
