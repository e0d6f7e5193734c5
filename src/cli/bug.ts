/** Our own faults: said with their stack, so that they can be reported, and exit code 70. */

const bugCode = 70

/** Says it and gives the exit code. */
export function bug(error: unknown): number {
  const stack = error instanceof Error ? error.stack : String(error)
  process.stderr.write(`earshot: a bug of ours, sorry.\n${stack}\n`)
  return bugCode
}

/** For commands that leave the terminal as it is; a full screen looks after itself first. */
export function exitOnBug(): void {
  const end = (error: unknown) => process.exit(bug(error))
  process.on('uncaughtException', end).on('unhandledRejection', end)
}
