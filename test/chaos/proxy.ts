/** A hostile network between clients and a server: it splits, delays, mutes, cuts, and finds a server that has moved. */
import { connect, createServer, type Socket } from 'node:net'
import { hangUpOn } from '../../src/net/hangup.ts'
import type { Random } from '../sim/random.ts'

export interface Proxy {
  readonly port: number
  /** Where the server is now; null while there is none. Standing connections stay with the one that is gone. */
  aim(port: number | null): void
  /** From now on everything arrives, at once and whole; what is mute already stays so until somebody hangs up. */
  heal(): void
  /** Cuts whatever stands. */
  cut(): void
  close(): void
}

interface ProxyMeans {
  readonly random: Random
  /** The part of all chunks at which a connection breaks, 0.01 to 0.06. */
  readonly cutPart: number
  /** The longest a piece takes. */
  readonly delayMsMax: number
  noted(what: string): void
}

interface Pair {
  readonly near: Socket
  readonly far: Socket
  /** Takes from these and gives nothing on: the other end hears neither words nor an end. */
  readonly mute: Set<Socket>
}

/** Larger chunks are not taken apart into single bytes: that would only be slow. */
const singleBytesMax = 300

/** A piece that comes later than this says that this process has too much to do to take things apart. */
const lateMs = 20

/** @returns a proxy on loopback, at a port of its own that stays the same */
export async function createProxy({ random, cutPart, delayMsMax, noted }: ProxyMeans): Promise<Proxy> {
  const pairs = new Set<Pair>()
  let target: number | null = null
  let isHealed = false

  const server = createServer({ noDelay: true, allowHalfOpen: true }, near => {
    near.on('error', () => {})
    if (target === null) return hangUpOn(near)
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    far.on('error', () => {})
    const pair: Pair = { near, far, mute: new Set() }
    pairs.add(pair)
    pump(pair, near, far)
    pump(pair, far, near)
  })

  function pump(pair: Pair, from: Socket, to: Socket): void {
    const queue: Buffer[] = []
    let isRunning = false
    let isEnded = false

    function run(): void {
      const piece = queue.shift()
      if (piece === undefined) {
        isRunning = false
        if (isEnded) to.end()
        else from.resume()
        return
      }
      isRunning = true
      const sinceMs = performance.now()
      const give = () => {
        if (pair.mute.has(from)) queue.length = 0
        else if (!to.destroyed) to.write(piece)
        // Byte by byte, each a slow turn of this process: that would be a link which trickles for minutes, and lives.
        const isLate = performance.now() - sinceMs > delayMsMax + lateMs
        if (isHealed || isLate) queue.push(...(queue.length > 1 ? [Buffer.concat(queue.splice(0))] : []))
        run()
      }
      if (isHealed || piece.length === 1) setImmediate(give)
      else setTimeout(give, random.next() * delayMsMax)
    }

    from.on('data', (chunk: Buffer) => {
      if (pair.mute.has(from)) return
      if (!isHealed && random.chance(cutPart)) harm(pair)
      if (from.destroyed || pair.mute.has(from)) return
      queue.push(...(isHealed ? [chunk] : split(chunk)))
      from.pause()
      if (!isRunning) run()
    })
    from.on('end', () => {
      if (pair.mute.has(from)) return
      isEnded = true
      if (!isRunning) to.end()
    })
    from.on('close', () => {
      if (to.destroyed) pairs.delete(pair)
      // The end of a mute connection is as little heard as its words.
      else if (!pair.mute.has(from) && !isEnded) hangUpOn(to)
    })
  }

  /** Breaks a connection in one of the ways in which connections break. */
  function harm(pair: Pair): void {
    const { near, far, mute } = pair
    const way = random.pick(['reset', 'reset', 'end', 'half-open', 'deaf server', 'deaf client'])
    noted(way)
    if (way === 'reset') {
      hangUpOn(near)
      hangUpOn(far)
    } else if (way === 'end') {
      near.end()
      far.end()
    } else {
      if (way !== 'deaf client') mute.add(near)
      if (way !== 'deaf server') mute.add(far)
    }
  }

  function split(chunk: Buffer): Buffer[] {
    const pieces: Buffer[] = []
    if (chunk.length <= singleBytesMax && random.chance(0.1)) {
      noted('single bytes')
      for (let at = 0; at < chunk.length; at++) pieces.push(chunk.subarray(at, at + 1))
      return pieces
    }
    for (let at = 0; at < chunk.length; ) {
      const length = random.chance(0.6) ? chunk.length - at : 1 + random.below(chunk.length - at)
      pieces.push(chunk.subarray(at, at + length))
      at += length
    }
    if (pieces.length > 1) noted('split')
    return pieces
  }

  const cut = () => {
    for (const { near, far } of pairs) {
      near.destroy()
      far.destroy()
    }
    pairs.clear()
  }
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port')
  return {
    port: address.port,
    aim(port) {
      target = port
    },
    heal() {
      isHealed = true
    },
    cut,
    close() {
      server.close()
      cut()
    },
  }
}
