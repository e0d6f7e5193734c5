/** Standard output, and what becomes of a command that cannot print any more. */

let isTold = false
let goesOn = false

/** What we print is read by nobody, or cannot be written: that ends a command, unless it listens for it itself. */
export function watchOutput(): void {
  const { stdout, stderr } = process
  stdout.on('error', error => {
    const code = lossCode(error)
    // A command that listens for it takes its leave first.
    if (!goesOn && stdout.listenerCount('error') === 1) process.exit(code)
  })
  stderr.on('error', error => {
    // There is no other place to complain of this; the exit code still says how it went.
    if (isUnread(error, stderr) && !goesOn && stderr.listenerCount('error') === 1) process.exit(0)
  })
}

/** For a command whose work is not to print, such as a server: it lives longer than who reads along. */
export function goOnUnread(): void {
  goesOn = true
}

/** The exit code where standard output fails with `error`; trouble is said once. */
export function lossCode(error: unknown): number {
  if (isUnread(error, process.stdout)) return 0
  if (!isTold) process.stderr.write(`earshot: what this prints cannot be written: ${reasonOf(error)}.\n`)
  isTold = true
  return 1
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

/** Who read has seen enough, as “head” does, or the terminal is gone. */
const isUnread = (error: unknown, { isTTY }: { readonly isTTY?: boolean }): boolean =>
  codeOf(error) === 'EPIPE' || (codeOf(error) === 'EIO' && isTTY === true)

function reasonOf(error: unknown): string {
  const code = codeOf(error)
  if (code === 'ENOSPC') return 'the disk it goes to is full'
  if (code === 'EDQUOT') return 'you may keep no more on the disk it goes to'
  if (code === 'EFBIG') return 'the file it goes to may not grow any more'
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
}
