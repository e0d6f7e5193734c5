/** The end of a turn of the loop: whoever has something to send flushes then, all together and each once. */

/** Something with bytes to write. It counts on being called once for each time it asked. */
export interface Flusher {
  flush(): void
}

/**
 * Looks at the sockets once more, while lines keep coming in, before a crowd is written to: a look costs microseconds,
 * and a write costs some for each member. So those who speak at the same moment are heard in the same write.
 */
const looksMax = 8
/** For fewer a look costs as much as it saves. */
const crowd = 16
/** Written to in one turn; the others are in the next ones, so that who comes or asks meanwhile is heard. */
const flushesMax = 1_000

let waiting: Flusher[] = []
let looks = 0
let hasMore = false
let isDue = false

/** `one` is flushed at the end of this turn, or of one very soon. */
export function flushSoon(one: Flusher): void {
  waiting.push(one)
  hasMore = true
  if (isDue) return
  isDue = true
  setImmediate(end)
}

/** Something was added to what is going to be flushed. */
export function sayMore(): void {
  hasMore = true
}

function end(): void {
  if (hasMore && looks < looksMax && waiting.length >= crowd) {
    looks += 1
    hasMore = false
    setImmediate(end)
    return
  }
  const now = waiting.length > flushesMax ? waiting.slice(0, flushesMax) : waiting
  waiting = waiting.length > flushesMax ? waiting.slice(flushesMax) : []
  looks = 0
  hasMore = false
  isDue = waiting.length > 0
  if (isDue) setImmediate(end)
  for (const one of now) one.flush()
}
