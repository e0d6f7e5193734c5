/** What tests of the terminal hand it: a profile, and time that does not pass. */
import assert from 'node:assert/strict'
import { readProfile } from '../../src/terminal/profile.ts'
import { processTimers, type Timers } from '../../src/terminal/scheduler.ts'
import type { Terminal } from '../../src/terminal/screen.ts'
import type { VirtualTerminal } from '../screens/screen.ts'

export const around = { inputIsTerminal: true, outputIsTerminal: true, platform: 'linux' } as const

export const asking = readProfile({ TERM: 'xterm-256color', LANG: 'C.UTF-8' }, around)
/** What it would be asked has tests of its own. */
export const profile = { ...asking, answers: false }

/** Waits take no time, so that a settled screen is final. */
export const hasty: Timers = {
  nowMs: () => 0,
  after: (_ms, run) => processTimers.immediately(run),
  immediately: processTimers.immediately,
}

/** What was drawn bit by bit looks like the same drawn at once. */
export async function assertNoTraces(
  virtual: VirtualTerminal,
  terminal: Pick<Terminal, 'redraw'>,
): Promise<void> {
  const grown = virtual.cells()
  terminal.redraw()
  await virtual.settled()
  assert.deepEqual(grown, virtual.cells())
}
