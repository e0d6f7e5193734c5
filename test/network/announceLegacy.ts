/** A server that also announces itself as older LAN chats do, until its input ends. */
import { startServer } from '../../src/server/server.ts'
import { defaultPort } from '../../src/wire/limits.ts'

const started = await startServer({
  id: 'legacy_______________',
  name: 'den',
  motd: '',
  host: null,
  port: null,
  discoveryPort: defaultPort,
  interfaces: null,
  announce: 'always',
  announceLegacy: true,
  onEvent: event => console.log(JSON.stringify(event)),
})
process.stdin.resume()
process.stdin.on('end', async () => {
  if (started.ok) await started.server.stop('The test is over.')
  console.log('closed')
})
