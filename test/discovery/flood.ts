/** Malformed datagrams by the thousand at a real announcer and a real scanner on loopback, and what they cost. */
import assert from 'node:assert/strict'
import { createChance } from '../../scripts/fuzz/chance.ts'
import { createMutator } from '../../scripts/fuzz/mutate.ts'
import { udp as target } from '../../scripts/fuzz/targets/udp.ts'
import { createAnnouncer } from '../../src/discovery/announcer.ts'
import { bounds } from '../../src/discovery/bounds.ts'
import { createScanner } from '../../src/discovery/scanner.ts'
import { openUdp } from '../../src/discovery/udp.ts'
import { patienceMs } from '../patience.ts'
import { freePort, onLoopback } from './onLoopback.ts'
import { idOf } from './samples.ts'

/** Sent without a pause. More than 166 of them do not fit into a socket, and what the system drops nobody can hear. */
const burst = 100
/** Then those who listen get so many turns: Node takes 32 datagrams from a socket at each. */
const turns = 4
/** The next ones come this much later at least: more in `bounds.crushMs` would close the server’s port, and none be read. */
const everyMs = bounds.crushMs

export interface Flooded {
  readonly sent: number
  /** Of them, how many each of the listeners took from its socket. */
  readonly answered: number
  readonly grownMiB: number
  readonly rows: number
  readonly ms: number
}

/** Throws where something does not hold. Nothing leaves loopback. @param datagrams how many, with the seed they follow from */
export async function flood(datagrams: number, seed: number): Promise<Flooded> {
  const port = await freePort()
  const announcer = createAnnouncer({
    id: idOf('true'),
    name: 'true',
    port: 23_277,
    discoveryPort: port,
    users: () => 1,
    usersMax: 10,
    versions: [1, 1],
    flags: '',
    log: text => assert.fail(text),
    means: onLoopback,
  })
  const notices: string[] = []
  const scanner = createScanner({
    discoveryPort: port,
    onSightings() {},
    onOutlets() {},
    onNotice: text => void notices.push(text),
    means: onLoopback,
  })
  let answered = 0
  const hear = () => {
    answered += 1
  }
  // In turn from an address of its own, and from the one of the server, whose budget is used up by that.
  const floods = [
    await openUdp({ family: 4, address: '127.0.0.2', hear }),
    await openUdp({ family: 4, address: '127.0.0.1', hear }),
  ]
  try {
    const isListed = () => scanner.sightings().some(({ id, name }) => id === idOf('true') && name === 'true')
    await until(isListed, 'the true server is not found before the flood')
    const chance = createChance(seed)
    const mutator = createMutator(
      chance,
      target.tokens.map(token => Buffer.from(token)),
      target.bytesMax,
    )
    const base = () => target.seeds[chance.below(target.seeds.length)] ?? new Uint8Array(0)
    global.gc?.()
    const before = process.memoryUsage()
    const begunMs = performance.now()
    let rows = 0
    for (let sent = 0; sent < datagrams; sent += burst) {
      const nextMs = performance.now() + everyMs
      const sendings = Array.from({ length: burst }, (_, index) =>
        floods[index % floods.length]?.send(mutator.change(base(), base()), port, '127.255.255.255'),
      )
      for (const trouble of await Promise.all(sendings)) assert.equal(trouble, null)
      rows = Math.max(rows, scanner.sightings().length)
      assert.ok(rows <= bounds.rowsMax, `${rows} rows`)
      assert.ok(isListed(), `the true server lost its row after ${sent} datagrams`)
      for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve))
      await new Promise(resolve => setTimeout(resolve, nextMs - performance.now()))
    }
    const ms = performance.now() - begunMs
    // Both still live: one is asked anew and the other answers.
    const heardAt = () => scanner.sightings().find(({ id }) => id === idOf('true'))?.heardAt ?? 0
    const heardBefore = heardAt()
    await until(
      () => heardAt() > heardBefore,
      'the true server is not heard after the flood',
      () => scanner.probe(),
    )
    const after = process.memoryUsage()
    const seconds = Math.ceil(ms / 1_000) + 1
    assert.ok(
      answered <= floods.length * bounds.repliesPerSourcePerSecond * (seconds + 1),
      `${answered} answers in ${seconds} s`,
    )
    assert.ok(notices.length <= 1 + bounds.newerToldMax, notices.join('\n'))
    const grownMiB = Math.round((after.rss - before.rss) / 1024 / 1024)
    return { sent: datagrams, answered, grownMiB, rows, ms }
  } finally {
    await Promise.all([announcer.close(), scanner.close(), ...floods.map(one => one.close())])
  }
}

async function until(
  holds: () => boolean,
  otherwise: string,
  meanwhile: () => void = () => {},
): Promise<void> {
  const endMs = performance.now() + patienceMs
  while (!holds()) {
    assert.ok(performance.now() < endMs, otherwise)
    meanwhile()
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
