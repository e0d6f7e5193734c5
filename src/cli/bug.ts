/** Our own faults: said with their stack, so that they can be reported, and exit code 70. */

const bugCode = 70

/** Says it and gives the exit code. */
export function bug(error: unknown): number {
  process.stderr.write(`earshot: a bug of ours, sorry.\n${stackOf(error)}\n`)
  return bugCode
}

/** Says it as one line of JSON, as whoever reads such lines expects, and gives the exit code. */
export function bugInJson(error: unknown): number {
  const text = error instanceof Error ? error.message : String(error)
  process.stdout.write(`${JSON.stringify({ event: 'bug', text, stack: stackOf(error) })}\n`)
  return bugCode
}

const stackOf = (error: unknown): string => (error instanceof Error ? error.stack : null) ?? String(error)

/** For commands that leave the terminal as it is; a full screen looks after itself first. */
export function exitOnBug(say: (error: unknown) => number = bug): void {
  const end = (error: unknown) => process.exit(say(error))
  process.on('uncaughtException', end).on('unhandledRejection', end)
}
