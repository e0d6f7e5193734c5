/** Scans until its input ends: a JSON line for each list, notice, change of interfaces and step of a sweep. */
import { createScanner } from '../../src/discovery/scanner.ts'
import { usualPace } from '../../src/discovery/schedule.ts'
import { defaultPort } from '../../src/wire/limits.ts'

// Argument: options as JSON. Lines it understands: `probe`, `sweep`, `list`.

const { interfaces = [], known = [], pace = usualPace } = JSON.parse(process.argv[2] ?? '{}')
const print = (line: object) => console.log(JSON.stringify(line))

const scanner = createScanner({
  discoveryPort: defaultPort,
  interfaces,
  known,
  means: { pace },
  onSightings: sightings => print({ list: sightings, atMs: performance.now() }),
  onOutlets: outlets => print({ outlets }),
  onNotice: notice => print({ notice }),
})

process.stdin.setEncoding('utf8')
process.stdin.on('data', (text: string) => {
  for (const line of text.split('\n')) {
    if (line === 'probe') scanner.probe()
    if (line === 'list') print({ list: scanner.sightings(), asked: scanner.asked() })
    if (line === 'sweep') scanner.sweep((asked, total, done) => print({ sweep: { asked, total, done } }))
  }
})
process.stdin.on('end', async () => {
  await scanner.close()
  print({ closed: true })
})
