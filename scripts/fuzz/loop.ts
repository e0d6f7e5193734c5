/** The search: inputs are made and run; those that reach something new are kept, and changed further. */
import fc from 'fast-check'
import { createChance } from './chance.ts'
import type { Coverage } from './coverage.ts'
import { createMutator } from './mutate.ts'
import type { Target } from './target.ts'

/** Told of each input before it runs, so that one that never comes back is known. */
export interface Watch {
  begin(input: Uint8Array): void
  /** Nothing of the target’s runs now. */
  rest(): void
}

export interface Escape {
  readonly input: Uint8Array
  readonly why: string
}

export interface Searching {
  readonly target: Target
  readonly seed: number
  /** Inputs at the least, where nothing ends it before. */
  readonly inputs: number
  /** By `performance.now()`. */
  readonly untilMs: number
  /** It ends at so many escapes, each of another kind. */
  readonly escapesMax: number
  /** Absent: it goes on without a guide. */
  readonly coverage?: Coverage | undefined
  /** Absent: every input is looked at by the guide, which is many times slower. */
  sprint?(run: Run): Promise<Searched>
  /** To begin with, beside the target’s own. */
  readonly corpus?: readonly Uint8Array[]
  readonly watch?: Watch
  /** After each batch. */
  onProgress?(inputs: number, kept: number, escapes: number): void
}

/** Many inputs at full speed, made of what the guide has found so far. */
export interface Run {
  readonly corpus: readonly Uint8Array[]
  readonly seed: number
  readonly inputs: number
  readonly forMs: number
  onProgress(inputs: number): void
}

export interface Searched {
  readonly inputs: number
  readonly escapes: readonly Escape[]
  /** What it began with, and what reached something new, in the order it was found. */
  readonly corpus: readonly Uint8Array[]
}

/** A part of a batch, made anew each time it is asked for: a whole batch would fill the memory. */
type Part = () => readonly Uint8Array[]

const bounds = {
  /** Parts between two looks at the coverage: a look takes as long as thousands of inputs. */
  partsMin: 1,
  partsMax: 256,
  /** After so many parts with the guide so many times as many inputs run without it. */
  guidedParts: 32,
  sprintTimes: 32,
  partInputs: 256,
  slowPartInputs: 8,
  /** One part in so many is made by what knows the form, and these are kept to be changed. */
  structuredEvery: 64,
  structuredKept: 512,
  /** Of one batch so many inputs are looked for that reach something new. */
  foundPerBatch: 4,
  corpusMax: 2_000,
  /** One input may take so long. */
  slowMs: 1_000,
} as const

const nothing = new Uint8Array(0)

/** The same seed and corpus give the same inputs. */
export async function search(searching: Searching): Promise<Searched> {
  const { target, coverage, watch } = searching
  const chance = createChance(searching.seed)
  const tokens = target.tokens.map(token => Uint8Array.from(Buffer.from(token, 'utf8')))
  const mutator = createMutator(chance, tokens, target.bytesMax)
  const corpus: Uint8Array[] = [nothing, ...target.seeds, ...(searching.corpus ?? [])]
  const structured: Uint8Array[] = []
  const escapes: Escape[] = []
  const partInputs = target.isSlow ? bounds.slowPartInputs : bounds.partInputs
  const kinds = new Set<string>()
  let inputs = 0
  let samples = 0

  const isOver = (): boolean =>
    inputs >= searching.inputs ||
    escapes.length >= searching.escapesMax ||
    performance.now() >= searching.untilMs

  function note(input: Uint8Array, error: unknown): void {
    noteWhy(input, error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  }

  function noteWhy(input: Uint8Array, why: string): void {
    // One mistake has many inputs, which differ in what is quoted and counted.
    const kind = why.replace(/["“].*["”]|\d+/gs, '…').slice(0, 100)
    if (kinds.has(kind)) return
    kinds.add(kind)
    escapes.push({ input, why })
  }

  async function run(some: readonly Uint8Array[]): Promise<void> {
    const begunMs = performance.now()
    for (const input of some) {
      watch?.begin(input)
      try {
        const running = target.run(input)
        if (running !== undefined) await running
      } catch (error) {
        note(input, error)
      }
    }
    watch?.rest()
    if (performance.now() - begunMs > bounds.slowMs) await lookForSlow(some)
  }

  /** What a busy machine made slow once is not slow three times. */
  async function lookForSlow(some: readonly Uint8Array[]): Promise<void> {
    for (const input of some) {
      let leastMs = Number.POSITIVE_INFINITY
      for (let times = 0; times < 3 && leastMs > bounds.slowMs; times++) {
        const begunMs = performance.now()
        await Promise.resolve(target.run(input)).catch(() => {})
        leastMs = Math.min(leastMs, performance.now() - begunMs)
        if (times === 0 && leastMs < bounds.slowMs) break
      }
      if (leastMs > bounds.slowMs) note(input, new Error(`it takes ${Math.round(leastMs)} ms`))
    }
  }

  const pick = (from: readonly Uint8Array[]): Uint8Array => from[chance.below(from.length)] ?? nothing

  /** The newest are where it goes on. */
  function base(): Uint8Array {
    const kind = chance.below(4)
    if (kind === 0 && structured.length > 0) return pick(structured)
    if (kind === 1) return corpus[corpus.length - 1 - chance.below(Math.min(16, corpus.length))] ?? nothing
    return pick(corpus)
  }

  function mutatedPart(): Part {
    const state = chance.state()
    return () => {
      chance.restore(state)
      return Array.from({ length: partInputs }, () => mutator.change(base(), base()))
    }
  }

  function structuredPart(): Part {
    const made = fc.sample(target.structured, {
      numRuns: partInputs,
      seed: (searching.seed * 100_003 + samples++) | 0,
    })
    for (const input of made) structured.push(input)
    structured.splice(0, structured.length - bounds.structuredKept)
    return () => made
  }

  /** One input among these parts that reaches something new; null where it does not do so a second time. */
  async function find(among: readonly Part[], { isNew }: Coverage): Promise<Uint8Array | null> {
    let parts = among
    while (parts.length > 1) {
      const half = parts.slice(0, Math.ceil(parts.length / 2))
      for (const part of half) await run(part())
      parts = isNew() ? half : parts.slice(half.length)
    }
    let left = parts[0]?.() ?? []
    while (left.length > 1) {
      const half = left.slice(0, Math.ceil(left.length / 2))
      await run(half)
      left = isNew() ? half : left.slice(half.length)
    }
    await run(left)
    return isNew() ? (left[0] ?? null) : null
  }

  /** @returns how many were found */
  async function keepNew(parts: readonly Part[], guide: Coverage): Promise<number> {
    const found: Uint8Array[] = []
    const after = chance.state()
    while (found.length < bounds.foundPerBatch) {
      const input = await find(parts, guide)
      if (input !== null) {
        guide.mark()
        found.push(input)
      }
      for (const part of parts) await run(part())
      if (!guide.isNew() || input === null) break
    }
    // What is left was reached by several inputs together, or is found once more in a later batch.
    guide.mark()
    chance.restore(after)
    corpus.push(...found)
    if (corpus.length > bounds.corpusMax)
      corpus.splice(chance.below(corpus.length / 2), corpus.length - bounds.corpusMax)
    return found.length
  }

  async function sprint(count: number): Promise<void> {
    const before = inputs
    const searched = await searching.sprint?.({
      corpus,
      seed: chance.below(2 ** 31),
      inputs: Math.min(count, searching.inputs - inputs),
      forMs: searching.untilMs - performance.now(),
      onProgress: done => searching.onProgress?.(before + done, corpus.length, escapes.length),
    })
    for (const { input, why } of searched?.escapes ?? []) noteWhy(input, why)
    inputs += searched?.inputs ?? 0
  }

  await run(corpus)
  inputs += corpus.length
  if (coverage?.isNew()) coverage.mark()
  let size: number = bounds.partsMin
  let guidedParts = 0
  let sinceStructured: number = bounds.structuredEvery
  while (!isOver()) {
    const parts: Part[] = []
    for (let count = 0; count < size && !isOver(); count++) {
      const isStructured = sinceStructured >= bounds.structuredEvery
      sinceStructured = isStructured ? 0 : sinceStructured + 1
      const part = isStructured ? structuredPart() : mutatedPart()
      parts.push(part)
      await run(part())
      inputs += partInputs
    }
    const isNew = coverage?.isNew() === true
    const found = isNew && coverage ? await keepNew(parts, coverage) : 0
    searching.onProgress?.(inputs, corpus.length, escapes.length)
    size = found > 0 ? bounds.partsMin : Math.min(size * 2, bounds.partsMax)
    guidedParts += parts.length
    if (!searching.sprint || guidedParts < bounds.guidedParts || isOver()) continue
    await sprint(guidedParts * partInputs * bounds.sprintTimes)
    guidedParts = 0
    size = Math.min(size, bounds.guidedParts)
  }
  return { inputs, escapes, corpus }
}
