/** A tiny program for the tests: it opens the terminal, draws what was typed, and ends in as many ways as there are. */
import { writeFileSync } from 'node:fs'
import type { Frame } from '../../src/client/frame.ts'
import { guardProcess } from '../../src/terminal/lifecycle.ts'
import { readProfile } from '../../src/terminal/profile.ts'
import { createTerminal, type Size } from '../../src/terminal/screen.ts'

let typed = ''
let size: Size = { columns: 80, rows: 24 }

const view = (): Frame => ({
  columns: size.columns,
  rows: [
    [{ text: 'sample is open', style: 'bold' }],
    [{ text: `${size.columns}x${size.rows}`, style: 'dim' }],
    [{ text: `typed: ${typed}`, style: 'plain' }],
  ],
  cursor: { x: 7 + typed.length, y: 2 },
  title: 'Earshot sample',
})

const terminal = createTerminal({
  input: process.stdin,
  output: process.stdout,
  profile: readProfile(process.env, { inputIsTerminal: true, outputIsTerminal: true }),
  onStroke: stroke => {
    if ('key' in stroke) {
      if (stroke.key === 'C-c') {
        terminal.restore()
        process.exit(0)
      }
      if (stroke.key === 'C-z') terminal.suspend()
      if (stroke.key === 'C-t') throw new Error('thrown by the sample')
      if (stroke.key === 'C-r') void Promise.reject(new Error('rejected by the sample'))
      if (stroke.key === 'C-l') terminal.redraw()
      if (stroke.key === 'C-x') process.exit(3)
      if (stroke.key === 'C-f') flood()
    }
    if ('text' in stroke) typed += stroke.text
    if ('paste' in stroke) typed += `[${stroke.paste.replaceAll('\n', '/')}]`
    terminal.draw(view)
  },
  onSize: next => {
    size = next
    terminal.draw(view)
  },
})
guardProcess(terminal)
size = terminal.size()
terminal.draw(view)

/**
 * Changes the whole screen as often as it is painted, so that a terminal that does not read is soon full; says so,
 * through the named pipe `SAMPLE_TELLS`, when nothing was taken for many turns.
 */
function flood(): void {
  let count = 0
  let stuck = 0
  const timer = setInterval(() => {
    count += 1
    const row = [{ text: String(count % 10).repeat(size.columns), style: 'plain' as const }]
    terminal.draw({ columns: size.columns, rows: Array(size.rows).fill(row), cursor: null, title: '' })
    stuck = process.stdout.writableLength > 0 ? stuck + 1 : 0
    if (stuck < 40) return
    clearInterval(timer)
    writeFileSync(process.env.SAMPLE_TELLS ?? '', 'the terminal is full and I go on')
  }, 5)
}
