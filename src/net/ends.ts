/** The two ends of a socket, for those who ask too late as well. */
import type { Socket } from 'node:net'

// Node looks the name of a link-local address’s interface up when it is asked, and throws where the interface is gone: as it
// is for a call that waited to be taken while the machine slept and was unplugged.

/** Where the peer is; '' where that cannot be said any more. */
export const remoteOf = (socket: Socket): string => asked(() => socket.remoteAddress)

/** Where this machine is called; '' where that cannot be said any more. */
export const localOf = (socket: Socket): string => asked(() => socket.localAddress)

/** With nobody there, a port of the system’s own range can be connected to itself. */
export const callsItself = (socket: Socket): boolean =>
  asked(() => `${socket.localAddress} ${socket.localPort}`) ===
  asked(() => `${socket.remoteAddress} ${socket.remotePort}`)

function asked(ask: () => string | undefined): string {
  try {
    return ask() ?? ''
  } catch {
    return ''
  }
}
