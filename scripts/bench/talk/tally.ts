/** Counts what arrives: every line once, at every member, in order, and how long it took. */

/** What is said: a mark, four digits for its sender, eight for its number, and stuffing. */
export const bodyBytes = 80
const mark = 0x60
const senderDigits = 4
const numberDigits = 8
const markBytes = 1 + senderDigits + numberDigits
/** Times of sending remembered of each sender; more are never on their way. */
const sentRing = 4096
const stepMs = 0.01
const steps = 200_000

export const bodyOf = (sender: number, number: number): string =>
  `\`${String(sender).padStart(senderDigits, '0')}${String(number).padStart(numberDigits, '0')}`.padEnd(
    bodyBytes,
    '.',
  )

export interface Tally {
  /** Bytes for one member, in pieces of any size; `false`: nothing was said in them. */
  take(member: number, chunk: Buffer): boolean
  sent(sender: number, number: number): void
  delivered(): number
  doubled(): number
  /** Numbers that were left out so far, and those that `sent` says should be there by now. */
  lost(): number
  /** How many lines of this sender have come to everybody. */
  done(sender: number): number
  /** The given part of all deliveries took no longer, in milliseconds. */
  latencyMs(part: number): number
  forgetLatency(): void
}

export interface TallyOptions {
  /** Sender numbers of each room begin at room × senders; so do those of members, at room × perRoom. */
  readonly perRoom: number
  readonly senders: number
  readonly rooms: number
  readonly echoes: boolean
  readonly timed: boolean
  /** Somebody’s line has come to everybody. */
  onDone(sender: number): void
}

export function createTally(options: TallyOptions): Tally {
  const { perRoom, senders, rooms, echoes, timed, onDone } = options
  const hearers = echoes ? perRoom : perRoom - 1
  /** By member and sender of its room: the number that must come next. */
  const next = new Int32Array(rooms * perRoom * senders)
  const said = new Int32Array(rooms * senders)
  const sentAtMs = new Float64Array(rooms * senders * sentRing)
  const missing = new Int32Array(rooms * senders).fill(hearers)
  const done = new Int32Array(rooms * senders)
  /** A mark that was cut in two, by member. */
  const cut = new Map<number, Buffer>()
  const histogram = new Uint32Array(steps)
  let delivered = 0
  let doubled = 0
  let skipped = 0

  function one(member: number, bytes: Buffer, at: number, nowMs: number): void {
    let sender = 0
    let number = 0
    for (let digit = 1; digit <= senderDigits; digit++) sender = sender * 10 + (bytes[at + digit] ?? 0) - 48
    for (let digit = senderDigits + 1; digit < markBytes; digit++)
      number = number * 10 + (bytes[at + digit] ?? 0) - 48
    const slot = member * senders + (sender % senders)
    const expected = next[slot] ?? 0
    if (number < expected) {
      doubled += 1
      return
    }
    skipped += number - expected
    next[slot] = number + 1
    delivered += 1
    if (timed) {
      const ms = nowMs - (sentAtMs[sender * sentRing + (number % sentRing)] ?? 0)
      const step = Math.min(steps - 1, Math.floor(ms / stepMs))
      histogram[step] = (histogram[step] ?? 0) + 1
    }
    const left = (missing[sender] ?? 0) - 1
    missing[sender] = left
    if (left > 0) return
    missing[sender] = hearers
    done[sender] = (done[sender] ?? 0) + 1
    onDone(sender)
  }

  return {
    take(member, chunk) {
      const nowMs = timed ? performance.now() : 0
      let from = 0
      const begun = cut.get(member)
      if (begun) {
        const whole = Buffer.concat([begun, chunk.subarray(0, markBytes - begun.length)])
        cut.delete(member)
        if (whole.length < markBytes) {
          cut.set(member, whole)
          return true
        }
        one(member, whole, 0, nowMs)
        from = markBytes - begun.length
      }
      let at = chunk.indexOf(mark, from)
      if (at < 0) return begun !== undefined
      while (at >= 0) {
        if (at + markBytes > chunk.length) {
          cut.set(member, Buffer.from(chunk.subarray(at)))
          break
        }
        one(member, chunk, at, nowMs)
        at = chunk.indexOf(mark, at + markBytes)
      }
      return true
    },
    sent(sender, number) {
      said[sender] = number + 1
      if (timed) sentAtMs[sender * sentRing + (number % sentRing)] = performance.now()
    },
    delivered: () => delivered,
    doubled: () => doubled,
    lost() {
      let lost = skipped
      for (let member = 0; member < rooms * perRoom; member++)
        for (let sender = 0; sender < senders; sender++) {
          if (!echoes && member % perRoom === sender) continue
          const saying = Math.floor(member / perRoom) * senders + sender
          lost += (said[saying] ?? 0) - (next[member * senders + sender] ?? 0)
        }
      return lost
    },
    done: sender => done[sender] ?? 0,
    latencyMs(part) {
      const all = histogram.reduce((sum, count) => sum + count, 0)
      let seen = 0
      for (let step = 0; step < steps; step++) {
        seen += histogram[step] ?? 0
        if (seen >= all * part) return (step + 1) * stepMs
      }
      return 0
    },
    forgetLatency: () => void histogram.fill(0),
  }
}
