/** Each number of the wire is held to by a test: a new row without one is named here. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { limits } from '../src/wire/limits.ts'

/** Rows that are handed to something general, and the test that holds that to whatever it is handed. */
const under: Readonly<Record<string, readonly [file: string, name: string]>> = {
  clientPingMs: ['net/connection.test.ts', 'pingMs'],
  memoryLinesMax: ['store/memory.test.ts', 'linesMax'],
  memoryAllLinesMax: ['store/memory.test.ts', 'allLinesMax'],
}

test('each row of the table of limits is named by a test that reaches it', () => {
  const top = import.meta.dirname
  const files = readdirSync(top, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
  const texts = new Map(files.map(file => [file, readFileSync(join(top, file), 'utf8')]))
  const own = texts.get('limits.test.ts')
  const isNamed = (row: string): boolean => {
    const [file, name] = under[row] ?? []
    if (file !== undefined) return texts.get(join(file))?.includes(`${name}`) === true
    const word = new RegExp(`\\b${row}\\b`)
    return [...texts.values()].some(text => text !== own && word.test(text))
  }
  assert.deepEqual(
    Object.keys(limits).filter(row => !isNamed(row)),
    [],
  )
})
