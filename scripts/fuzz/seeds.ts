/** Inputs worth keeping, below test/seeds/fuzz: one file each for what once went wrong, one list for what reaches far. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const listName = 'corpus.json'

export interface Seed {
  readonly file: string
  readonly input: Uint8Array
}

/** @param folder test/seeds/fuzz */
export function seedsOf(folder: string, target: string): readonly Seed[] {
  const own = join(folder, target)
  if (!existsSync(own)) return []
  return readdirSync(own)
    .sort()
    .flatMap(name => {
      const file = join(own, name)
      if (name !== listName) return [{ file, input: Uint8Array.from(readFileSync(file)) }]
      const listed: string[] = JSON.parse(readFileSync(file, 'utf8'))
      return listed.map(text => ({ file, input: Uint8Array.from(Buffer.from(text, 'latin1')) }))
    })
}

/** @returns the file, named after what is in it: found twice, it is written once */
export function keepEscape(folder: string, target: string, input: Uint8Array): string {
  const own = join(folder, target)
  mkdirSync(own, { recursive: true })
  const file = join(own, `${createHash('sha256').update(input).digest('hex').slice(0, 12)}.bin`)
  writeFileSync(file, input)
  return file
}

export function keepCorpus(folder: string, target: string, inputs: readonly Uint8Array[]): void {
  mkdirSync(join(folder, target), { recursive: true })
  const listed = inputs.map(input => Buffer.from(input).toString('latin1'))
  // In ASCII, so that no editor and no diff changes a byte of it.
  const text = JSON.stringify(listed, null, 2).replace(
    /[\u007f-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  writeFileSync(join(folder, target, listName), `${text}\n`)
}

/** Shorter, as long as `isStill` holds: what is in the way of reading it is taken out. */
export async function shrunk(
  input: Uint8Array,
  isStill: (shorter: Uint8Array) => Promise<boolean>,
  triesMax = 2_000,
): Promise<Uint8Array> {
  let best = input
  let tries = 0
  for (let size = Math.ceil(best.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.length && tries < triesMax; ) {
      const shorter = Uint8Array.from([...best.subarray(0, at), ...best.subarray(at + size)])
      tries += 1
      if (await isStill(shorter)) best = shorter
      else at += size
    }
  }
  return best
}
