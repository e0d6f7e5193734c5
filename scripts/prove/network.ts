/** The part of the proof that runs in networks of its own: a long cut, many flaps, a crowd in which some do not read. */
import { foundAgainMsMax, proveCut, proveFlaps } from '../../test/network/outage.ts'
import { proveSlow } from '../../test/network/stalling.ts'
import { buildDist } from '../build.mjs'

/** Says a line either way. @returns whether it holds */
async function told(what: string, prove: () => Promise<string>): Promise<boolean> {
  const begunMs = performance.now()
  try {
    const figures = await prove()
    process.stdout.write(`${what}: ${figures}, ${Math.round((performance.now() - begunMs) / 1000)} s\n`)
    return true
  } catch (error) {
    process.stdout.write(`VIOLATION ${what}: ${error instanceof Error ? error.message : error}\n`)
    return false
  }
}

export async function proveTheCut(seconds: number): Promise<boolean> {
  await buildDist()
  const lines = 200
  return await told(`a cable pulled for ${seconds} s while ${lines} lines are said`, async () => {
    const { backMs } = await proveCut({ cutMs: seconds * 1_000, lines })
    return `${lines} new, 0 missing, 0 double, the draft intact, all on the screen ${Math.round(backMs)} ms after it was back`
  })
}

export async function proveTheFlaps(flaps: number, seed: number): Promise<boolean> {
  await buildDist()
  return await told(`${flaps} flaps of a link (seed ${seed})`, async () => {
    const { foundMsMax } = await proveFlaps({ flaps, seed })
    if (foundMsMax > foundAgainMsMax)
      throw new Error(`the server was not heard for ${Math.round(foundMsMax)} ms after one`)
    return `0 missing, 0 double, heard again within ${Math.round(foundMsMax)} ms (at most ${foundAgainMsMax})`
  })
}

export async function proveTheSlow(people: number): Promise<boolean> {
  const stalled = Math.ceil(people / 10)
  return await told(`${stalled} of ${people} do not read`, async () => {
    const { lines, cutMsMin, cutMsMax, peakMiB, grownMiB } = await proveSlow({
      people,
      stalled,
      stalledMs: 30_000,
    })
    if (cutMsMin < 30_000 || cutMsMax > 35_000) throw new Error(`cut after ${cutMsMin} to ${cutMsMax} ms`)
    if (grownMiB > 64) throw new Error(`the server grew by ${grownMiB} MiB`)
    return `cut after ${cutMsMin} to ${cutMsMax} ms, back without a hole; the others have all ${lines} lines; ${peakMiB} MiB at most, ${grownMiB} more than before`
  })
}
