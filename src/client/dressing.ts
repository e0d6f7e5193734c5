/** Changing the theme while the client runs, by a key or a command. */
import { type Theme, themeNamed, themeNames, themes } from './themes.ts'
import { note, patch, type Turn, tell, toast, want } from './turn.ts'

/** From now on, and for the next time. */
function dress(turn: Turn, theme: Theme): void {
  patch(turn, { theme })
  want(turn, { do: 'dress', theme })
}

/** The next theme, by a key; the status line or the list’s foot says which. */
export function nextTheme(turn: Turn): void {
  const index = themeNames.indexOf(turn.model.theme)
  const next = themes[(index + 1) % themes.length] ?? themes[0]
  dress(turn, next.name)
  const text = `Theme ${next.name}: ${next.help}.`
  if (turn.model.server === null) note(turn, text)
  else toast(turn, text)
}

/** `/theme NAME`; alone it names them all. */
export function orderTheme(turn: Turn, argument: string): string | null {
  const theme = themeNamed(argument.trim())
  if (theme !== undefined) {
    dress(turn, theme)
    return null
  }
  const list = themes.map(({ name, help }) => `${name} (${help})`).join(', ')
  if (argument.trim() !== '') return `There is no such theme. There are ${list}.`
  tell(turn, `The theme is ${turn.model.theme}. There are ${list}. /theme NAME takes another.`)
  return null
}
