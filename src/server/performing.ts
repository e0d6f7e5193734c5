/** What the hub wants done is done here, in its order: told, kept, read from the store, waited for, ended. */
import type { Hub } from '../chat/hub.ts'
import type { Effect, Keeping as KeepingOrder, Kept, Line, SessionId, Store } from '../chat/types.ts'
import type { Limits } from '../wire/limits.ts'
import type { Counts } from './counts.ts'
import type { ServerEvent } from './events.ts'
import type { History } from './history.ts'
import type { OrderKeeping } from './hosting.ts'
import type { Keeping } from './keeping.ts'
import { inBytes } from './pages.ts'
import type { Peers } from './peers.ts'

interface PerformingOptions {
  readonly limits: Limits
  readonly hub: Hub
  readonly store: Store
  readonly remember: History['remember']
  readonly peers: Peers
  readonly counts: Counts
  readonly keeping: Keeping
  /** Where roles, bans and what is done to keep order are written down; undefined for nowhere. */
  readonly order: OrderKeeping | undefined
  /** Hears a sentence about what the disk did not do. */
  trouble(text: string): void
  onEvent(event: ServerEvent): void
}

export interface Performing {
  /** @returns why the order that was among them could not be kept; null where it was, or there was none */
  perform(effects: readonly Effect[]): string | null
  /** Lines on their way to the disk, with what their senders are told of them. */
  readonly writing: ReadonlySet<Promise<void>>
}

export function createPerforming(options: PerformingOptions): Performing {
  const { limits, hub, store, remember, peers, counts, keeping, order, trouble, onEvent } = options
  const writing = new Set<Promise<void>>()

  function perform(effects: readonly Effect[]): string | null {
    let unkept: string | null = null
    for (const effect of effects) {
      switch (effect.do) {
        case 'send':
          if (effect.message.type === 'refused') counts.refused(effect.message.code)
          peers.send(effect.to, effect.message)
          break
        case 'append':
          append(effect)
          break
        case 'page':
          peers.whenDrained(effect.session, () =>
            tellRead(store.page(effect.room, effect.from, effect.limit), lines => {
              const fitting = inBytes(effect, lines, limits.pageBytesMax)
              return hub.paged({ ...effect, limit: Math.min(effect.limit, fitting.limit) }, fitting.lines)
            }),
          )
          break
        case 'lookUp':
          store.find(effect.author, effect.id).then(
            line => perform(hub.lookedUp(effect, line)),
            error => {
              trouble(`history could not be read (${why(error)})`)
              perform(hub.lookedUp(effect, undefined))
            },
          )
          break
        case 'search': {
          const words = effect.words.split(/\s+/).filter(word => word !== '')
          tellRead(store.search(effect.rooms, words, effect.limit), lines => hub.found(effect, lines))
          break
        }
        case 'remember':
          remember(effect.person).then(
            () => hub.remembered(effect.person),
            error => {
              if (keeping.failed(error)) trouble(`somebody’s identity could not be kept (${why(error)})`)
            },
          )
          break
        case 'keepOrder':
          unkept = keep(effect) ?? unkept
          break
        case 'audit':
          order?.audit(effect.deed)
          onEvent({ event: 'order', ...effect.deed })
          break
        case 'drain':
          peers.whenDrained(effect.session, () => perform(hub.drained(effect.session)))
          break
        case 'hold':
          setTimeout(expire, effect.ms, effect.session).unref()
          break
        case 'pause':
          peers.pause(effect.session, effect.ms)
          break
        case 'close':
          peers.close(effect.session, effect.reason, effect.text)
          break
      }
    }
    return unkept
  }

  /** Whoever asked for it thinks it is done for good, unless they are told. */
  function keep({ order: kept, asked }: KeepingOrder): string | null {
    const unkept = order?.keep(kept) ?? null
    if (unkept !== null && asked !== null)
      peers.send([asked.session], {
        type: 'order',
        act: asked.act,
        lines: [unkept],
        isAnswer: false,
        complete: true,
      })
    return unkept
  }

  /** Lines from the store; where it is in trouble, none. */
  function tellRead(reading: Promise<readonly Line[]>, take: (lines: readonly Line[]) => Effect[]): void {
    reading.then(
      lines => perform(take(lines)),
      error => {
        trouble(`history could not be read (${why(error)})`)
        perform(take([]))
      },
    )
  }

  function append({ draft, session }: Extract<Effect, { do: 'append' }>): void {
    const kept = store.append(draft, Date.now())
    if (!(kept instanceof Promise)) {
      answer(session, kept)
      return
    }
    const written: Promise<void> = kept.then(
      outcome => {
        writing.delete(written)
        answer(session, outcome)
      },
      error => {
        writing.delete(written)
        if (keeping.failed(error)) trouble(`a line could not be kept (${why(error)})`)
        perform(hub.failed(session, draft))
      },
    )
    writing.add(written)
  }

  /** What is new comes back through `follow`, to everybody and in order. */
  function answer(session: SessionId, { again, line }: Kept): void {
    if (again) perform(hub.repeat(session, line))
  }

  function expire(id: SessionId): void {
    perform(hub.expired(id))
    peers.note(id)
  }

  return { perform, writing }
}

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error))
