/** moderate and own: what keeps order, who may do it to whom, and the token that makes somebody owner. */
import { cleanLine } from '../../base/clean.ts'
import { truncateUtf8, utf8Bytes } from '../../base/utf8.ts'
import { type Actor, type Asked, answer, type Done, no, noted } from '../deeds.ts'
import { lock, unlock } from '../locks.ts'
import { ban, bans, kick, mute, unban, unmute } from '../measures.ts'
import { roleOf } from '../order.ts'
import { tooFast } from '../paces.ts'
import { allow, deop, motd, op, setRole } from '../ranks.ts'
import { type Act, mayNot } from '../roles.ts'
import { type HubState, isJoined, notJoined, refuse, wallMsOf } from '../state.ts'
import type { Effect, Handler, Moderate } from '../types.ts'

/** What came of it, in sentences for whoever asked, and what must happen. */
export interface Moderated {
  readonly ok: boolean
  readonly lines: readonly string[]
  readonly effects: readonly Effect[]
}

export const moderate: Handler<'moderate'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return notJoined(from, 'moderate')
  const { person } = from.phase
  // Everybody may read the greeting once more.
  if (said.act === 'motd' && said.text === undefined)
    return answer(from.id, said.act, [state.order.motd ?? state.means.motd])
  const fast = tooFast(state, from, 'join', 'moderate', nowMs)
  if (fast) return fast
  const done = decide(
    state,
    { name: person.nick, standing: roleOf(state.order, person.device), person },
    said,
  )
  if (!done.ok) return refuse(from, 'moderate', done.code, done.text)
  return [...answer(from.id, said.act, done.lines), ...done.effects]
}

/** Whoever runs the server does it, who stands above all and is not here. No nick has a blank: nobody else is called so. */
export function moderateAs(state: HubState, said: Moderate): Moderated {
  const done = decide(state, { name: 'the host', standing: 'host', person: null }, said)
  return done.ok
    ? { ok: true, lines: done.lines, effects: done.effects }
    : { ok: false, lines: [done.text], effects: [] }
}

export const own: Handler<'own'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return notJoined(from, 'own')
  const fast = tooFast(state, from, 'nick', 'own', nowMs)
  if (fast) return fast
  const { order } = state
  // Hashes are compared: how long that takes tells nothing of the token.
  const isRight =
    order.offer !== null &&
    wallMsOf(state) < order.offer.until &&
    state.means.digest(said.token.trim().toLowerCase()) === order.offer.hash
  if (!isRight)
    return refuse(
      from,
      'own',
      'bad-token',
      'That token is none, or is used up or too old. Whoever runs the server gets a new one with: earshot admin token',
    )
  order.offer = null
  const { person } = from.phase
  const effects = setRole(state, person, 'owner')
  const lasts = person.isGuest ? ' for as long as this connection lives' : ''
  return [
    ...effects,
    ...noted(state, person, { act: 'own', by: person.nick, device: person.device }),
    ...answer(from.id, 'own', [
      `You are owner here${lasts}. /help lists what you may do; /op NICK shares it.`,
    ]),
  ]
}

/** A token whose digest this is makes its bearer owner, once; an earlier one is worth nothing any more. */
export function offer(state: HubState, hash: string): void {
  state.order.offer = { hash, until: wallMsOf(state) + state.limits.ownMs }
}

/** Somebody who could come back is owner. */
export const hasOwner = ({ order, people }: HubState): boolean =>
  [...order.roles.values()].some(one => one.role === 'owner' && people.has(one.device))

/** One row an act: an act without its deed does not compile. */
const deeds: { readonly [A in Act]: (state: HubState, by: Actor, asked: Asked) => Done } = {
  kick,
  ban,
  unban,
  bans,
  mute,
  unmute,
  op,
  deop,
  motd,
  allow,
  lock,
  unlock,
}

/** Whether it may be done, by the table of roles; then it is done. */
function decide(state: HubState, by: Actor, said: Moderate): Done {
  const { act } = said
  const refused = mayNot(by.standing, act)
  if (refused) return { ok: false, ...refused }
  const text = cleanLine(said.text ?? '')
  const { motdBytesMax, whyBytesMax } = state.limits
  if (act === 'motd' && utf8Bytes(text) > motdBytesMax)
    return no('too-long', `A greeting has at most ${motdBytesMax} bytes.`)
  return deeds[act](state, by, {
    whom: cleanLine(said.whom ?? '', 64).replace(/^@/, ''),
    forMs: said.forMs,
    byAddress: said.byAddress === true,
    text: act === 'motd' ? text : truncateUtf8(text, whyBytesMax),
  })
}
