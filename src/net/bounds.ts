/** What holds for a connection to a server, on the side of whoever called. */
import { limits } from '../wire/limits.ts'
import type { ConnectionBounds } from './connection.ts'

/** Read when they are needed: a test that shortens the limits does so after this file is loaded. */
export const callerBounds = (): ConnectionBounds => ({
  lineBytesMax: limits.serverLineBytesMax,
  sendqBytesMax: limits.sendqBytesMax,
  stalledMs: limits.stalledMs,
  pingMs: limits.clientPingMs,
  deadMs: limits.clientDeadMs,
})
