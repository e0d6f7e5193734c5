/** The client on a full screen: frames of the model go to the terminal, strokes come back, and signals are looked after. */
import type { Model } from '../client/model.ts'
import type { Theme } from '../client/themes.ts'
import { looksUnchanged } from '../client/unchanged.ts'
import { view } from '../client/view/view.ts'
import { guardProcess } from '../terminal/lifecycle.ts'
import type { Profile } from '../terminal/profile.ts'
import { createTerminal, type Terminal } from '../terminal/screen.ts'
import type { Leave, UiParts } from './pick.ts'

/** As if SIGHUP had come. */
const hangUpCode = 129

export interface Looks {
  readonly profile: Profile
  readonly rings: boolean
  readonly theme: Theme
}

export function windowUi({ profile, rings, theme }: Looks): UiParts {
  let leave: Leave = async () => {}
  let terminal: Terminal | undefined
  const compose = async (text: string, lend: () => () => void) =>
    (await import('./compose.ts')).composeIn(text, lend)
  return {
    create(feed) {
      // Before the terminal is touched: a signal without a listener would end us and leave it as we made it.
      guardProcess(
        {
          restore: () => terminal?.restore(),
          suspend: () => terminal?.suspend(),
          resume: () => terminal?.resume(),
        },
        () => leave(),
      )
      const made = createTerminal({
        input: process.stdin,
        output: process.stdout,
        profile,
        theme,
        onStroke: stroke => feed({ got: 'stroke', stroke }),
        onSize: size => feed({ got: 'size', ...size }),
        // A terminal that is gone says so by a signal as well, unless somebody keeps that from us.
        onTrouble: () => void leave(hangUpCode),
      })
      terminal = made
      let shown: Model | null = null
      return {
        show(model) {
          if (shown === null || !looksUnchanged(shown, model)) made.draw(() => view(model))
          shown = model
        },
        bell: notice => rings && made.bell(notice),
        dress: chosen => made.dress(chosen),
        mouse: on => made.mouse(on),
        copy(text, what) {
          made.copy(text)
          return copiedText(what, profile)
        },
        redraw: () => made.redraw(),
        suspend: () => made.suspend(),
        compose: text => compose(text, () => made.lend()),
        close: () => made.restore(),
      }
    },
    guard(politely) {
      leave = politely
    },
  }
}

/** No terminal says whether it took what it was handed, so the sentence says what it depends on. */
function copiedText(what: string, { terminal, through }: Profile): string {
  if (terminal === 'linux') return 'The Linux console has no clipboard, so nothing was copied.'
  const copied = `${what} went to your terminal’s clipboard (OSC 52)`
  if (through === 'tmux')
    return `${copied}. tmux passes it on with “set -g set-clipboard on”; if pasting gives something else, set that.`
  return `${copied}. If pasting gives something else, your terminal does not take it: allow it there, or mark with the mouse.`
}
