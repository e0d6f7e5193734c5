/** What holds for a connection to a server, on the side of whoever called. */
import { limits } from '../wire/limits.ts'
import type { ConnectionBounds } from './connection.ts'

export const callerBounds: ConnectionBounds = {
  lineBytesMax: limits.serverLineBytesMax,
  sendqBytesMax: limits.sendqBytesMax,
  stalledMs: limits.stalledMs,
  pingMs: limits.clientPingMs,
  deadMs: limits.clientDeadMs,
}
