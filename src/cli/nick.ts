/** The nick somebody goes by who has not said one. */
import { userInfo } from 'node:os'
import { checkNick, nickFrom } from '../base/names.ts'
import { rememberedNick } from './home.ts'

/** The one used last, else what the system calls the user. */
export function usualNick(): string {
  const remembered = checkNick(rememberedNick() ?? '')
  return remembered.ok ? remembered.nick : nickFrom(systemUser())
}

function systemUser(): string {
  try {
    return userInfo().username
  } catch {
    // In some containers the user has a number and no name.
    return process.env.USER ?? ''
  }
}
