/** Who may do what to whom: one table of the acts that keep order, and how the roles stand to each other. */
import type { ClientMessage, Role } from '../wire/messages.ts'

/** Whoever runs the server stands above all that chat on it. */
export type Standing = Role | 'host'
export type Act = Extract<ClientMessage, { type: 'moderate' }>['act']

const ranks: Readonly<Record<Standing, number>> = { member: 0, op: 1, owner: 2, host: 3 }

interface ActRow {
  /** The lowest standing that may. */
  readonly least: Standing
  /** What it is done to: somebody who stands lower, anybody by name, or nobody in particular. */
  readonly aims: 'below' | 'anybody' | 'nobody'
  /** As in “You may not … here.” */
  readonly words: string
  /** A part of it is for everybody, by a command of that name. */
  readonly isShown?: true
}

const acts: Readonly<Record<Act, ActRow>> = {
  kick: { least: 'op', aims: 'below', words: 'send people away' },
  ban: { least: 'op', aims: 'below', words: 'ban people' },
  unban: { least: 'op', aims: 'anybody', words: 'take a ban back' },
  bans: { least: 'op', aims: 'nobody', words: 'see who is banned' },
  mute: { least: 'op', aims: 'below', words: 'mute people' },
  unmute: { least: 'op', aims: 'below', words: 'let people speak again' },
  op: { least: 'owner', aims: 'below', words: 'make somebody op' },
  deop: { least: 'owner', aims: 'below', words: 'take an op’s role' },
  motd: { least: 'op', aims: 'nobody', words: 'change what newcomers are greeted with', isShown: true },
  allow: { least: 'owner', aims: 'nobody', words: 'say who may come in' },
  // Who made a room, and ops in it, do so by a message of their own: nobody else is to know that there is one.
  lock: { least: 'host', aims: 'nobody', words: 'lock any room', isShown: true },
  unlock: { least: 'host', aims: 'nobody', words: 'open any room', isShown: true },
}

export const actNames = Object.keys(acts) as readonly Act[]

/** One for each act, made by its name: a table in step with the one above. */
export const byAct = <T>(make: (act: Act) => T): Readonly<Record<Act, T>> =>
  Object.fromEntries(actNames.map(act => [act, make(act)])) as Record<Act, T>

/** Whether a command of that name is for them at all. */
export function isFor(by: Standing, name: string): boolean {
  const act = actNames.find(one => one === name)
  return act === undefined || acts[act].isShown === true || mayNot(by, act) === null
}

/** What those who stand higher may do besides, in a sentence; '' for who may do all of it. */
export function moreFor(by: Standing): string {
  const above = (least: Standing) =>
    actNames.filter(act => acts[act].least === least && !isFor(by, act)).map(act => `/${act}`)
  const [ops, owners] = [above('op').join(' '), above('owner').join(' ')]
  if (owners === '') return ''
  const first = ops === '' ? 'Owners may' : `Ops may ${ops}, owners`
  return `${first} ${ops === '' ? owners : `${owners}, too`}. /help NAME explains one.`
}

export const needsWhom = (act: Act): boolean => acts[act].aims !== 'nobody'

const whoMay: Readonly<Record<Standing, string>> = {
  member: 'everybody',
  op: 'an op or an owner',
  owner: 'an owner',
  host: 'whoever runs the server, with “earshot admin”,',
}

interface No {
  readonly code: 'not-op' | 'outranked'
  readonly text: string
}

/** Why somebody of that standing may not do this at all; null where they may. */
export function mayNot(by: Standing, act: Act): No | null {
  const { least, words } = acts[act]
  if (ranks[by] >= ranks[least]) return null
  return { code: 'not-op', text: `You may not ${words} here; ${whoMay[least]} may.` }
}

/** Why not to that person; null where they may. Nobody touches who stands as high, and so nobody themselves either. */
export function mayNotTo(by: Standing, act: Act, whom: Standing, nick: string): No | null {
  if (acts[act].aims !== 'below' || ranks[by] > ranks[whom]) return null
  return {
    code: 'outranked',
    text: `${nick} is ${whom} here, and only who stands higher may do that${whom === 'owner' ? '; whoever runs the server may, with “earshot admin”' : ''}.`,
  }
}
