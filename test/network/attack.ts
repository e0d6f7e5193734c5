/** A hostile host: forged beacons, invented servers, forged farewells, probes in somebody else’s name. */
import { createSocket, type Socket } from 'node:dgram'
import { decode, encode, type Here } from '../../src/discovery/beacon.ts'
import { here, idOf } from '../discovery/samples.ts'

// Arguments: what to do, as JSON. It says a line of JSON when it is done, and ends.

interface Orders {
  /** Addresses of this host, from which it speaks in turn. */
  readonly sources: readonly string[]
  readonly port: number
  /** Servers that do not exist, of which every third has the name of `like`. */
  readonly invented?: number
  readonly like?: string
  /** In the name of this server, as another boot and with another name. */
  readonly posesAs?: string
  /** Waits for a beacon of this server, says so, and at a line of input goes on from it, as the same boot. */
  readonly continues?: string
  /** Farewells for that boot of it, with a secret that is a guess. */
  readonly farewells?: { readonly id: string; readonly boot: number; readonly count: number }
  /** Says nothing, and ends when it has heard so many beacons of this server. */
  readonly hears?: { readonly id: string; readonly beacons: number }
  /** From all sources in turn, until a line of input comes: probes to that server, or beacons of nobody to everybody. */
  readonly crowds?: { readonly asks: string | null; readonly forMsMax: number }
  /** Probes to that server, from the first source and this port of it. */
  readonly reflects?: { readonly server: string; readonly fromPort: number; readonly count: number }
}

const orders: Orders = JSON.parse(process.argv[2] ?? '{}')
const { sources, port } = orders
if (orders.hears) {
  await overheard(orders.hears.id, orders.hears.beacons)
  console.log(JSON.stringify({ heard: orders.hears.beacons }))
  process.exit()
}
const word = orders.continues === undefined ? null : await overheard(orders.continues)
if (word) {
  console.log(JSON.stringify({ overheard: word.seq }))
  await new Promise(resolve => process.stdin.once('data', resolve))
  process.stdin.pause()
}

async function open(address: string, ownPort = 0): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  await new Promise<void>(resolve => socket.bind(ownPort, address, resolve))
  socket.setBroadcast(true)
  return socket
}

const sockets = await Promise.all(
  sources.map((address, index) => open(address, index === 0 ? orders.reflects?.fromPort : 0)),
)
let sent = 0
async function say(bytes: Uint8Array, to = '255.255.255.255'): Promise<void> {
  const socket = orders.reflects ? sockets[0] : sockets[sent % sockets.length]
  sent += 1
  await new Promise<void>(resolve => socket?.send(bytes, port, to, () => resolve()))
  if (sent % 50 === 0) await new Promise(resolve => setImmediate(resolve))
}

/** What everybody on the network can hear: the last of so many beacons. */
function overheard(id: string, beacons = 1): Promise<Here> {
  const ear = createSocket({ type: 'udp4', reuseAddr: true })
  let count = 0
  return new Promise(resolve => {
    ear.on('message', bytes => {
      const heard = decode(bytes)
      if (heard.got !== 'packet' || heard.packet.t !== 'here' || heard.packet.id !== id) return
      count += 1
      if (count < beacons) return
      ear.close()
      resolve(heard.packet)
    })
    ear.bind(port, () => console.log(JSON.stringify({ listening: true })))
  })
}

/** @returns for how long, and how many beacons of the server that is asked were heard meanwhile */
async function crowd({ asks, forMsMax }: NonNullable<Orders['crowds']>) {
  let isOver = false
  let beacons = 0
  const ear = createSocket({ type: 'udp4', reuseAddr: true })
  ear.on('message', (bytes, { address }) => {
    const heard = decode(bytes)
    if (heard.got === 'packet' && heard.packet.t === 'here' && address === asks) beacons += 1
  })
  await new Promise<void>(resolve => ear.bind(port, () => resolve()))
  process.stdin.once('data', () => {
    isOver = true
  })
  const beganMs = performance.now()
  const passedMs = () => performance.now() - beganMs
  for (let round = 0; !isOver && passedMs() < forMsMax; round++) {
    await Promise.all(
      sources.map((_, index) =>
        asks === null
          ? say(beacon({ id: idOf(`c${index}-`), seq: round + 1, name: `crowd ${index}` }))
          : say(encode({ t: 'find', nonce: `n${sent}`, have: [] }), asks),
      ),
    )
    if (round === 3) console.log(JSON.stringify({ crowded: true }))
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  process.stdin.pause()
  ear.close()
  return { beacons, ms: passedMs() }
}

const beacon = (fields: Partial<Here> & { id: string }) =>
  encode(here({ boot: 99, ttlSeconds: 200, port: 6666, ...fields }))

if (orders.posesAs !== undefined)
  for (let seq = 1; seq <= 3; seq++) await say(beacon({ id: orders.posesAs, seq, name: 'not the server' }))
if (word)
  for (let count = 1; count <= 200; count++) {
    await say(encode({ ...word, seq: 4_000_000_000 + count, name: 'overheard', port: 6666 }))
    if (count % 10 === 0) await new Promise(resolve => setTimeout(resolve, 100))
  }
for (let count = 0; count < (orders.invented ?? 0); count++)
  await say(
    beacon({ id: idOf(`no${count}-`), name: count % 3 === 0 ? (orders.like ?? '') : `invented ${count}` }),
  )
for (let count = 0; count < (orders.farewells?.count ?? 0); count++)
  await say(
    encode({
      t: 'bye',
      id: orders.farewells?.id ?? '',
      boot: orders.farewells?.boot ?? 0,
      secret: `guess-${count}-`.padEnd(32, 'x'),
    }),
  )
for (let count = 0; count < (orders.reflects?.count ?? 0); count++)
  await say(encode({ t: 'find', nonce: `n${count}`, have: [] }), orders.reflects?.server)
const told = orders.crowds ? await crowd(orders.crowds) : {}
console.log(JSON.stringify({ sent, ...told }))
for (const socket of sockets) socket.close()
