/** Why a connection ended, in a word for the program and a sentence that is true on both sides of it. */

/**
 * net/ moves lines between sockets and whoever owns them. It does not know what a line says, who says it, or
 * in which dialect: words that go out last are asked of the owner.
 */
const sentences = {
  ended: 'This side closed the connection.',
  left: 'The other side closed the connection.',
  slow: 'The connection was cut: what was sent was not taken in time.',
  dead: 'The connection was cut: nothing was heard for too long.',
  late: 'The connection was cut: nobody said hello in time.',
  flood: 'The connection was cut: too much came at once.',
  internal: 'The connection was cut: something said here met a fault of the server. It is not yours.',
  reset: 'The connection broke.',
  lost: 'The network between here and there was lost.',
  trouble: 'The connection failed.',
} as const

export type ClosingCode = keyof typeof sentences
export interface Closing {
  readonly code: ClosingCode
  readonly text: string
}

export const closing = (code: ClosingCode): Closing => ({ code, text: sentences[code] })

/** What an error of the socket means; unknown ones keep the system's name, for whoever must find out. */
export function closingOf(error: NodeJS.ErrnoException): Closing {
  switch (error.code) {
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return closing('reset')
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'ENETRESET':
      return closing('lost')
    default:
      return { code: 'trouble', text: `${sentences.trouble.slice(0, -1)} (${error.code ?? error.name}).` }
  }
}
