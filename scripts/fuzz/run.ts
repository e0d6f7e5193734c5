/** Targets fuzzed side by side, each in a process of its own, and what came of each. */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { type Bundle, bundle } from './bundle.ts'
import type { News, Order } from './process.ts'

export interface Fuzzing {
  readonly targets: readonly string[]
  readonly seed: number
  /** Of that target, at the most. */
  inputs(target: string): number
  readonly forMs: number
  /** Of each target; it ends with them. */
  readonly escapesMax: number
  readonly seedsFolder: string
  readonly chooses?: boolean
  onNews(target: string, news: News): void
}

export interface Outcome {
  readonly target: string
  readonly end: Extract<News, { did: 'end' }> | null
  readonly escapes: readonly Extract<News, { did: 'escape' }>[]
  /** Why there is no end, where there is none. */
  readonly broke: string | null
}

export async function fuzz(fuzzing: Fuzzing): Promise<readonly Outcome[]> {
  const made = await bundle()
  try {
    const waiting = [...fuzzing.targets]
    const outcomes: Outcome[] = []
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        outcomes.push(await fuzzOne(next, made, fuzzing))
    }
    await Promise.all(Array.from({ length: Math.min(availableParallelism(), waiting.length) }, work))
    return fuzzing.targets.flatMap(target => outcomes.filter(outcome => outcome.target === target))
  } finally {
    made.remove()
  }
}

async function fuzzOne(target: string, made: Bundle, fuzzing: Fuzzing): Promise<Outcome> {
  const { seed, forMs, escapesMax, seedsFolder, chooses = false } = fuzzing
  const inputs = fuzzing.inputs(target)
  const order: Order = { target, bundle: made.targets, seedsFolder, seed, inputs, forMs, escapesMax, chooses }
  const child = spawn(process.execPath, [made.process, JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const stop = () => child.kill('SIGKILL')
  process.once('exit', stop)
  const escapes: Extract<News, { did: 'escape' }>[] = []
  let end: Outcome['end'] = null
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4_000)
  })
  const gone = new Promise<string>(resolve =>
    child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`)),
  )
  for await (const line of createInterface({ input: child.stdout })) {
    const news: News = JSON.parse(line)
    if (news.did === 'escape') escapes.push(news)
    if (news.did === 'end') end = news
    fuzzing.onNews(target, news)
  }
  const how = await gone
  process.off('exit', stop)
  const isWell = end !== null || escapes.length > 0
  return { target, end, escapes, broke: isWell ? null : `${how}: ${complaint.trim() || 'without a word'}` }
}
