/** A schema as one quick question: is this value right as it stands? What it cannot answer is left to the schema itself. */
import type * as v from 'valibot'

/** True only where the schema would take the value and give back its equal; false where only the schema knows. */
export type Quick = (value: unknown) => boolean

type Schema = v.GenericSchema
type Step = v.GenericSchema | v.GenericPipeAction

const never: Quick = () => false

/**
 * The question made of `schema`. Of a message that is as it should be, which nearly all are, the answer takes a part
 * of the time that the schema takes, and nothing is copied: fields that a schema would drop make it false.
 *
 * @param besides names of fields that may stand in the object beside those of the schema
 */
export function quickly(schema: Schema, besides: readonly string[] = []): Quick {
  const steps: readonly Step[] = isPiped(schema) ? schema.pipe : [schema]
  const quicks = steps.map(step => (step.kind === 'schema' ? ofSchema(step, besides) : ofAction(step)))
  const [first = never, second, third] = quicks
  if (second === undefined) return first
  if (third === undefined) return value => first(value) && second(value)
  return value => quicks.every(quick => quick(value))
}

const isPiped = (schema: Schema): schema is Schema & { pipe: readonly Step[] } => 'pipe' in schema

function ofSchema(schema: object, besides: readonly string[]): Quick {
  const { type } = schema as { type: string }
  if (type === 'string' || type === 'number' || type === 'boolean')
    // A number that is none, or has no end, comes out of no line of JSON.
    return type === 'number' ? Number.isFinite : value => typeof value === type
  if (type === 'picklist') {
    const { options } = schema as { options: readonly unknown[] }
    return value => options.includes(value)
  }
  if (type === 'union') {
    const quicks = (schema as { options: readonly Schema[] }).options.map(option => quickly(option))
    return value => quicks.some(quick => quick(value))
  }
  if (type === 'array') {
    const { item } = schema as { item: Schema }
    const quick = quickly(item)
    return value => Array.isArray(value) && value.every(quick)
  }
  if (type === 'object')
    return ofFields((schema as { entries: Readonly<Record<string, Schema>> }).entries, besides)
  return never
}

function ofFields(entries: Readonly<Record<string, Schema>>, besides: readonly string[]): Quick {
  const any: Quick = () => true
  const fields = new Map(besides.map(name => [name, { quick: any, isNeeded: false }]))
  for (const [name, schema] of Object.entries(entries)) {
    const isNeeded = schema.type !== 'optional'
    const wrapped = isNeeded ? schema : (schema as Schema & { wrapped: Schema }).wrapped
    fields.set(name, { quick: quickly(wrapped), isNeeded })
  }
  const needed = [...fields.values()].filter(field => field.isNeeded).length
  return value => {
    if (typeof value !== 'object' || value === null) return false
    const parts = value as Readonly<Record<string, unknown>>
    let found = 0
    for (const name in parts) {
      const field = fields.get(name)
      if (field === undefined || !field.quick(parts[name])) return false
      if (field.isNeeded) found++
    }
    return found === needed
  }
}

function ofAction(action: object): Quick {
  const { type, requirement } = action as { type: string; requirement?: unknown }
  if (type === 'safe_integer') return Number.isSafeInteger
  if (type === 'regex' && requirement instanceof RegExp && !requirement.global)
    return value => requirement.test(value as string)
  if (typeof requirement !== 'number') return never
  if (type === 'max_length') return value => (value as string).length <= requirement
  if (type === 'min_value') return value => (value as number) >= requirement
  if (type === 'max_value') return value => (value as number) <= requirement
  return never
}
