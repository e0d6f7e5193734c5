/** What reaches the client's model (inputs) and what it asks for (effects). */

import type { Outlet, Sighting } from '../discovery/types.ts'
import type { ClientMessage, ServerMessage, WireLine } from '../wire/messages.ts'
import type { Kept } from './kept.ts'
import type { Theme } from './themes.ts'
import type { KnownServer } from './trust.ts'

/**
 * One thing typed. `key` names: `Enter` `Tab` `S-Tab` `Escape` `Backspace` `Delete` `Insert` `Up` `Down` `Left` `Right`
 * `Home` `End` `PageUp` `PageDown` `F1`…`F12`, with prefixes in the order `C-` `M-` `S-`: `C-a`, `M-b`, `C-Left`,
 * `M-Enter`, `M-Backspace`. `^J` is `C-j`. Ordinary text comes as `text`, a bracketed paste whole as `paste`.
 */
export type Stroke = Typed | Pointed | { readonly focused: boolean }

/** What a keyboard, or a paste, says. */
export type Typed = { readonly key: string } | { readonly text: string } | { readonly paste: string }

/** The mouse, where the user has switched it on. Both counted from 0. */
export interface Pointed {
  readonly mouse: 'click' | 'wheelUp' | 'wheelDown'
  readonly x: number
  readonly y: number
}

/** Where to reach a server. `hosts` are tried together, best first. */
export interface Target {
  readonly hosts: readonly string[]
  readonly port: number
}

/** Who answered, as the key it holds proves: the identity it claims, and the pin (SHA-256) of its public key. */
export interface Secured {
  readonly server: string
  readonly pin: string
}

/** What logs in in place of the password it was made of. */
export interface Login {
  readonly salt: string
  readonly iterations: number
  readonly salted: string
}

/** Time, ids and chance, handed in. `nowMs` is monotonic, `wallMs` is the clock on the wall (for labels only). */
export interface Means {
  nowMs(): number
  wallMs(): number
  newId(): string
  random(): number
}

export type Input =
  | { readonly got: 'stroke'; readonly stroke: Stroke }
  /** A whole line, from plain mode. */
  | { readonly got: 'entered'; readonly text: string }
  | { readonly got: 'size'; readonly columns: number; readonly rows: number }
  | { readonly got: 'sightings'; readonly sightings: readonly Sighting[] }
  | { readonly got: 'outlets'; readonly outlets: readonly Outlet[] }
  /** A sentence for the user, wherever they are. */
  | { readonly got: 'notice'; readonly text: string }
  /** One about the list of servers, such as “a newer server is here, upgrade”; `passes`: it says how things are just now. */
  | { readonly got: 'listNotice'; readonly text: string; readonly passes: boolean }
  | { readonly got: 'sweep'; readonly asked: number; readonly total: number; readonly done: boolean }
  /**
   * The connection stands and nothing was said; `secured` is null where it is not encrypted. The model answers with a
   * hello, or hangs up.
   */
  | {
      readonly got: 'linked'
      readonly host: string
      readonly port: number
      readonly secured: Secured | null
      /** Our own address there. */
      readonly local?: string | undefined
      /** Who answers in its own words, where it was asked because no key tells it. */
      readonly server?: string | undefined
      /** What was kept of that server, null for nothing yet; absent where nothing can be kept. */
      readonly kept?: Kept | null | undefined
      /** What this user’s windows have in common there; absent where others could read it along. */
      readonly household?: string | undefined
    }
  /** `login` below succeeded: both sides have proven that they know the password. */
  | { readonly got: 'loggedIn'; readonly login: Login }
  | { readonly got: 'loginFailed'; readonly text: string; readonly retryMs: number | null }
  | { readonly got: 'said'; readonly message: ServerMessage }
  /** Kept lines, as many as came at once: one turn for all of them. */
  | { readonly got: 'lines'; readonly lines: readonly WireLine[] }
  /** The link could not be made, or ended. `text` is a sentence with the cause and the cure. */
  | { readonly got: 'unlinked'; readonly text: string }
  /** Round trip of the last ping. */
  | { readonly got: 'rtt'; readonly ms: number }
  /** `host` below succeeded: a server of ours listens here. */
  | { readonly got: 'hosted'; readonly target: Target; readonly token?: string }
  | { readonly got: 'hostingFailed'; readonly text: string }
  /** What the user’s own editor left; then the line holds it. */
  | { readonly got: 'composed'; readonly text: string }
  /** It could not be had; the line is as it was. `text` is a sentence. */
  | { readonly got: 'composeFailed'; readonly text: string }
  /** Comes at least once a second. */
  | { readonly got: 'tick' }

export type ClientEffect =
  /** Connect; after `delayMs` where given. A later dial or hangUp replaces it. */
  | { readonly do: 'dial'; readonly target: Target; readonly delayMs: number }
  | { readonly do: 'hangUp' }
  | { readonly do: 'send'; readonly message: ClientMessage }
  /** Prove that we know the password, over the connection that stands. */
  | { readonly do: 'login'; readonly secret: { readonly password: string } | { readonly login: Login } }
  | { readonly do: 'rememberServer'; readonly server: KnownServer }
  /** Ask the network again, now. */
  | { readonly do: 'probe' }
  | { readonly do: 'sweep' }
  /** Start a server on this machine that ends with this client. */
  | { readonly do: 'host'; readonly name: string }
  | { readonly do: 'rememberNick'; readonly nick: string }
  /** Write it down, before what comes next is done. */
  | { readonly do: 'keep'; readonly kept: Kept }
  /** Somebody calls for a user who does not look; `notice` is one line that says who and what. */
  | { readonly do: 'bell'; readonly notice: string }
  /** Show everything in this theme, and the next time as well. */
  | { readonly do: 'dress'; readonly theme: Theme }
  | { readonly do: 'mouse'; readonly on: boolean }
  /** Hand this to the clipboard; whoever can says what came of it, as a notice. `what` names it: “3 lines”. */
  | { readonly do: 'copy'; readonly text: string; readonly what: string }
  | { readonly do: 'redraw' }
  | { readonly do: 'suspend' }
  /** Let the user write `text` on in an editor of their own; `composed` or `composeFailed` answers. */
  | { readonly do: 'compose'; readonly text: string }
  | { readonly do: 'quit'; readonly code: number; readonly text: string | null }
