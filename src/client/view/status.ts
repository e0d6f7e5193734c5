/** How the connection does, in a few words: for bars and for the page shown while connecting. */
import { secondsLabel } from '../labels.ts'
import type { Model } from '../model.ts'

/** Where the connection stands, shortest words first to be cut last. */
export function linkText(model: Model): string {
  const { link } = model
  switch (link.at) {
    case 'scanning':
      return 'not connected'
    case 'connecting':
      return link.attempt === 0 ? 'connecting' : 'connecting again'
    case 'greeting':
      return 'joining'
    case 'joined':
      return model.rttMs === null ? 'connected' : `${Math.round(model.rttMs)} ms`
    case 'waiting':
      // Nothing is dialled while a question waits for its answer.
      if (link.untilMs === Infinity) return 'not connected'
      return `offline, again in ${secondsLabel(link.untilMs - model.nowMs)}: ${link.why}`
  }
}

/** The same in a word or two. */
export function linkWord(model: Model): string {
  const { link } = model
  return link.at === 'waiting' && link.untilMs !== Infinity
    ? `offline ${secondsLabel(link.untilMs - model.nowMs)}`
    : linkText(model)
}
