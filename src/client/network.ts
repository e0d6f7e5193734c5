/** What becomes of the conversation when an interface of this machine goes or comes: seen long before silence tells it. */
import type { Outlet } from '../discovery/types.ts'
import { callAtOnce } from './link.ts'
import { namesOf, outside } from './servers.ts'
import { patch, patchPicker, type Turn, tell } from './turn.ts'

/** An address without its interface: `fe80::1%eth0` and `fe80::1` are one. */
const bare = (address: string): string => address.replace(/%.*$/, '').toLowerCase()

/** The interfaces have changed. */
export function takeOutlets(turn: Turn, outlets: readonly Outlet[]): void {
  const before = outside(turn.model.picker.outlets)
  patchPicker(turn, { outlets })
  const { server, link, local, networkAway } = turn.model
  if (server === null || local === null) return
  const now = outside(outlets)
  const came = now.filter(one => !before.some(held => isSame(held, one)))
  const ours = before.filter(one => bare(one.address) === bare(local))
  const isGone = ours.length > 0 && !now.some(one => bare(one.address) === bare(local))
  if (isGone && networkAway === null) {
    patch(turn, { networkAway: namesOf(ours) })
    if (link.at === 'joined')
      tell(
        turn,
        `The network is away: ${namesOf(ours)} (${local}) is gone. Trying again when it is back; what you type is kept.`,
        'warning',
      )
  }
  if (came.length === 0 || turn.model.networkAway === null) return
  patch(turn, { networkAway: null })
  // Neither the old connection nor the next attempt is waited for: both may know of it only much later.
  callAtOnce(turn)
}

const isSame = (one: Outlet, other: Outlet): boolean =>
  one.interfaceName === other.interfaceName && bare(one.address) === bare(other.address)
