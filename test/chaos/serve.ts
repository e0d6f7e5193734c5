/** The real `serve` in a process of its own, with the waits of the wire made short: `serve.ts FOLDER`. */
import { hasten } from './pace.ts'

hasten(JSON.parse(process.env.EARSHOT_HASTE ?? '{}'))
const { run } = await import('../../src/cli/serve.ts')
process.exitCode = await run({
  command: 'serve',
  target: null,
  words: [],
  options: { json: true, announce: false, host: '127.0.0.1', port: 0, name: 'den', data: process.argv[2] },
})
