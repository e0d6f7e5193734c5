/** Announces servers until it is told to stop: a JSON line for each trouble, “ready” when all interfaces are open. */
import { createAnnouncer } from '../../src/discovery/announcer.ts'
import { usualPace } from '../../src/discovery/schedule.ts'
import { defaultPort } from '../../src/wire/limits.ts'

// Arguments: ids (21 characters each, commas between), then options as JSON. A line `rename NAME` renames the first
// server, `crash` ends without a farewell, the end of the input says farewell.

const [ids = '', json = '{}'] = process.argv.slice(2)
const { interfaces = [], quiet = false, name = '', pace = usualPace } = JSON.parse(json)
const names = ids.split(',').map(id => name || `server ${id.slice(0, 3)}`)

const announcers = ids.split(',').map((id, index) =>
  createAnnouncer({
    id,
    get name() {
      return names[index] ?? ''
    },
    port: 30_000 + index,
    discoveryPort: defaultPort,
    users: () => 3,
    usersMax: 100,
    versions: [1, 1],
    flags: 'h',
    interfaces,
    quiet,
    means: { pace },
    log: trouble => console.log(JSON.stringify({ trouble })),
    ownIdTwice: address => console.log(JSON.stringify({ ownIdTwice: address })),
  }),
)
console.log(JSON.stringify({ ready: true }))

let rest = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', text => {
  rest += text
  const lines = rest.split('\n')
  rest = lines.pop() ?? ''
  for (const line of lines) {
    if (line === 'crash') process.exit(1)
    if (line === 'outlets') console.log(JSON.stringify({ outlets: announcers[0]?.outlets() }))
    if (line.startsWith('rename ')) {
      names[0] = line.slice(7)
      announcers[0]?.changed()
    }
  }
})
process.stdin.on('end', async () => {
  await Promise.all(announcers.map(announcer => announcer.farewell()))
  await Promise.all(announcers.map(announcer => announcer.close()))
  console.log(JSON.stringify({ left: true }))
})
