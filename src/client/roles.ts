/** Who keeps order, by nick: kept true as members are listed, come, change names and are made op. */
import { cleanLine } from '../base/clean.ts'
import type { Role } from '../wire/messages.ts'
import { bounds } from './bounds.ts'

export type Roles = ReadonlyMap<string, 'owner' | 'op'>

/** What we are here. */
export const ownRole = ({ nick, roles }: { readonly nick: string; readonly roles: Roles }): Role =>
  roles.get(nick) ?? 'member'

/** The roles with what is told of that member. */
export function withRole(
  roles: Roles,
  { nick, role }: { readonly nick: string; readonly role?: Role | undefined },
): Roles {
  const name = cleanLine(nick, 48)
  const isRanked = role === 'op' || role === 'owner'
  if (roles.get(name) === (isRanked ? role : undefined)) return roles
  const changed = new Map(roles)
  if (isRanked && (changed.has(name) || changed.size < bounds.members)) changed.set(name, role)
  else changed.delete(name)
  return changed
}
