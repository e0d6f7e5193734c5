/** When a scanner in another process heard a server last, asked until the answer is newer. */
import type { Running } from './lab.ts'

interface Heard {
  /** The moment of the newest word, by the scanner’s own clock; 0 where it knows of no server. */
  latest(): Promise<number>
  /** @returns how many milliseconds passed until there was a newer one */
  newerThan(before: number, withinMs: number): Promise<number>
}

const askEveryMs = 100

export function createHeard(scan: Running): Heard {
  async function latest(): Promise<number> {
    const from = scan.lines.length
    scan.write('list\n')
    const answer: { list: readonly { heardAt: number }[] } = JSON.parse(
      await scan.waitForLine(/"asked":\d+\}$/, undefined, from),
    )
    return Math.max(0, ...answer.list.map(one => one.heardAt))
  }
  return {
    latest,
    async newerThan(before, withinMs) {
      const begunMs = performance.now()
      for (;;) {
        if ((await latest()) > before) return performance.now() - begunMs
        if (performance.now() - begunMs > withinMs)
          throw new Error(`The server was not heard for ${withinMs} ms.`)
        await new Promise(resolve => setTimeout(resolve, askEveryMs))
      }
    },
  }
}
