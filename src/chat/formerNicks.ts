/** Nicks that somebody gave up for another: whoever still calls them by the old one is told the new one. */
import { fold } from '../base/names.ts'
import type { DeviceId } from './types.ts'

/** A nick as it was spelled, and who went by it last. */
export interface FormerNick {
  readonly nick: string
  readonly device: DeviceId
}

export interface FormerNicks {
  /** They went by it and go by another one. Of more than `max` the one noted first is forgotten. */
  note(nick: string, device: DeviceId): void
  /** In whatever case. */
  find(nick: string): FormerNick | undefined
}

/** @param max nicks that are known */
export function createFormerNicks(max: number): FormerNicks {
  const folded = new Map<string, FormerNick>()
  return {
    note(nick, device) {
      const name = fold(nick)
      folded.delete(name)
      folded.set(name, { nick, device })
      for (const first of folded.keys()) {
        if (folded.size <= max) break
        folded.delete(first)
      }
    },
    find: nick => folded.get(fold(nick)),
  }
}
