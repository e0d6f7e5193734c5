/** Trouble on demand, for a server under test: `--import` it, then SIGUSR2 does what EARSHOT_TEST_TROUBLE says. */
import { isMainThread } from 'node:worker_threads'

const hourMs = 3_600_000
/** Hours that the clock is off after each signal. */
const hoursOff = [0, 1, -1, 100 * 24, 0]
let at = 0

if (isMainThread) {
  const now = Date.now.bind(Date)
  Date.now = () => now() + (hoursOff[at] ?? 0) * hourMs
  const deeds = {
    clock: () => {
      at += 1
      process.stdout.write(`(the clock is ${hoursOff[at]} h off)\n`)
    },
    throw: () => {
      throw new Error('thrown by a test')
    },
    reject: () => void Promise.reject(new Error('rejected by a test')),
  }
  const wanted = process.env.EARSHOT_TEST_TROUBLE ?? ''
  if (wanted in deeds) process.on('SIGUSR2', deeds[/** @type {keyof typeof deeds} */ (wanted)])
}
