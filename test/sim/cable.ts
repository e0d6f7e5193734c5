/** One connection: each direction keeps its order and takes its time; it can stall, break, and break unnoticed. */
import { limits } from '../../src/wire/limits.ts'
import type { ClientMessage, ServerMessage } from '../../src/wire/messages.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/** null is the end of a direction. */
type Item<M> = { readonly atMs: number; readonly item: M | null }

interface Direction<M> {
  push(item: M | null): void
  /** Nothing arrives before. */
  hold(untilMs: number): void
  /** Some of what is under way may still arrive, nothing after it does. */
  lose(): void
  flowing(): boolean
}

interface Ends {
  toServer(message: ClientMessage): void
  /** The server knows that the connection is gone. */
  serverLost(): void
  toClient(message: ServerMessage): void
  /** The client knows that the connection is gone. */
  clientLost(text: string): void
}

export interface CableMeans {
  readonly clock: Clock
  readonly random: Random
  /** The longest a message takes; most take less. */
  readonly delayMsMax: number
  /** Planted: what an end no longer listens to reaches it all the same. */
  readonly isLeaky?: 'up' | 'down' | undefined
}

export interface Cable {
  up(message: ClientMessage): void
  down(message: ServerMessage): void
  /** The server takes nothing from it for a while. */
  pause(ms: number): void
  /** The client hangs up; what it said before still arrives. */
  hangUp(): void
  /** The server's last words, and its end. */
  close(lastWords: ServerMessage): void
  /** The server's process is no more; a dead machine does not even say so. */
  orphan(isSilent: boolean): void
  /** Both ends notice at once. */
  reset(): void
  /** Neither end notices for a while. */
  sever(): void
  /** Nothing moves for a while; whoever loses patience meanwhile hangs up. */
  stall(ms: number): void
}

export function createCable(means: CableMeans, ends: Ends): Cable {
  const { clock, random } = means
  let clientOpen = true
  let serverOpen = true
  const up = direction<ClientMessage>(means, message => {
    if (message === null) lostAtServer()
    else if (serverOpen || means.isLeaky === 'up') ends.toServer(message)
  })
  const down = direction<ServerMessage>(means, message => {
    if (message === null) lostAtClient('The server ended the connection.')
    else if (clientOpen || means.isLeaky === 'down') ends.toClient(message)
  })

  function lostAtServer(): void {
    if (!serverOpen) return
    serverOpen = false
    ends.serverLost()
  }

  function lostAtClient(text: string): void {
    if (!clientOpen) return
    clientOpen = false
    ends.clientLost(text)
  }

  /** Silence is noticed some time after it began, the server’s later. */
  function noticeSilence(): void {
    clock.after(random.next() * limits.clientDeadMs, () => lostAtClient('The server is silent.'))
    clock.after(random.next() * limits.serverDeadMs, lostAtServer)
  }

  return {
    up: message => clientOpen && up.push(message),
    down: message => serverOpen && down.push(message),
    pause: ms => up.hold(clock.nowMs() + ms),
    hangUp() {
      clientOpen = false
      up.push(null)
      // Where even the end is lost, the server finds out by the silence.
      if (!up.flowing()) clock.after(random.next() * limits.serverDeadMs, lostAtServer)
    },
    close(lastWords) {
      if (!serverOpen) return
      down.push(lastWords)
      down.push(null)
      serverOpen = false
      clock.after(random.next() * limits.lastWordsMs, ends.serverLost)
    },
    orphan(isSilent) {
      serverOpen = false
      if (isSilent) {
        down.lose()
        clock.after(random.next() * limits.clientDeadMs, () => lostAtClient('The server is silent.'))
      } else if (random.chance(0.5)) down.push(null)
      else {
        down.lose()
        clock.after(random.next() * means.delayMsMax, () => lostAtClient('Connection reset.'))
      }
    },
    reset() {
      up.lose()
      down.lose()
      clock.after(random.next() * means.delayMsMax, () => lostAtClient('Connection reset.'))
      clock.after(random.next() * means.delayMsMax, lostAtServer)
    },
    sever() {
      up.lose()
      down.lose()
      noticeSilence()
    },
    stall(ms) {
      up.hold(clock.nowMs() + ms)
      down.hold(clock.nowMs() + ms)
      const patienceMs = (0.5 + random.next() / 2) * limits.clientDeadMs
      if (ms > patienceMs)
        clock.after(patienceMs, () => {
          if (!clientOpen) return
          up.push(null)
          lostAtClient('The server is silent.')
        })
      if (ms > limits.serverDeadMs) clock.after(limits.serverDeadMs, lostAtServer)
    },
  }
}

function direction<M>(
  { clock, random, delayMsMax }: CableMeans,
  deliver: (item: M | null) => void,
): Direction<M> {
  const queue: Item<M>[] = []
  let lastMs = 0
  let heldMs = 0
  let isDead = false
  let isScheduled = false

  function schedule(): void {
    const first = queue[0]
    if (first === undefined || isScheduled) return
    isScheduled = true
    clock.after(Math.max(first.atMs, heldMs) - clock.nowMs(), drain)
  }

  function drain(): void {
    isScheduled = false
    const nowMs = clock.nowMs()
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      if (first.atMs > nowMs || heldMs > nowMs) break
      queue.shift()
      deliver(first.item)
    }
    schedule()
  }

  return {
    push(item) {
      if (isDead) return
      const nowMs = clock.nowMs()
      lastMs = Math.max(lastMs, nowMs + random.next() * delayMsMax)
      queue.push({ atMs: lastMs, item })
      schedule()
    },
    hold(untilMs) {
      heldMs = Math.max(heldMs, untilMs)
    },
    lose() {
      queue.length = random.below(queue.length + 1)
      isDead = true
    },
    flowing: () => !isDead,
  }
}
