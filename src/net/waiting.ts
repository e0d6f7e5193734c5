/** Lines that were read of a peer and wait to be told, while its owner hears nothing of it. */
import type { LineRead } from '../wire/lines.ts'

/** What a line that waits costs beside its text. */
const lineCostBytes = 64

/** What they hold, from the one at `told` on. */
export function waitingBytes(reads: readonly LineRead[], told: number): number {
  let bytes = 0
  for (let at = told; at < reads.length; at++) {
    const read = reads[at]
    bytes += lineCostBytes + (read !== undefined && 'line' in read ? read.line.length : 0)
  }
  return bytes
}
