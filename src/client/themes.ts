/** The themes one can choose: names and what they are for. What each looks like is the terminal's affair. */

export const themes = [
  { name: 'neutral', help: 'reads on dark and on light' },
  { name: 'dark', help: 'for a dark background' },
  { name: 'light', help: 'for a light background' },
  { name: 'contrast', help: 'no colours, strong marks' },
] as const

export type Theme = (typeof themes)[number]['name']

export const usualTheme: Theme = 'neutral'

export const themeNames: readonly Theme[] = themes.map(({ name }) => name)

/** The theme of that name, or of what begins so. */
export const themeNamed = (word: string): Theme | undefined =>
  word === '' ? undefined : themeNames.find(name => name.startsWith(word.toLowerCase()))
