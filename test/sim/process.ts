/** A server process around the real hub: runs its effects as the real server does, until it stops, is killed or loses power. */
import { createHub, type Hub } from '../../src/chat/hub.ts'
import type { Draft, Effect, ServerMessage } from '../../src/chat/types.ts'
import type { ClientMessage } from '../../src/wire/messages.ts'
import type { Cable } from './cable.ts'
import type { Clock } from './clock.ts'
import type { Disk } from './disk.ts'

interface ProcessMeans {
  readonly clock: Clock
  readonly disk: Disk
  readonly epoch: string
  newId(): string
  digest(secret: string): string
  /** Planted: another hub around the real one. */
  wrap(hub: Hub): Hub
  heard(session: string, message: ClientMessage): void
  /** What a session is told, in the order in which it is told. */
  told(session: string, message: ServerMessage): void
  /** The store says that it has kept a line. */
  kept(id: string): void
  /** The server knows that a connection is gone. */
  lost(session: string): void
  noted(what: string): void
}

export interface Process {
  /** A connection is there. */
  admit(session: string, cable: Cable): void
  take(session: string, message: ClientMessage): void
  lost(session: string): void
  /** It takes less than is said, for so long. */
  lag(session: string, ms: number): void
  /** Somebody who has no client says so. */
  botSays(draft: Draft): void
  /** Ends at once, with all its connections. */
  end(isSilent: boolean): void
  /** Says goodbye; it still has to be ended. */
  stop(): void
}

export function startProcess(means: ProcessMeans): Process {
  const { clock, disk } = means
  const store = disk.open()
  const cables = new Map<string, Cable>()
  /** How long each takes nothing that is said. */
  const lagMs = new Map<string, number>()
  const { newId, digest, epoch } = means
  const hub = means.wrap(
    createHub(
      {
        server: 'den1',
        name: 'den',
        epoch,
        ...(store.run === undefined ? {} : { run: store.run }),
        motd: '',
        newId,
        newSecret: newId,
        digest,
      },
      store.past,
    ),
  )
  let isOver = false
  store.follow(line => {
    means.noted('kept')
    means.kept(line.id)
    perform(hub.accept(line))
  })

  function perform(effects: readonly Effect[]): void {
    for (const effect of effects) run(effect)
  }

  function run(effect: Effect) {
    switch (effect.do) {
      case 'send':
        for (const id of effect.to) {
          const cable = cables.get(id)
          if (!cable) continue
          means.told(id, effect.message)
          cable.down(effect.message)
        }
        return
      case 'append': {
        const { draft, session } = effect
        return store.append(
          draft,
          ({ line, again }) => {
            if (!again) return
            means.noted('kept before')
            perform(hub.repeat(session, line))
          },
          () => {
            means.noted('not kept')
            perform(hub.failed(session, draft))
          },
        )
      }
      case 'page':
        means.noted(effect.why)
        return store.page(effect, lines => perform(hub.paged(effect, lines)))
      case 'lookUp':
        means.noted('looked up')
        return store.find(effect, line => perform(hub.lookedUp(effect, line)))
      case 'drain':
        return clock.after(lagMs.get(effect.session) ?? 0, () => {
          if (!isOver) perform(hub.drained(effect.session))
        })
      case 'hold':
        means.noted('held')
        return clock.after(effect.ms, () => {
          if (!isOver) perform(hub.expired(effect.session))
        })
      case 'search':
        return perform(hub.found(effect, []))
      case 'remember':
        return store.remember(
          effect.person,
          () => hub.remembered(effect.person),
          () => means.noted('not remembered'),
        )
      case 'pause':
        means.noted('paused')
        cables.get(effect.session)?.pause(effect.ms)
        return
      case 'close': {
        const { reason, text } = effect
        cables.get(effect.session)?.close({ type: 'bye', reason, text })
      }
    }
  }

  return {
    admit(session, cable) {
      cables.set(session, cable)
      perform(hub.open(session))
    },
    take(session, message) {
      if (isOver) return
      means.heard(session, message)
      perform(hub.receive(session, message, clock.nowMs()))
    },
    lost(session) {
      if (isOver) return
      means.lost(session)
      cables.delete(session)
      perform(hub.lost(session))
    },
    lag(session, ms) {
      if (isOver) return
      lagMs.set(session, ms)
      perform(hub.lagging(session))
    },
    botSays({ room, id, author, from, kind, body }) {
      store.append(
        { room, id, author, from, kind, body },
        () => {},
        () => {},
      )
    },
    end(isSilent) {
      isOver = true
      for (const cable of cables.values()) cable.orphan(isSilent)
    },
    stop: () => perform(hub.stop('The server stops.')),
  }
}
