/** Unicast questions of the scanner: to known hosts, to strangers that must prove themselves, to servers that are late. */
import { schedule } from './schedule.ts'
import { openQuestion, openUdp, type Question, type Udp, type UdpSource } from './udp.ts'

/** Late hosts asked at once. More: they are asked by broadcast only. */
const questionsMax = 32
/** Answers are awaited this long after the last question. */
const lingerMs = 700

export interface QuestionsOptions {
  readonly port: number
  /** A fresh probe whose nonce is for this host. */
  probeFor(host: string): Uint8Array
  hear(bytes: Uint8Array, from: UdpSource): void
  /** The host is there, and nobody listens at its port. */
  refused(host: string): void
}

export interface Questions {
  /** One probe. A host that cannot be reached is simply silent. */
  ask(host: string): void
  /** Three probes from a connected socket, which alone is told of a dead port. */
  press(host: string): void
  close(): Promise<void>
}

export function createQuestions({ port, probeFor, hear, refused }: QuestionsOptions): Questions {
  const pressed = new Map<string, { question: Question; timers: NodeJS.Timeout[] }>()
  const askers = new Map<4 | 6, Promise<Udp | null>>()
  let closed = false

  function asker(family: 4 | 6): Promise<Udp | null> {
    const open = askers.get(family)
    if (open) return open
    const opening = openUdp({
      family,
      hear,
      // Made anew at the next question.
      trouble: () => {
        askers.delete(family)
        void opening.then(udp => udp?.close())
      },
    }).catch(() => {
      askers.delete(family)
      return null
    })
    askers.set(family, opening)
    return opening
  }

  function release(host: string): void {
    const held = pressed.get(host)
    if (!held) return
    pressed.delete(host)
    for (const timer of held.timers) clearTimeout(timer)
    void held.question.close()
  }

  return {
    ask(host) {
      if (closed) return
      void asker(host.includes(':') ? 6 : 4).then(udp => udp?.send(probeFor(host), port, host))
    },
    press(host) {
      if (closed || pressed.has(host) || pressed.size >= questionsMax) return
      const question = openQuestion({
        host,
        port,
        hear,
        refused() {
          release(host)
          refused(host)
        },
      })
      const last = schedule.askMs.at(-1) ?? 0
      const timers = schedule.askMs.map(afterMs => setTimeout(() => question.ask(probeFor(host)), afterMs))
      timers.push(setTimeout(() => release(host), last + lingerMs))
      pressed.set(host, { question, timers })
    },
    async close() {
      closed = true
      for (const host of [...pressed.keys()]) release(host)
      const sockets = await Promise.all(askers.values())
      await Promise.all(sockets.map(udp => udp?.close()))
    },
  }
}
