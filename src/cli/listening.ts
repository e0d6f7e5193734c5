/** How long and where to look for servers, as the options of every command that looks say it. */
import { defaultPort } from '../wire/limits.ts'
import type { Given } from './main.ts'

const waitMsDefault = 2_000

export interface Listening {
  /** How long to look; for ever where it is infinite. */
  readonly waitMs: number
  readonly discoveryPort: number
  /** null: all of them. */
  readonly interfaces: readonly string[] | null
}

export function listening(options: Given['options']): Listening {
  return {
    waitMs: [options.look, options.wait].find(given => typeof given === 'number') ?? waitMsDefault,
    discoveryPort: typeof options.discoveryPort === 'number' ? options.discoveryPort : defaultPort,
    interfaces: Array.isArray(options.interface) ? options.interface.map(String) : null,
  }
}
