/** One target’s process: a thread that searches, and this one, which notices when an input never comes back. */
import { pathToFileURL } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type Coverage, createCoverage, startCoverage } from './coverage.ts'
import { search } from './loop.ts'
import { keepEscape, seedsOf, shrunk } from './seeds.ts'
import { heldBytes, openSprints, runSprints } from './sprint.ts'
import type { Target } from './target.ts'
import { watchOn, watchRoom } from './watch.ts'

/** What this process is told, as JSON in its first argument. */
export interface Order {
  readonly target: string
  /** The bundle of the targets. */
  readonly bundle: string
  readonly seedsFolder: string
  readonly seed: number
  readonly inputs: number
  readonly forMs: number
  readonly escapesMax: number
  /** Also choose few inputs that together reach all that was reached. */
  readonly chooses: boolean
}

/** What it says, a line of JSON each. */
export type News =
  | {
      readonly did: 'progress'
      readonly inputs: number
      readonly kept: number
      readonly ms: number
      readonly percent: number
      readonly escapes: number
    }
  | { readonly did: 'escape'; readonly file: string; readonly why: string }
  | {
      readonly did: 'end'
      readonly inputs: number
      readonly ms: number
      readonly percent: number
      readonly kept: number
      /** What the system has given it more, and what it still holds of that. */
      readonly grownMiB: number
      readonly heldMiB: number
      /** As latin1; empty where none were asked for. */
      readonly chosen: readonly string[]
    }

/** An input that has not come back by then never does. Between one second and this the searching thread finds it. */
const hangMs = 15_000
const progressEveryMs = 1_000
/** Of what is kept for good. */
const chosenMax = { inputs: 24, bytes: 400 } as const

// Nobody reads the stacks of what is refused, and making them takes longer than all the rest.
Error.stackTraceLimit = 0
if (isMainThread) supervise(JSON.parse(process.argv[2] ?? '{}'))
else if (workerData.isSprinting) await runSprints(await targetOf(workerData.order), workerData.shared)
else await work(workerData.order, workerData.shared)

function supervise(order: Order): void {
  const room = watchRoom()
  const { shared } = room
  const worker = new Worker(new URL(import.meta.url), { workerData: { order, shared } })
  worker.on('message', say)
  worker.on('error', error => {
    process.stderr.write(`${error.stack ?? error}\n`)
    process.exit(70)
  })
  worker.on('exit', code => process.exit(code))
  // Whoever started this is gone, however it ended.
  process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume()
  let number = 0
  let sinceMs = performance.now()
  setInterval(() => {
    const now = room.number()
    if (now === 0 || now !== number) {
      number = now
      sinceMs = performance.now()
    } else if (performance.now() - sinceMs > hangMs) {
      const file = keepEscape(order.seedsFolder, order.target, room.input())
      say({ did: 'escape', file, why: `it did not come back for ${hangMs / 1000} s` })
      // A thread that is stuck in native code would hold up an orderly exit.
      process.stdout.write('', () => process.kill(process.pid, 'SIGKILL'))
    }
  }, 250)
}

function say(news: News): void {
  process.stdout.write(`${JSON.stringify(news)}\n`)
}

async function targetOf({ bundle, target: wanted }: Order): Promise<Target> {
  const { targets }: { targets: readonly Target[] } = await import(pathToFileURL(bundle).href)
  const target = targets.find(({ name }) => name === wanted)
  if (!target) throw new Error(`there is no target “${wanted}”`)
  return target
}

async function work(order: Order, shared: SharedArrayBuffer): Promise<void> {
  const session = startCoverage()
  const target = await targetOf(order)
  const coverage = createCoverage(session, pathToFileURL(order.bundle).href, target.covers)
  const sprints = openSprints({ order, shared })

  const begunMs = performance.now()
  const rssBefore = process.memoryUsage.rss()
  const heldBefore = heldBytes() + (await sprints.heldBytes())
  let toldMs = begunMs
  const searched = await search({
    target,
    coverage,
    seed: order.seed,
    inputs: order.inputs,
    untilMs: begunMs + order.forMs,
    escapesMax: order.escapesMax,
    corpus: seedsOf(order.seedsFolder, target.name).map(({ input }) => input),
    watch: watchOn(shared),
    sprint: sprints.run,
    onProgress(inputs, kept, escapes) {
      const nowMs = performance.now()
      if (nowMs - toldMs < progressEveryMs) return
      toldMs = nowMs
      tell({ did: 'progress', inputs, kept, escapes, ms: nowMs - begunMs, percent: coverage.percent() })
    },
  })
  const ms = performance.now() - begunMs
  const grownMiB = mebibytes(process.memoryUsage.rss() - rssBefore)
  const heldMiB = mebibytes(heldBytes() + (await sprints.heldBytes()) - heldBefore)
  await sprints.close()
  for (const { input, why } of searched.escapes) {
    const kind = why.slice(0, 24)
    const small = await shrunk(input, async shorter => (await whyOf(target, shorter))?.slice(0, 24) === kind)
    tell({ did: 'escape', file: keepEscape(order.seedsFolder, target.name, small), why })
  }
  const percent = coverage.percent()
  const chosen = order.chooses ? await choose(target, searched.corpus, coverage) : []
  tell({
    did: 'end',
    inputs: searched.inputs,
    ms,
    percent,
    kept: searched.corpus.length,
    grownMiB,
    heldMiB,
    chosen: chosen.map(input => Buffer.from(input).toString('latin1')),
  })
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024)
}

function tell(news: News): void {
  parentPort?.postMessage(news)
}

async function whyOf(target: Target, input: Uint8Array): Promise<string | null> {
  try {
    await target.run(input)
    return null
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
}

/** Few and small inputs that reach nearly all that was reached: each time the one that adds most. */
async function choose(
  target: Target,
  corpus: readonly Uint8Array[],
  coverage: Coverage,
): Promise<readonly Uint8Array[]> {
  const left: { input: Uint8Array; reaches: ReadonlySet<number> }[] = []
  for (const input of corpus) {
    if (input.length > chosenMax.bytes) continue
    coverage.reached()
    await whyOf(target, input)
    left.push({ input, reaches: coverage.reached() })
  }
  const chosen: Uint8Array[] = []
  const reached = new Set<number>()
  while (chosen.length < chosenMax.inputs) {
    let best: (typeof left)[number] | undefined
    let bestAdds = 0
    for (const one of left) {
      let adds = 0
      for (const place of one.reaches) if (!reached.has(place)) adds += 1
      if (
        adds > bestAdds ||
        (adds === bestAdds && adds > 0 && one.input.length < (best?.input.length ?? 0))
      ) {
        best = one
        bestAdds = adds
      }
    }
    if (!best) break
    chosen.push(best.input)
    for (const place of best.reaches) reached.add(place)
  }
  return chosen
}
