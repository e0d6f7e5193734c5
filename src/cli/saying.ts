/** What a tool says of itself, on standard error: its output belongs to whoever reads it. */

/** One sentence, or several lines of them. */
export function complain(text: string): void {
  process.stderr.write(`earshot: ${text}\n`)
}
