/** Many schedules on all processors at once, each part in a process of its own. */
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

interface Part {
  readonly events: number
  readonly counts: readonly (readonly [string, number])[]
  readonly reports: readonly string[]
}

const file = fileURLToPath(new URL('./part.ts', import.meta.url))

function run(seed: number, schedules: number): Promise<Part> {
  return new Promise((resolve, reject) => {
    const child = fork(file, [`${seed}`, `${schedules}`], { execArgv: ['--import', 'tsx'] })
    let part: Part | null = null
    child.on('message', sent => {
      part = sent as Part
    })
    child.on('error', reject)
    child.on('exit', code =>
      part ? resolve(part) : reject(new Error(`A part of the schedules ended with ${code}.`)),
    )
  })
}

/** @returns what came of all of them, however many there are processors */
export async function exploreInParts(seed: number, schedules: number) {
  const count = Math.max(1, Math.min(8, availableParallelism()))
  const each = Math.ceil(schedules / count)
  const parts = await Promise.all(Array.from({ length: count }, (_, index) => run(seed + index * each, each)))
  const counts = new Map<string, number>()
  for (const part of parts)
    for (const [what, times] of part.counts) counts.set(what, (counts.get(what) ?? 0) + times)
  return {
    events: parts.reduce((sum, part) => sum + part.events, 0),
    counts,
    reports: parts.flatMap(part => part.reports),
  }
}
