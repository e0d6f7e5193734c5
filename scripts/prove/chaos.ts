/** The part of the proof that runs the real programs: a hostile network, kills, losses of power, stops under load. */
import { explore, report } from '../../test/chaos/explore.ts'
import type { Kind } from '../../test/chaos/plan.ts'
import { morePlants, plantedEndings, plants } from '../../test/chaos/planted.ts'

const titles: Readonly<Record<Kind, string>> = {
  chaos: 'worlds of chaos',
  kill: 'kills',
  power: 'losses of power',
  stop: 'stops under load',
}

/** @returns whether nothing went wrong */
export async function proveKind(kind: Kind, count: number, seed: number, again?: number): Promise<boolean> {
  const begunMs = performance.now()
  const { worlds, counts, failures, startMsMax, stopMsMax } = await explore({
    kind,
    seed,
    count,
    again,
    failuresMax: 5,
    onWorld(done, failure) {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} worlds `)
      else if (done % 100 === 0) process.stdout.write(`${done} worlds\n`)
      // At once: a long run may be broken off.
      if (failure) process.stdout.write(`\n${report(failure)}\n`)
    },
  })
  if (process.stderr.isTTY) process.stderr.write('\r')
  const ends = kind === 'chaos' ? worlds : (counts.get(kind) ?? 0) - (kind === 'stop' ? worlds : 0)
  const seconds = Math.round((performance.now() - begunMs) / 1000)
  const names = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  process.stdout.write(
    `${ends} ${titles[kind]} in ${worlds} worlds, ${failures.length} violations, ${seconds} s; longest start ${Math.round(startMsMax)} ms, longest stop ${Math.round(stopMsMax)} ms; ${names.map(([what, often]) => `${what} ${often}`).join(', ')}\n`,
  )
  return failures.length === 0
}

/** @returns whether each mistake was found */
export async function proveRealPlants(seed: number): Promise<boolean> {
  let isEach = true
  for (const [what, { kind, mistake, within }] of [...plants, ...morePlants]) {
    const each = plantedEndings[kind]
    const count = within * each
    const { worlds, failures } = await explore({
      kind,
      seed,
      count,
      each,
      mistake,
      failuresMax: 1,
      atOnce: 3,
    })
    const [failure] = failures
    if (!failure) isEach = false
    process.stdout.write(
      failure
        ? `found after ${worlds}: ${what} (${failure.wrongs[0]?.slice(0, 120)})\n`
        : `NOT FOUND in ${worlds} worlds: ${what}\n`,
    )
  }
  return isEach
}
