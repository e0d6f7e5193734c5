/** A thread of the history that is begun before it is wanted. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { beginEarly, endEarly } from '../../src/store/thread.ts'
import { newFolder, opening } from './places.ts'

const begun: Worker[] = []
process.on('worker', worker => begun.push(worker))

/** How many threads were begun while a history was opened and closed. */
async function begunToOpen(): Promise<number> {
  const before = begun.length
  const opened = await opening(newFolder())
  assert.ok(opened.ok, JSON.stringify(opened))
  await opened.store.close()
  return begun.length - before
}

async function newEarly(): Promise<Worker> {
  const told = once(process, 'worker')
  beginEarly()
  const [worker]: Worker[] = await told
  assert.ok(worker)
  return worker
}

test('a thread that was begun early is the next one that is wanted, and no more than that', async () => {
  await newEarly()
  beginEarly()
  assert.equal(await begunToOpen(), 0)
  assert.equal(await begunToOpen(), 1)
})

test('one that came to nothing is begun again', async () => {
  const worker = await newEarly()
  const exited = once(worker, 'exit')
  await Promise.all([worker.terminate(), exited])
  assert.equal(await begunToOpen(), 1)
})

test('one that is not wanted ends', async () => {
  const worker = await newEarly()
  await endEarly()
  assert.equal(worker.threadId, -1)
  assert.equal(await begunToOpen(), 1)
})
