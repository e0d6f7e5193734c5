/** Two ways to SQLite behind one small shape: node’s own where this node has it, else the optional package libsql. */
import process from 'node:process'

export type DriverName = 'node:sqlite' | 'libsql'
export type Value = string | number
export type Row = Readonly<Record<string, unknown>>

/** Calls are synchronous and throw what the driver throws; `troubleOf` reads it. */
export interface Statement {
  /** @returns how many rows changed */
  run(...values: readonly Value[]): number
  get(...values: readonly Value[]): Row | undefined
  all(...values: readonly Value[]): readonly Row[]
}

export interface Database {
  exec(sql: string): void
  prepare(sql: string): Statement
  close(): void
}

export interface Driver {
  readonly name: DriverName
  open(file: string): Database
}

/** What both packages have alike. Rows of one lack a prototype, single rows of the other bear a `_metadata`. */
interface RawDatabase {
  exec(sql: string): unknown
  prepare(sql: string): {
    run(...values: readonly Value[]): { changes: number | bigint }
    get(...values: readonly Value[]): unknown
    all(...values: readonly Value[]): unknown[]
  }
  close(): void
}
type RawConstructor = new (file: string) => RawDatabase

/**
 * @param wanted only this one; left out: the first there is
 * @returns null where there is none
 */
export async function loadDriver(wanted?: DriverName): Promise<Driver | null> {
  if (wanted !== 'libsql') {
    const own = nodeSqlite()
    if (own) return driver('node:sqlite', own)
  }
  if (wanted !== 'node:sqlite') {
    const libsql = await optionalLibsql()
    if (libsql) return driver('libsql', libsql)
  }
  return null
}

function driver(name: DriverName, Raw: RawConstructor): Driver {
  return {
    name,
    open(file) {
      const raw = new Raw(file)
      return {
        exec: sql => void raw.exec(sql),
        prepare(sql) {
          const statement = raw.prepare(sql)
          return {
            run: (...values) => Number(statement.run(...values).changes),
            get: (...values) => {
              const row = statement.get(...values)
              return row === undefined || row === null ? undefined : plainRow(row)
            },
            all: (...values) => statement.all(...values).map(plainRow),
          }
        },
        close: () => raw.close(),
      }
    },
  }
}

function plainRow(row: unknown): Row {
  const { _metadata, ...columns }: Record<string, unknown> = { ...(row as Record<string, unknown>) }
  for (const name in columns) {
    const held = columns[name]
    if (held instanceof Uint8Array || held instanceof ArrayBuffer) columns[name] = decoder.decode(held)
  }
  return columns
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * A column of text as it is asked for: as bytes, which `Statement` gives back as text. In a damaged file they need not
 * be UTF-8, and one of the two packages ends the whole process where it is told that they are.
 */
export const textColumn = (expression: string, name: string): string =>
  `CAST(${expression} AS BLOB) AS ${name}`

/** Node 22.13 and later. Its note that this is experimental would tear the screen of whoever serves and chats at once. */
function nodeSqlite(): RawConstructor | null {
  // Older nodes of our range lack this function as well as the module.
  const builtin = (process as { getBuiltinModule?: (id: string) => unknown }).getBuiltinModule
  const warn = process.emitWarning
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('SQLite is an experimental feature'))
      Reflect.apply(warn, process, [warning, ...rest])
  }
  try {
    const loaded = builtin?.('node:sqlite') as { DatabaseSync?: RawConstructor } | undefined
    return loaded?.DatabaseSync ?? null
  } catch {
    return null
  } finally {
    process.emitWarning = warn
  }
}

async function optionalLibsql(): Promise<RawConstructor | null> {
  try {
    const loaded: { default: unknown } = await import('libsql')
    return loaded.default as RawConstructor
  } catch {
    // Not installed, or not made for this machine: both are what “optional” means.
    return null
  }
}
