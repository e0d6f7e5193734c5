/** Hanging up at once, so that the system forgets what the peer did not take: when a socket may be reset, and when not. */
import type { Socket } from 'node:net'
import { isSecure } from './secure.ts'

/**
 * A reset also frees what the system still holds for a peer that does not read. Two sockets are only closed. A secure
 * one: to reset the one beneath it while a write is under way brings node down. And one that said all and its end: node
 * cannot reset it while the end is being told (EINVAL), and would never close it; later a reset would take back what
 * the system has and a slow peer may still read.
 */
export const hangUpOn = (socket: Socket): void =>
  void (isSecure(socket) || hasSaidAll(socket) ? socket.destroy() : socket.resetAndDestroy())

const hasSaidAll = ({ writableEnded, writableLength }: Socket): boolean =>
  writableEnded && writableLength === 0
