/** A clock that all processes of a benchmark share. Plain JavaScript, for one of them can be nothing else (`watch.mjs`). */

/** Monotonic, and not since the start of one process. */
export function sharedMs() {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1_000 + nanoseconds / 1_000_000
}
