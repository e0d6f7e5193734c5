/** This machine’s name, as the name of a server on it. */
import { hostname } from 'node:os'
import { serverName } from './commands.ts'

export const ownName = (): string => serverName(hostname().split('.')[0] ?? '') || 'earshot'
