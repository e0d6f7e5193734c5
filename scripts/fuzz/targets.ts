/** Every decoder that is fuzzed, in one table. */
import type { Target } from './target.ts'
import { certificate } from './targets/certificate.ts'
import { database } from './targets/database.ts'
import { pipeDialect, textDialect } from './targets/dialects.ts'
import { keptState } from './targets/kept.ts'
import { knownFile } from './targets/known.ts'
import { lines } from './targets/lines.ts'
import { clientLines, serverLines } from './targets/messages.ts'
import { orderFiles } from './targets/order.ts'
import { planted } from './targets/planted.ts'
import { rows } from './targets/rows.ts'
import { scram } from './targets/scram.ts'
import { settings } from './targets/settings.ts'
import { sniffing } from './targets/sniff.ts'
import { udp } from './targets/udp.ts'

export const targets: readonly Target[] = [
  lines,
  clientLines,
  serverLines,
  textDialect,
  pipeDialect,
  sniffing,
  udp,
  settings,
  keptState,
  knownFile,
  orderFiles,
  scram,
  certificate,
  rows,
  database,
  planted,
]
