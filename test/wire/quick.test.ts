/** The quick question and the schema it is made of never disagree, and every message that is as it should be passes it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as v from 'valibot'
import { clientMessages, readClient, readServer, serverMessages } from '../../src/wire/messages.ts'
import { quickly } from '../../src/wire/quick.ts'

/** Values that a schema takes or nearly takes. */
function near(schema: v.GenericSchema): fc.Arbitrary<unknown> {
  const { type } = schema
  const one = schema as unknown as {
    entries: Record<string, v.GenericSchema>
    item: v.GenericSchema
    wrapped: v.GenericSchema
    options: readonly string[]
  }
  if (type === 'string')
    return fc.constantFrom('', 'a', '#lobby', 'a b', 'é', 'x'.repeat(64), 'x'.repeat(300))
  if (type === 'number') return fc.oneof(fc.nat(), fc.constantFrom(0, -1, 0.5, 1e300, 1000))
  if (type === 'boolean') return fc.boolean()
  if (type === 'picklist') return fc.constantFrom(...one.options, 'other')
  if (type === 'union')
    return fc.oneof(...(schema as unknown as { options: v.GenericSchema[] }).options.map(near))
  if (type === 'optional') return near(one.wrapped)
  if (type === 'array') return fc.array(near(one.item), { maxLength: 3 })
  if (type === 'record') return fc.dictionary(fc.constantFrom('#a', '#b'), fc.integer())
  if (type !== 'object') throw new Error(`no values for ${type}`)
  const fields = Object.entries(one.entries)
  const requiredKeys = fields.flatMap(([name, field]) => (field.type === 'optional' ? [] : [name]))
  return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, near(field)])), { requiredKeys })
}

const odd = fc.constantFrom<unknown>(null, 1, '', true, [], {}, [null], '\u0000')
const tables = [
  { rows: clientMessages, reads: readClient },
  { rows: serverMessages, reads: readServer },
] as const

for (const { rows, reads } of tables)
  for (const [type, { fields }] of Object.entries(rows) as [string, { fields: v.GenericSchema }][])
    test(`${reads.name} takes of “${type}” what its schema takes, and nothing else`, () => {
      const quick = quickly(fields, ['type'])
      const changes = fc.dictionary(
        fc.constantFrom(
          ...Object.keys((fields as unknown as { entries: object }).entries),
          'more',
          '__proto__',
        ),
        odd,
        { maxKeys: 1 },
      )
      fc.assert(
        fc.property(near(fields), changes, fc.boolean(), (message, change, isChanged) => {
          const text = JSON.stringify({ ...(message as object), ...(isChanged ? change : {}), type })
          const parsed: unknown = JSON.parse(text)
          const checked = v.safeParse(fields, parsed)
          const read = reads(text)
          assert.equal(read.ok, checked.success)
          if (read.ok) assert.deepEqual(read.message, { type, ...(checked.output as object) })
          if (quick(parsed)) assert.ok(checked.success)
        }),
        { numRuns: 300 },
      )
    })

test('messages as they are sent all day are answered for without their schema', () => {
  const line = { room: '#lobby', seq: 7, at: 1, id: 'a_-1', from: 'ann', kind: 'say', body: 'hi' }
  const isQuick = (
    table: Record<string, { fields: v.GenericSchema }>,
    type: string,
    fields: object,
  ): boolean => {
    const row = table[type]
    return row !== undefined && quickly(row.fields, ['type'])({ type, ...fields })
  }
  assert.ok(isQuick(serverMessages, 'line', line))
  assert.ok(isQuick(serverMessages, 'line', { ...line, to: 'bob' }))
  assert.ok(isQuick(serverMessages, 'backlog', { room: '#lobby', lines: [line, line], complete: true }))
  assert.ok(isQuick(clientMessages, 'say', { id: 'a', room: '#lobby', kind: 'say', body: 'hi' }))
  assert.ok(isQuick(clientMessages, 'typing', { room: '#lobby', on: true }))
  assert.ok(!isQuick(serverMessages, 'line', { ...line, more: 1 }))
  assert.ok(!isQuick(serverMessages, 'line', { ...line, seq: -1 }))
  assert.ok(!isQuick(clientMessages, 'say', { id: '!', room: '#lobby', kind: 'say', body: 'hi' }))
})
