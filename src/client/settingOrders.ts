/** The slash commands by which users set whom they hear, what others see of them, and how it all looks. */
import { checkNick, fold } from '../base/names.ts'
import { firstWord } from '../chat/commands.ts'
import { bounds } from './bounds.ts'
import { orderTheme } from './dressing.ts'
import type { Manner } from './screenOrders.ts'
import { complain } from './speech.ts'
import { patch, type Turn, tell } from './turn.ts'

export const settingOrders = {
  ignore(turn: Turn, argument: string): boolean {
    const ignored = new Map(turn.model.ignored)
    if (argument === '') {
      const nicks = [...ignored.values()].join(', ')
      tell(turn, nicks === '' ? 'You ignore nobody.' : `You ignore ${nicks}. /ignore NICK once more ends it.`)
      return true
    }
    const checked = checkNick(firstWord(argument).word.replace(/^@/, ''))
    if (!checked.ok) return complain(turn, checked.text)
    const { nick } = checked
    if (fold(nick) === fold(turn.model.nick)) return complain(turn, 'That is you.')
    const isOver = ignored.delete(fold(nick))
    if (!isOver && ignored.size >= bounds.ignored)
      return complain(
        turn,
        `You ignore ${bounds.ignored} people, which is as many as can be. /ignore lists them.`,
      )
    if (!isOver) ignored.set(fold(nick), nick)
    patch(turn, { ignored })
    tell(
      turn,
      isOver
        ? `${nick} is no longer ignored.`
        : `What ${nick} says is hidden from you, until you leave or /ignore ${nick} once more.`,
    )
    return true
  },
  typing(turn: Turn, argument: string): boolean {
    const on = onOff(argument, turn.model.tellsTyping)
    if (on === null) return complain(turn, 'On or off? /typing on, /typing off.')
    patch(turn, { tellsTyping: on })
    tell(turn, on ? 'Others see that you type.' : 'Nobody sees that you type.')
    return true
  },
  receipts(turn: Turn, argument: string): boolean {
    const on = onOff(argument, turn.model.tellsReading)
    if (on === null) return complain(turn, 'On or off? /receipts on, /receipts off.')
    patch(turn, { tellsReading: on })
    tell(
      turn,
      on ? 'Those who write to you alone see what you have read.' : 'Nobody sees what you have read.',
    )
    return true
  },
  theme(turn: Turn, argument: string, { lineMode }: Manner): boolean {
    if (lineMode) return complain(turn, 'Plain lines have no theme; a full screen has.')
    const wrong = orderTheme(turn, argument)
    return wrong === null || complain(turn, wrong)
  },
}

/** Alone it is the other of the two; null where it is neither. */
export function onOff(argument: string, before: boolean): boolean | null {
  const word = argument.toLowerCase()
  if (word === '') return !before
  return word === 'on' ? true : word === 'off' ? false : null
}
