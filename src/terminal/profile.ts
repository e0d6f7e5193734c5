/** What the terminal can show, decided from the environment alone; terminal data bases are not trusted. */

export type Depth = 'mono' | 8 | 16 | 256

export interface Profile {
  /** Whether the full screen can be used; otherwise `why` holds a sentence and plain mode is right. */
  readonly usable: boolean
  readonly why: string | null
  readonly depth: Depth
  readonly unicode: boolean
  /** Which of blessed's own terminal descriptions is used. */
  readonly terminal: 'linux' | 'xterm-256color'
  /** Whether it has a title that can be set, and marks pastes. */
  readonly title: boolean
  readonly marksPastes: boolean
  /** What passes on only what is wrapped for it. */
  readonly through: 'tmux' | 'screen' | null
  /** Whether it is worth asking how wide it draws. */
  readonly answers: boolean
}

export type Environment = Readonly<Record<string, string | undefined>>

export interface Around {
  readonly inputIsTerminal: boolean
  readonly outputIsTerminal: boolean
  readonly platform?: string
  /** The user asked for ASCII only, or for no colour. */
  readonly ascii?: boolean
  readonly mono?: boolean
}

function asked(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0'
}

function whyPlain(env: Environment, around: Around, term: string): string | null {
  if (!around.inputIsTerminal || !around.outputIsTerminal) return 'Input or output is no terminal.'
  if (asked(env.EARSHOT_PLAIN)) return 'EARSHOT_PLAIN is set.'
  if (asked(env.INK_SCREEN_READER)) return 'INK_SCREEN_READER is set.'
  if (term === 'dumb') return 'The terminal calls itself “dumb” (TERM=dumb).'
  if (term === '' && around.platform !== 'win32')
    return 'TERM is not set, so nothing is known of the terminal.'
  return null
}

function forcedDepth(force: string): Depth | null {
  if (force === '0' || force === 'false') return 'mono'
  if (force === '' || force === '1' || force === 'true') return 16
  return force === '2' || force === '3' ? 256 : null
}

const monoTerms = /^(vt\d|dumb$|xterm-mono|wy\d|hp\d)/
const manyColourTerms =
  /256color|truecolor|-direct|^(tmux|alacritty|foot|contour|mlterm|konsole|iterm|rxvt-unicode|st-|xterm-(kitty|ghostty)|wezterm|ghostty|rio)/
const sixteenColourTerms = /^(xterm|rxvt|cygwin|putty|st$|gnome|vte|konsole)/

function depthOf(env: Environment, around: Around, term: string): Depth {
  if (around.mono === true) return 'mono'
  const forced = env.FORCE_COLOR === undefined ? null : forcedDepth(env.FORCE_COLOR)
  if (forced !== null) return forced
  if (asked(env.NO_COLOR) || env.NO_COLOR === '0') return 'mono'
  if (monoTerms.test(term)) return 'mono'
  if (term === 'linux') return 8
  if (/truecolor|24bit/i.test(env.COLORTERM ?? '')) return 256
  // tmux shows 256 colours whatever it calls itself, and maps them down for the terminal it runs in.
  if (manyColourTerms.test(term) || asked(env.TMUX)) return 256
  if (term === '' && around.platform === 'win32') return 256
  return sixteenColourTerms.test(term) ? 16 : 8
}

/** UTF-8 unless another character set is named: a container often names none, and its terminal still speaks UTF-8. */
function unicodeOf(env: Environment, around: Around): boolean {
  if (around.ascii === true || asked(env.EARSHOT_ASCII)) return false
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(value => value !== undefined && value !== '') ?? ''
  const charset = /\.([^@]+)/.exec(locale)?.[1]
  return charset === undefined || /^utf-?8$/i.test(charset)
}

/** @param env read, never written; the process's own is handed in by the caller. */
export function readProfile(env: Environment, around: Around): Profile {
  const term = (env.TERM ?? '').toLowerCase()
  const why = whyPlain(env, around, term)
  const unicode = unicodeOf(env, around)
  const bare = term === 'linux' || monoTerms.test(term)
  return {
    usable: why === null,
    why,
    depth: depthOf(env, around, term),
    unicode,
    terminal: term === 'linux' ? 'linux' : 'xterm-256color',
    title: !bare,
    marksPastes: !bare,
    through: asked(env.TMUX) ? 'tmux' : asked(env.STY) ? 'screen' : null,
    answers: unicode && !bare,
  }
}
