/** Standard input as the messages it holds: each line one, or all of it one. */
import { createLines, type LineFault } from '../wire/lines.ts'
import { bounds } from './bounds.ts'

/** One message, or why a piece of the input is none. `number` is its line, from 1. */
export type InputRead =
  | { readonly number: number; readonly body: string }
  | { readonly number: number; readonly fault: LineFault }

/** Lines as they come; blank ones say nothing and are left out. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<InputRead> {
  const lines = createLines({ lineBytesMax: bounds.inputLineBytesMax })
  let number = 0
  const read = function* (chunk: Uint8Array): Generator<InputRead> {
    for (const one of lines.feed(chunk)) {
      number += 1
      if ('fault' in one) yield { number, fault: one.fault }
      else if (one.line.trim() !== '') yield { number, body: one.line }
    }
  }
  for await (const chunk of chunks) yield* read(chunk)
  // The last line may lack its newline.
  if (lines.pendingBytes() > 0) yield* read(Buffer.from('\n'))
}

/** All of it as one message; nothing where all of it is blank. */
export async function* readWhole(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<InputRead> {
  const held: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    held.push(chunk)
    bytes += chunk.length
    if (bytes > bounds.inputLineBytesMax) return yield { number: 1, fault: 'too-long' }
  }
  let body: string
  try {
    body = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(held))
  } catch {
    return yield { number: 1, fault: 'not-utf8' }
  }
  if (body.trim() !== '') yield { number: 1, body }
}
