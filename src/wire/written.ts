/** Messages as they are written: apart from the table that reads them, which is dear to load. */
import type { ClientMessage, ServerMessage } from './messages.ts'

/** One line of JSON, without its newline. */
export const write = (message: ClientMessage | ServerMessage): string => JSON.stringify(message)
