/** Messages as they are written: apart from the table that reads them, which is dear to load. */
import type { ClientMessage, ServerMessage } from './messages.ts'

/** One line of JSON, without its newline. */
export const write = (message: ClientMessage | ServerMessage): string =>
  message.type === 'line' ? writeLine(message) : JSON.stringify(message)

/** What stands in a text of JSON as it is; JSON has an escape for anything else. */
const escaped = /[^\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\uffff]/

/** A kept line is most of what a server says, and this takes half the time. */
function writeLine(line: ServerMessage & { type: 'line' }): string {
  const { room, seq, at, id, from, kind, body, to } = line
  if (to !== undefined || escaped.test(body) || escaped.test(room) || escaped.test(from) || escaped.test(id))
    return JSON.stringify(line)
  return `{"type":"line","room":"${room}","seq":${seq},"at":${at},"id":"${id}","from":"${from}","kind":"${kind}","body":"${body}"}`
}
