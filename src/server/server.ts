/** A server from its start to its end: opens the port, brings its parts together, announces itself, and stops cleanly. */

import { performance } from 'node:perf_hooks'
import { nanoid } from 'nanoid'
import { codeOf, hintOf } from '../base/fingerprint.ts'
import { createSteadyClock } from '../base/steady.ts'
import { formatTarget } from '../base/target.ts'
import { createHub } from '../chat/hub.ts'
import { createAnnouncer } from '../discovery/announcer.ts'
import { createLegacyAnnouncer } from '../discovery/legacy.ts'
import { type Identity, newIdentity } from '../net/identity.ts'
import { type Listening, listen } from '../net/listen.ts'
import type { Verifier } from '../net/scram.ts'
import { contextOf } from '../net/secure.ts'
import { defaultPort, type Limits, protocolVersion, limits as usualLimits } from '../wire/limits.ts'
import { watchAddresses } from './addresses.ts'
import type { PeerChange } from './comings.ts'
import { counted, createCounts } from './counts.ts'
import { digest } from './digest.ts'
import { createDoor } from './door.ts'
import type { ServerEvent } from './events.ts'
import { createFaults } from './faults.ts'
import { openFilesMax } from './files.ts'
import { type History, memoryHistory } from './history.ts'
import { createHostSide, type HostSide, type OrderKeeping } from './hosting.ts'
import { createKeeping } from './keeping.ts'
import { createLogins } from './logins.ts'
import { createPeers } from './peers.ts'
import { createPerforming } from './performing.ts'
import type { Plaintext } from './plaintext.ts'

export interface ServerOptions {
  /** Identity of this server, 21 letters; the same after a restart. */
  readonly id: string
  readonly name: string
  readonly motd: string
  /** Address to listen on; null for all. */
  readonly host: string | null
  /** TCP port; null for the default one or the next that is free, 0 for any. */
  readonly port: number | null
  readonly discoveryPort: number
  /** Names or networks to announce on; null for all. */
  readonly interfaces: readonly string[] | null
  readonly announce: 'always' | 'when-asked' | 'never'
  /** Also say so as older LAN chats do, for their clients. */
  readonly announceLegacy?: boolean
  /** Its key; left out: one that lives as long as this server. */
  readonly identity?: Identity
  /** What it takes a password for the right one by; left out: it asks for none. */
  readonly verifier?: Verifier | null
  /** From whom it takes what is not encrypted; left out: from everybody where there is no password, else from this machine. */
  readonly plaintext?: Plaintext | null
  /** What it remembers; left out: nothing beyond its own life. */
  readonly history?: History
  /** The numbers it is run with, such as how many may connect from one address. Left out: the usual ones. */
  readonly limits?: Limits
  /** `none`: nobody is slowed or told to wait, for measuring. */
  readonly pace?: 'usual' | 'none'
  /** More went wrong in here than passes by itself, and nobody comes in any more. Left out: it is thrown. */
  onBroken?(error: unknown): void
  /** Left out: roles and bans end with the server, and nobody writes down what is done to keep order. */
  readonly order?: OrderKeeping
  onEvent(event: ServerEvent): void
}

export type { ServerEvent }

export interface Server extends HostSide {
  readonly port: number
  readonly addresses: readonly string[]
  users(): number
  /** Farewell to the network, what was said is kept, last words to everybody, then the end: within four seconds. */
  stop(text: string): Promise<void>
}

/** @returns the server, or a sentence that says why there is none and what to do */
export async function startServer(
  options: ServerOptions,
): Promise<{ ok: true; server: Server } | { ok: false; text: string }> {
  const limits = options.limits ?? usualLimits
  const { store: kept, epoch, run, past, remember } = options.history ?? memoryHistory(limits)
  const counts = createCounts()
  const store = counted(kept, counts)
  const steady = createSteadyClock()
  const { order } = options
  const hub = createHub(
    {
      server: options.id,
      name: options.name,
      epoch,
      ...(run === undefined ? {} : { run }),
      motd: options.motd,
      limits,
      pace: options.pace ?? 'usual',
      wallMs: () => steady(Date.now(), performance.now()),
      newId: () => nanoid(),
      newSecret: () => nanoid(43),
      digest,
    },
    order ? { ...past, order: order.kept } : past,
  )
  const identity = options.identity ?? newIdentity(options.id)
  const verifier = options.verifier ?? null
  const trouble = createTrouble(options)
  const means = { serverName: options.name, newId: () => nanoid(), wallMs: () => Date.now() }
  const faults = createFaults({
    limits,
    nowMs: () => performance.now(),
    log: trouble,
    onTooMany(error) {
      void listening?.close()
      if (options.onBroken) options.onBroken(error)
      else setImmediate(() => raise(error))
    },
  })
  const keeping = createKeeping({
    probe: store.probe,
    everyMs: limits.probeEveryMs,
    onChange(keeps) {
      if (keeps) trouble('lines are kept again')
      perform(hub.storage(keeps))
    },
  })
  const logins = createLogins(verifier, limits)
  const isPaced = options.pace !== 'none'
  const peers = createPeers({
    limits,
    means,
    hub,
    counts,
    faults,
    logins,
    isPaced,
    perform: effects => perform(effects),
    noted,
  })
  const { perform, writing } = createPerforming({
    limits,
    hub,
    store,
    remember,
    peers,
    counts,
    keeping,
    order,
    trouble,
    onEvent: event => options.onEvent(event),
  })
  const files = openFilesMax()
  const connectionsMax =
    files === null
      ? limits.connectionsMax
      : Math.max(1, Math.min(limits.connectionsMax, files - limits.filesReserved))
  let stopped: Promise<void> | undefined
  let listening: Listening | undefined

  const listened = await listen({
    ...(options.host === null ? {} : { host: options.host }),
    port: options.port ?? defaultPort,
    portFallback: options.port === null,
    connectionsMax: connectionsMax + limits.turnedAwayMax,
    onSocket: socket => void door.answer(socket),
    onGone: socket => door.left(socket),
    onTrouble: trouble,
  })
  if (!listened.ok) return listened
  listening = listened.listening
  const { port } = listening
  const addresses = watchAddresses(options.host, held =>
    options.onEvent({ event: 'addresses', port, addresses: held }),
  )

  const announcer =
    options.announce === 'never'
      ? null
      : createAnnouncer({
          id: options.id,
          name: options.name,
          port,
          discoveryPort: options.discoveryPort,
          users: () => hub.users(),
          usersMax: connectionsMax,
          versions: [protocolVersion, protocolVersion],
          flags: verifier === null ? 'T' : 'Tp',
          fingerprint: hintOf(identity.pin),
          interfaces: options.interfaces,
          quiet: options.announce === 'when-asked',
          log: text => trouble(text),
          moved: () => addresses.look(),
          ownIdTwice: address =>
            trouble(
              `Another server at ${address} announces this server’s identity: its data folder was copied. Remove identity.json and key.pem from one of the two copies and start it again: it is a server of its own then.`,
            ),
        })

  const legacy =
    options.announceLegacy && options.announce === 'always'
      ? createLegacyAnnouncer({ interfaces: options.interfaces })
      : null

  const door = createDoor({
    target: formatTarget(addresses.held()[0] ?? '127.0.0.1', port),
    means,
    limits,
    connectionsMax,
    secureContext: contextOf(identity),
    plaintext: options.plaintext ?? (verifier === null ? 'allow' : 'local'),
    unnamed: peers.unnamed,
    longestUnnamed: peers.longestUnnamed,
    admit: peers.admit,
  })

  function noted(change: PeerChange): void {
    const { nick } = change
    if (change.did === 'cut') options.onEvent({ event: 'cut', nick, reason: change.reason })
    else if (change.did === 'renamed') options.onEvent({ event: 'renamed', was: change.was, nick })
    else options.onEvent({ event: change.did, nick, users: hub.users() })
  }

  store.follow(line => {
    keeping.kept()
    perform(hub.accept(line))
  })
  options.onEvent({
    event: 'listening',
    id: options.id,
    name: options.name,
    port,
    addresses: addresses.held(),
    announced: options.announce !== 'never',
    code: codeOf(identity.pin),
  })

  async function stop(text: string): Promise<void> {
    options.onEvent({ event: 'stopping' })
    keeping.end()
    const farewell = announcer?.farewell()
    const closed = listening?.close()
    door.close(text)
    // Nothing new is heard; what was said before is kept and acknowledged before the last words.
    peers.deafen()
    if (writing.size > 0) await withinMs(Promise.allSettled(writing), limits.lastLinesMs)
    perform(hub.stop(text))
    await Promise.all([farewell, closed])
    await announcer?.close()
    await legacy?.close()
    await store.close()
  }

  return {
    ok: true,
    server: {
      ...createHostSide(hub, peers, counts, perform),
      port,
      addresses: addresses.held(),
      users: () => hub.users(),
      stop(text) {
        stopped ??= stop(text)
        return stopped
      },
    },
  }
}

/** Says each trouble once until something else troubles, so that a full disk does not fill the log too. */
function createTrouble(options: ServerOptions): (text: string) => void {
  let latest = ''
  return text => {
    if (text === latest) return
    latest = text
    options.onEvent({ event: 'trouble', text })
  }
}

async function withinMs(done: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([done, late])
  clearTimeout(timer)
}

function raise(error: unknown): never {
  throw error
}
