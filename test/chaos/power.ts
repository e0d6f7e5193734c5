/** A loss of power: what a killed process wrote and never synced is taken back from its files, in part or in whole. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Random } from '../sim/random.ts'

/** One row of what `power.c` writes down. */
interface Deed {
  readonly kind: 'W' | 'T' | 'S'
  readonly path: string
  readonly offset: number
  /** Of what was written; of the whole file after a truncation. */
  readonly length: number
  readonly sizeBefore: number
  /** What stood there. */
  readonly saved: Buffer
}

export interface PowerLoss {
  /** Writes that had not been synced. */
  readonly unsynced: number
  /** Those of them that did not reach the disk whole. */
  readonly lost: number
  /** Writes into the database file itself, which a checkpoint makes. */
  readonly checkpointed: number
}

/** What a disk writes whole or not at all. */
const sectorBytes = 512

/**
 * Builds the watcher that a process is started with (`LD_PRELOAD`).
 * @returns its path; or a sentence, where this machine cannot
 */
export function buildWatcher(folder: string): { ok: true; path: string } | { ok: false; text: string } {
  if (process.platform !== 'linux') return { ok: false, text: 'Only Linux lets a process be watched so.' }
  const path = join(folder, 'power.so')
  try {
    const source = fileURLToPath(new URL('./power.c', import.meta.url))
    execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', path, source, '-ldl'], { stdio: 'pipe' })
    return { ok: true, path }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {
      ok: false,
      text: `There is no C compiler here to watch the disk with (cc: ${why.split('\n')[0]}).`,
    }
  }
}

/** The environment of a process that is watched; `watched` is what names of its files begin with, `syncMs` how long their disk takes. */
export const watching = (
  watcher: string,
  journal: string,
  watched: string,
  syncMs: number,
): Record<string, string> => ({
  EARSHOT_SYNC_MS: `${syncMs}`,
  LD_PRELOAD: watcher,
  EARSHOT_JOURNAL: journal,
  EARSHOT_WATCHED: watched,
})

/** Plays it on the files of a process that has ended, and begins the journal anew. */
export function losePower(journal: string, random: Random): PowerLoss {
  const deeds = existsSync(journal) ? read(readFileSync(journal)) : []
  rmSync(journal, { force: true })
  const open = new Map<string, Deed[]>()
  let checkpointed = 0
  for (const deed of deeds) {
    if (deed.kind === 'S') open.delete(deed.path)
    else open.set(deed.path, [...(open.get(deed.path) ?? []), deed])
    if (deed.kind === 'W' && deed.path.endsWith('.db')) checkpointed++
  }
  let unsynced = 0
  let lost = 0
  // Nothing, everything, all up to some moment, or any part of it: disks do as they like.
  const how = random.pick(['none', 'all', 'first', 'first', 'any', 'any'])
  for (const [path, since] of open) {
    if (!existsSync(path)) continue
    unsynced += since.length
    lost += replay(path, since, how, random)
  }
  return { unsynced, lost, checkpointed }
}

function replay(path: string, deeds: readonly Deed[], how: string, random: Random): number {
  let image: Buffer = readFileSync(path)
  const written: { deed: Deed; bytes: Buffer }[] = []
  for (const deed of deeds.toReversed()) {
    written.unshift({ deed, bytes: Buffer.from(image.subarray(deed.offset, deed.offset + deed.length)) })
    image = resized(image, deed.sizeBefore)
    deed.saved.copy(image, deed.offset)
  }
  const keeps = how === 'first' ? random.below(written.length + 1) : how === 'all' ? written.length : 0
  let lost = 0
  for (const [index, { deed, bytes }] of written.entries()) {
    const isWhole = how === 'any' ? random.chance(0.5) : index < keeps
    const isTorn = !isWhole && (how === 'any' ? random.chance(0.5) : how === 'first' && index === keeps)
    if (!isWhole) lost++
    if (deed.kind === 'T') {
      if (isWhole) image = resized(image, deed.length)
    } else if (isWhole) image = put(image, deed.offset, bytes)
    else if (isTorn) image = tear(image, deed.offset, bytes, random)
  }
  writeFileSync(path, image)
  return lost
}

/** Some sectors are there, some are not, and some hold whatever the disk made of them. */
function tear(before: Buffer, offset: number, bytes: Buffer, random: Random): Buffer {
  let image = before
  for (let at = 0; at < bytes.length; ) {
    const length = Math.min(bytes.length - at, sectorBytes - ((offset + at) % sectorBytes))
    const fate = random.below(8)
    if (fate < 4) image = put(image, offset + at, bytes.subarray(at, at + length))
    else if (fate === 4)
      image = put(image, offset + at, Buffer.from(Array.from({ length }, () => random.below(256))))
    at += length
  }
  return image
}

function resized(image: Buffer, size: number): Buffer {
  return size <= image.length
    ? Buffer.from(image.subarray(0, size))
    : Buffer.concat([image, Buffer.alloc(size - image.length)])
}

function put(image: Buffer, offset: number, bytes: Buffer): Buffer {
  const wide = offset + bytes.length > image.length ? resized(image, offset + bytes.length) : image
  bytes.copy(wide, offset)
  return wide
}

function read(journal: Buffer): Deed[] {
  const deeds: Deed[] = []
  const headBytes = 30
  for (let at = 0; at + headBytes <= journal.length; ) {
    const pathBytes = journal.readUInt8(at + 1)
    const savedBytes = journal.readUInt32LE(at + 2)
    const end = at + headBytes + pathBytes + savedBytes
    // The last row may be torn by the kill: then what it announces was not done.
    if (end > journal.length) break
    deeds.push({
      kind: journal.toString('latin1', at, at + 1) as Deed['kind'],
      offset: Number(journal.readBigUInt64LE(at + 6)),
      length: Number(journal.readBigUInt64LE(at + 14)),
      sizeBefore: Number(journal.readBigUInt64LE(at + 22)),
      path: journal.toString('utf8', at + headBytes, at + headBytes + pathBytes),
      saved: Buffer.from(journal.subarray(end - savedBytes, end)),
    })
    at = end
  }
  return deeds
}
