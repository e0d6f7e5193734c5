/** Which parts of the decoders have run: V8’s precise block coverage, as the inspector of this very thread tells it. */
import { readFileSync } from 'node:fs'
import { type Profiler, Session } from 'node:inspector'
import { fileURLToPath } from 'node:url'

export interface Coverage {
  /** Whether something ran since the last look that had not run before it was last marked. */
  isNew(): boolean
  /** What ran before the last look is nothing new from now on. */
  mark(): void
  /** What ran since the last look, in terms that can be compared. */
  reached(): ReadonlySet<number>
  /** Of 100, by characters of code. */
  percent(): number
}

type Functions = readonly Profiler.FunctionCoverage[]

/** To be called before the bundle is loaded: what is compiled earlier is counted by whole functions only. */
export function startCoverage(): Session {
  const session = new Session()
  session.connect()
  ask(session, 'Profiler.enable')
  ask(session, 'Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return session
}

/**
 * @param url of the bundle
 * @param covers its parts, as in `Target`
 */
export function createCoverage(session: Session, url: string, covers: readonly string[]): Coverage {
  const parts = partsOf(readFileSync(fileURLToPath(url), 'utf8'), covers)
  const lastEnd = parts.at(-1)?.to ?? 0
  const now = new Uint8Array(lastEnd)
  const ever = new Uint8Array(lastEnd)
  /** Characters that belong to a function of these parts. */
  const code = new Uint8Array(lastEnd)

  const isOurs = ({ ranges: [whole] }: Profiler.FunctionCoverage): boolean =>
    whole !== undefined && parts.some(({ from, to }) => whole.startOffset >= from && whole.endOffset <= to)

  function taken(): Functions {
    const { result } = ask(session, 'Profiler.takePreciseCoverage') as {
      result: readonly Profiler.ScriptCoverage[]
    }
    return result.find(script => script.url === url)?.functions.filter(isOurs) ?? []
  }

  /** Ranges come outermost first; a later one says better. A function inside another one is told by itself. */
  function paint(functions: Functions): void {
    now.fill(0)
    for (const { ranges } of functions)
      for (const { startOffset, endOffset, count } of ranges) {
        code.fill(1, startOffset, endOffset)
        now.fill(count > 0 ? 1 : 0, startOffset, endOffset)
      }
  }

  return {
    isNew() {
      paint(taken())
      for (let at = 0; at < lastEnd; at++) if (now[at] === 1 && ever[at] === 0) return true
      return false
    },
    mark() {
      for (let at = 0; at < lastEnd; at++) if (now[at] === 1) ever[at] = 1
    },
    reached() {
      paint(taken())
      const found = new Set<number>()
      for (let at = 1; at < lastEnd; at++) if (now[at] === 1) found.add(at)
      return found
    },
    percent() {
      let covered = 0
      let all = 0
      for (let at = 0; at < lastEnd; at++) {
        all += code[at] ?? 0
        covered += ever[at] ?? 0
      }
      return all === 0 ? 0 : (100 * covered) / all
    },
  }
}

/** Where in the bundle the files lie: the bundler writes each one’s path above it. */
function partsOf(bundle: string, covers: readonly string[]): { from: number; to: number }[] {
  const heads = [...bundle.matchAll(/^\/\/ (\S+\.(?:ts|m?js|cjs|json))$/gm)]
  return heads.flatMap((head, index) => {
    const path = head[1]?.replace(/^src\//, '') ?? ''
    const isWanted = covers.some(cover => path === cover || (cover.endsWith('/') && path.startsWith(cover)))
    return isWanted ? [{ from: head.index, to: heads[index + 1]?.index ?? bundle.length }] : []
  })
}

/** The session of one’s own thread answers at once. */
function ask(session: Session, method: string, params: object = {}): unknown {
  let answer: unknown
  session.post(method, params, (error, result) => {
    if (error) throw new Error(`${method}: ${error.message}`)
    answer = result
  })
  return answer
}
