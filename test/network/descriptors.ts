/** Opens a UDP socket on a link-local address in a process that can open one file more, and says what came of it. */
import { closeSync, openSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { codeOf, openUdp } from '../../src/discovery/udp.ts'

const places = Object.entries(networkInterfaces()).flatMap(([name, list = []]) =>
  list.map(({ address: own }) => `${own}%${name}`),
)
const address = places.find(place => place.startsWith('fe80:')) ?? ''

// What is loaded late has to be loaded before.
await (await openUdp({ family: 6, address, hear() {} })).close()

const files: number[] = []
try {
  for (;;) files.push(openSync('/dev/null', 'r'))
} catch {
  const last = files.pop()
  if (last !== undefined) closeSync(last)
}
const told = await openUdp({ family: 6, address, hear() {} }).then(
  () => 'opened',
  (error: unknown) => codeOf(error),
)
for (const file of files) closeSync(file)
console.log(JSON.stringify({ address, held: files.length, told }))
