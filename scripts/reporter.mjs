/** Reports each failed test with its reason, each skipped one with its, and closes with the failed ones' names and `N passed, N failed, N skipped`. */

/** @param {AsyncIterable<import('node:test/reporters').TestEvent>} source */
// biome-ignore lint/style/noDefaultExport: node’s test runner takes a reporter as the default export.
export default async function* reporter(source) {
  let passed = 0
  /** @type {string[]} */
  const failed = []
  let skipped = 0
  for await (const event of source) {
    if (event.type === 'test:stderr' || event.type === 'test:stdout') yield event.data.message
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    const { name, file, skip, details } = event.data
    if (details.type === 'suite') continue
    const where = file?.replace(`${process.cwd()}/`, '') ?? ''
    if (event.type === 'test:fail') {
      failed.push(`${where}: ${name}`)
      const error = 'error' in details ? details.error : new Error('failed')
      const cause = error.cause instanceof Error ? (error.cause.stack ?? String(error.cause)) : error.cause
      yield `✗ ${where}: ${name}\n${String(cause ?? error.stack ?? error).replace(/^/gm, '    ')}\n`
    } else if (skip !== undefined) {
      skipped++
      yield `- ${where}: ${name} (skipped: ${skip === true || skip === '' ? 'no reason given' : skip})\n`
    } else {
      passed++
      if (process.stdout.isTTY) yield `✓ ${where}: ${name}\n`
    }
  }
  // Once more at the end: whoever sees only the last lines of a long run sees what to look for above.
  if (failed.length > 0) yield `\nFailed:\n${failed.map(name => `✗ ${name}\n`).join('')}`
  yield `${passed} passed, ${failed.length} failed, ${skipped} skipped\n`
}
