/** A process of its own that runs a part of the schedules and sends what came of it: `fork`ed with seed and count. */
import { explore, report } from './explore.ts'

const [seed = 1, schedules = 1] = process.argv.slice(2).map(Number)
const { events, counts, failures } = explore({ seed, schedules, failuresMax: 1 })
process.send?.({ events, counts: [...counts], reports: failures.map(failure => report(failure)) })
