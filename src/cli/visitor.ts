/** Who an errand comes as: who its user is at that server, or somebody of its own beside a window of that user. */
import { cleanLine } from '../base/clean.ts'
import { fold, suggestNick } from '../base/names.ts'
import { isSealed } from '../chat/state.ts'
import type { Kept } from '../client/kept.ts'
import type { ServerMessage } from '../wire/messages.ts'
import { bounds } from './bounds.ts'
import { createSlots, type Loan } from './slots.ts'

type Welcome = Extract<ServerMessage, { type: 'welcome' }>

/** How an errand is called. */
export interface Calling {
  readonly nick: string
  /** The nick was asked for; else it is the one used last, and whoever is kept at a server goes by their own there. */
  readonly isNamed: boolean
}

export interface Visitor {
  readonly nick: string
  /**
   * Before the first hello to a server, and after what was held of it was given up: takes what is kept of earlier visits.
   *
   * @param server its identity, proven by its key
   * @param isProven whether the key is the one we know or were told: only to such a one a secret is said
   */
  meet(server: string, isProven: () => boolean): Promise<void>
  /** What proves to that server who we are; nothing where we are new there. */
  proof(server: string): { readonly device?: string; readonly secret?: string }
  /** The nick cannot be had, and why. @returns whether there is another one to try */
  refused(suggestion: string | undefined, why: string): boolean
  welcomed(said: Welcome): void
  close(): void
}

export const besideText =
  'a window of yours was opened there; this goes on beside it, as somebody of its own.'

/** @param giveUp as of a slot: when a window wants to be who we are, we are that no longer when it resolves with true */
export function createVisitor(
  folder: string,
  calling: Calling,
  giveUp: Loan['giveUp'],
  tell: (text: string) => void,
): Visitor {
  let nick = calling.nick
  let tries = 0
  /** Why we are not called as was asked for; null where that is our own doing: another run or a window of this user. */
  let whyOther: string | null = null
  let toldOther = ''
  let isBeside = false
  let identity: Pick<Welcome, 'server' | 'device' | 'secret'> | null = null
  /** What the slot holds; undefined: nothing is kept there now. */
  let kept: Kept | null | undefined
  let meeting = Promise.resolve()
  const slots = createSlots(folder, tell, {
    isNamed: calling.isNamed,
    async giveUp(wanted) {
      if (!(await giveUp(wanted))) return false
      identity = null
      kept = undefined
      return true
    },
  })

  async function meet(server: string, isProven: () => boolean): Promise<void> {
    tries = 0
    whyOther = null
    if (identity?.server === server) return
    identity = null
    const held = await slots.hold(server, calling.nick)
    isBeside = held?.isBeside === true
    const isSecret = held?.kept && isSealed(held.kept.secret) && !isProven()
    kept = isSecret ? undefined : held?.kept
    if (kept) {
      identity = kept
      nick = calling.isNamed && held !== undefined && !isBeside ? calling.nick : kept.nick
    } else
      nick = isBeside
        ? // The window may be on its way in, and must find its nick free.
          suggestNick(calling.nick, one => fold(one) === fold(calling.nick))
        : calling.nick
  }

  /** A script goes on, for what it says is worth more than its name; whoever reads its errors knows under which one. */
  function tellOther(): void {
    const isOther = calling.isNamed && !isBeside && fold(nick) !== fold(calling.nick)
    if (!isOther || whyOther === null || toldOther === nick) return
    toldOther = nick
    tell(`${whyOther} This goes on as “${cleanLine(nick)}”.`)
  }

  return {
    get nick() {
      return nick
    },
    meet(server, isProven) {
      // One after the other: a connection may be lost and made again while the slot is looked for.
      meeting = meeting.then(() => meet(server, isProven))
      return meeting
    },
    proof(server) {
      if (identity?.server !== server) return {}
      return { device: identity.device, secret: identity.secret }
    },
    refused(suggestion, why) {
      tries += 1
      if (fold(nick) === fold(calling.nick)) whyOther = why
      // A tool asks nobody: the nick it had is as good, and then whatever is free.
      const next = tries === 1 && kept && fold(kept.nick) !== fold(nick) ? kept.nick : suggestion
      if (next === undefined || tries >= bounds.nickTriesMax) return false
      nick = next
      return true
    },
    welcomed(said) {
      const { server, device, secret } = said
      nick = said.nick
      tellOther()
      identity = { server, device, secret }
      if (kept === undefined) return
      const isOurs = kept === null || calling.isNamed
      const asked = !isOurs ? kept?.asked : fold(calling.nick) === fold(nick) ? undefined : calling.nick
      // How far the user has read, and what waits to be said, is the windows’ affair.
      kept = { ...(kept ?? anew(said)), asked, server, device, secret, nick }
      slots.write(kept)
    },
    close: () => slots.close(),
  }
}

const anew = ({ server, device, secret, epoch, run, nick }: Welcome): Kept => ({
  v: 1,
  server,
  device,
  secret,
  epoch,
  ...(run === undefined ? {} : { run }),
  nick,
  leftMs: Date.now(),
  rooms: [],
  closed: [],
  outbox: [],
  stale: [],
})
