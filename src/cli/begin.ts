/** `earshot serve` begins: the thread of its history starts while all else of a server is still loaded. */
import { beginEarly } from '../store/thread.ts'
import type { Given } from './main.ts'

export async function run(given: Given): Promise<number> {
  if (given.options.memory !== true) beginEarly()
  return (await import('./serve.ts')).run(given)
}
