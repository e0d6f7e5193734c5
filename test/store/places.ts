/** Places to keep a history at in tests, and which drivers this node has. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import type { Draft } from '../../src/chat/types.ts'
import { type DriverName, loadDriver } from '../../src/store/driver.ts'
import { pack } from '../../src/store/packing.ts'
import { openStore, type SqliteStore, type StoreOptions } from '../../src/store/sqlite.ts'

let top: string | undefined
process.on('exit', () => top && rmSync(top, { recursive: true, force: true }))

/** A folder that is not there yet; what is made of it goes with this process. */
export function newFolder(): string {
  top ??= mkdtempSync(join(tmpdir(), 'earshot-store-'))
  return join(top, nanoid())
}

/** 2026-01-02 03:04:05 UTC */
export const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5)

export const driverNames: readonly DriverName[] = ['node:sqlite', 'libsql']

/** The reason to skip tests of a driver, or false. */
export async function whyNot(name: DriverName): Promise<string | false> {
  return (await loadDriver(name)) ? false : `Node ${process.version} has no ${name} here`
}

export const opening = (folder: string, more: Partial<StoreOptions> = {}) =>
  openStore({ folder, nowMs, newId: nanoid, ...more })

export async function openAt(folder: string, more: Partial<StoreOptions> = {}): Promise<SqliteStore> {
  const opened = await opening(folder, more)
  assert.ok(opened.ok, opened.ok ? '' : opened.text)
  return opened.store
}

/** Why there is no store; fails where there is one. */
export async function refusal(folder: string, more: Partial<StoreOptions> = {}): Promise<string> {
  const opened = await opening(folder, more)
  if (opened.ok) await opened.store.close()
  assert.ok(!opened.ok, 'it was opened')
  return opened.text
}

export const draft = (id: string, more: Partial<Draft> = {}): Draft => ({
  room: '#lobby',
  id,
  author: 'device-a',
  from: 'ann',
  kind: 'say',
  body: `body of ${id}`,
  ...more,
})

/** Takes out of a history what the formats after its first three brought, so that its next opening brings it again. */
export const laterFormats = 'DROP TABLE run_end; DROP TABLE run; ALTER TABLE device DROP COLUMN household;'

/** Lines of those ids, as they go to the thread that keeps them. */
export const packed = (...ids: string[]) => pack(ids.map(id => ({ do: 'line', draft: draft(id), at: 1 })))
