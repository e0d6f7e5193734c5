/** How the connection does, in a few words: for bars and for the page shown while connecting. */
import { formatTarget } from '../../base/target.ts'
import { patience } from '../bounds.ts'
import { secondsLabel } from '../labels.ts'
import type { Model } from '../model.ts'
import type { Target } from '../types.ts'

/** Where the connection stands, shortest words first to be cut last. */
export function linkText(model: Model, brief = false): string {
  const { link } = model
  switch (link.at) {
    case 'scanning':
      return 'not connected'
    case 'connecting':
      return link.attempt === 0 ? 'connecting' : 'connecting again'
    case 'greeting':
      return 'joining'
    case 'joined':
      if (model.networkAway !== null) return `network away (${model.networkAway})`
      if (silentMs(model) > patience.unansweredMs)
        return `no answer for ${secondsLabel(Math.floor(silentMs(model) / 1000) * 1000)}`
      if (isHeldBack(model)) return brief ? 'held back' : 'held back to the server’s pace'
      return model.rttMs === null ? 'connected' : `${Math.round(model.rttMs)} ms`
    case 'waiting':
      // Nothing is dialled while a question waits for its answer.
      if (link.untilMs === Infinity) return 'not connected'
      return `offline, again in ${secondsLabel(link.untilMs - model.nowMs)}: ${reasonText(link.why, link.target)}`
  }
}

/** Whether anybody can read along; in a word as well, since not every terminal has the sign. */
export function lockText(model: Model, brief: boolean): string {
  if (isReadable(model)) return brief ? '' : 'NOT ENCRYPTED'
  return model.link.at !== 'joined' ? '' : brief ? '🔒' : '🔒 encrypted'
}

/** In capitals, for nothing that is said then reaches anybody. */
export const storageWord = ({ link, isNotSaving }: Model): string =>
  link.at === 'joined' && isNotSaving ? 'NOT SAVING' : ''

export const isReadable = ({ link, peer }: Model): boolean => link.at === 'joined' && peer === null

/** For how long the server has answered none of our lines though one went out. */
function silentMs({ outbox, answered, nowMs }: Model): number {
  const sentAtMs = outbox[0]?.sentAtMs ?? null
  return sentAtMs === null ? 0 : nowMs - Math.max(sentAtMs, answered?.atMs ?? sentAtMs)
}

/** The server takes our lines, more slowly than we said them. */
function isHeldBack({ outbox, answered, nowMs }: Model): boolean {
  const sentAtMs = outbox[0]?.sentAtMs ?? null
  if (sentAtMs === null || answered === null || answered.atMs <= sentAtMs) return false
  return nowMs - sentAtMs > patience.heldBackMs
}

/** Why, in one sentence without the address: that is known, and the reason must be seen before the row ends. */
function reasonText(why: string, { hosts, port }: Target): string {
  let text = why.replace(/ \(waited [^)]*\)/, '')
  for (const host of hosts) {
    const there = formatTarget(host, port)
    for (const before of [' at ', ' to ']) text = text.replaceAll(`${before}${there}`, ' there')
    for (const name of [there, ...(/^No host|^The name/.test(text) ? [] : [`“${host}”`])])
      text = text.startsWith(name) ? `The server${text.slice(name.length)}` : text.replaceAll(name, 'it')
  }
  return /^.*?[.?!](?= )/.exec(text)?.[0] ?? text
}

/** The same in a word or two. */
export function linkWord(model: Model): string {
  const { link } = model
  if (link.at === 'waiting' && link.untilMs !== Infinity)
    return `offline ${secondsLabel(link.untilMs - model.nowMs)}`
  return linkText(model, true)
}
