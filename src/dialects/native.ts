/** The native dialect: each line is one message, as JSON. */
import { limits } from '../wire/limits.ts'
import { readClient } from '../wire/messages.ts'
import { write } from '../wire/written.ts'
import type { Codec, Dialect, Heard } from './types.ts'

/** Blank lines say nothing: some tools send one to see whether the link still stands. */
const blank = /^[ \t]*$/

function parse(line: string): readonly Heard[] {
  if (!line.startsWith('{') && blank.test(line)) return []
  const read = readClient(line)
  if (read.ok) return [{ message: read.message }]
  return [{ answer: { type: 'refused', about: 'line', code: read.code, text: read.text } }]
}

const codec: Codec = { parse, render: write }

/** It holds no state, so all connections share one codec; clients make the ids of their lines themselves. */
export const native: Dialect = {
  name: 'native',
  openings: ['{'],
  shared: true,
  answersPings: true,
  lineBytesMax: limits.clientLineBytesMax,
  open: () => codec,
}
