/** A second thread beside the guided one, whose code nobody counts: the same inputs run many times faster there. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, Worker } from 'node:worker_threads'
import { type Run, type Searched, search } from './loop.ts'
import type { Target } from './target.ts'
import { watchOn } from './watch.ts'

// Which code is counted is a matter of the whole thread, and what is once compiled with counters keeps them: so the one
// that searches with a guide cannot be fast for a while. While this one runs, that one waits.

const progressEveryMs = 500

type Asked = { readonly ask: 'run'; readonly run: Omit<Run, 'onProgress'> } | { readonly ask: 'held' }
type Told =
  | { readonly told: 'progress'; readonly inputs: number }
  | { readonly told: 'end'; readonly searched: Omit<Searched, 'corpus'> }
  | { readonly told: 'held'; readonly bytes: number }

export interface Sprints {
  run(run: Run): Promise<Searched>
  heldBytes(): Promise<number>
  close(): Promise<void>
}

/** @param workerData what the thread is given beside the order to sprint */
export function openSprints(workerData: object): Sprints {
  const worker = new Worker(new URL(import.meta.url), { workerData: { ...workerData, isSprinting: true } })

  function ask(asked: Asked, heard: (told: Told) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const listen = (told: Told) => {
        if (!heard(told)) return
        worker.off('message', listen)
        worker.off('error', reject)
        resolve()
      }
      worker.on('message', listen)
      worker.once('error', reject)
      worker.postMessage(asked)
    })
  }

  return {
    async run({ onProgress, ...run }) {
      let searched: Searched = { inputs: 0, escapes: [], corpus: [] }
      await ask({ ask: 'run', run }, told => {
        if (told.told === 'progress') onProgress(told.inputs)
        if (told.told === 'end') searched = { ...told.searched, corpus: run.corpus }
        return told.told === 'end'
      })
      return searched
    },
    async heldBytes() {
      let bytes = 0
      await ask({ ask: 'held' }, told => {
        if (told.told === 'held') bytes = told.bytes
        return told.told === 'held'
      })
      return bytes
    },
    close: async () => void (await worker.terminate()),
  }
}

/** What the thread itself does until it is ended. */
export async function runSprints(target: Target, shared: SharedArrayBuffer): Promise<void> {
  const watch = watchOn(shared)
  const tell = (told: Told) => parentPort?.postMessage(told)
  parentPort?.on('message', async (asked: Asked) => {
    if (asked.ask === 'held') return tell({ told: 'held', bytes: heldBytes() })
    const { corpus, seed, inputs, forMs } = asked.run
    let toldMs = performance.now()
    const searched = await search({
      target,
      seed,
      inputs,
      untilMs: performance.now() + forMs,
      escapesMax: 10,
      corpus,
      watch,
      onProgress(done) {
        if (performance.now() - toldMs < progressEveryMs) return
        toldMs = performance.now()
        tell({ told: 'progress', inputs: done })
      },
    })
    tell({ told: 'end', searched: { inputs: searched.inputs, escapes: searched.escapes } })
  })
}

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

/** What this thread holds when all that nobody needs is gone. */
export function heldBytes(): number {
  if (typeof collect === 'function') collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
