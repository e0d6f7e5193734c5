/** Our server without limits on speaking, on loopback and with no history beyond its own life; `ours.ts PORT`. */
import { startServer } from '../../../src/server/server.ts'

const started = await startServer({
  id: 'benchmark____________',
  name: 'benchmark',
  motd: '',
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  discoveryPort: 0,
  interfaces: null,
  announce: 'never',
  pace: 'none',
  onEvent() {},
})
if (!started.ok) throw new Error(started.text)
