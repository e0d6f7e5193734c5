/** The near end of the thread that keeps the history: asks it, and says so when it is no more. */
import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Asks, Question, Reply } from './asks.ts'
import { bounds } from './bounds.ts'
import { storeTrouble } from './troubles.ts'

export interface Thread {
  /** Rejects with a `StoreTrouble`. */
  ask<K extends keyof Asks>(what: K, ask: Asks[K]['ask']): Promise<Asks[K]['answer']>
  /** Ends it whatever it does; safe to call twice. */
  end(): Promise<void>
}

interface Asked {
  resolve(answer: Asks[keyof Asks]['answer']): void
  reject(error: Error): void
}

let early: Worker | undefined

/**
 * Begins a thread before anything is asked of it, which takes a while: the next one that is made is this one. It keeps
 * no process alive, and where it came to nothing another one is begun when it is wanted.
 */
export function beginEarly(): void {
  if (early) return
  const worker = startWorker(import.meta.url)
  const forget = () => {
    if (early === worker) early = undefined
  }
  worker.on('error', forget).on('exit', forget)
  worker.unref()
  early = worker
}

/** Whoever keeps nothing needs no thread that was begun early. */
export async function endEarly(): Promise<void> {
  await takeEarly()?.terminate()
}

function takeEarly(): Worker | undefined {
  const taken = early
  early = undefined
  return taken?.removeAllListeners()
}

/** @param onFault the thread threw, which is a mistake of ours: everything asked of it rejects from now on */
export function createThread(onFault: (error: Error) => void): Thread {
  const worker = takeEarly() ?? startWorker(import.meta.url)
  const asked = new Map<number, Asked>()
  let count = 0
  let gone = false

  const lose = () => {
    gone = true
    for (const { reject } of asked.values()) reject(storeTrouble('gone'))
    asked.clear()
  }
  worker.on('message', (reply: Reply) => {
    const waiting = asked.get(reply.number)
    asked.delete(reply.number)
    // With nothing left to answer it keeps no process alive.
    if (asked.size === 0) worker.unref()
    if (reply.ok) waiting?.resolve(reply.answer)
    else waiting?.reject(storeTrouble(reply.trouble))
  })
  worker.on('error', (error: Error) => {
    lose()
    onFault(error)
  })
  worker.on('exit', lose)

  return {
    ask<K extends keyof Asks>(what: K, ask: Asks[K]['ask']): Promise<Asks[K]['answer']> {
      if (gone) return Promise.reject(storeTrouble('gone'))
      if (asked.size >= bounds.asksMax) return Promise.reject(storeTrouble('busy'))
      return new Promise<Asks[keyof Asks]['answer']>((resolve, reject) => {
        count += 1
        if (asked.size === 0) worker.ref()
        asked.set(count, { resolve, reject })
        worker.postMessage({ number: count, what, ask } as Question)
      }) as Promise<Asks[K]['answer']>
    },
    async end() {
      await worker.terminate()
    },
  }
}

/**
 * Where the worker’s own file is, seen from this one: beside it in the source; built, it is `chunks/history.js`, and this
 * code in the entry above it or in a chunk beside it.
 */
function startWorker(here: string): Worker {
  if (here.endsWith('.ts')) {
    const source = JSON.stringify(new URL('./worker.ts', here))
    // Node 20 does not hand tsx’s hooks on to workers, so this one asks for them itself.
    const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'))
    return new Worker(
      new URL(`data:text/javascript,import { register } from ${tsx}; register(); await import(${source})`),
    )
  }
  const beside = new URL('./history.js', here)
  return new Worker(existsSync(beside) ? beside : new URL('./chunks/history.js', here))
}
