/** How many files this process may have open: a connection is one of them, and so is the history. */
import { readFileSync } from 'node:fs'

/** @returns the system’s soft limit; null where there is none or it is not told */
export function openFilesMax(): number | null {
  return toldByLinux() ?? toldByReport()
}

/** Where it is one line of a file; a report looks at the whole process for it, which takes a hundred times as long. */
function toldByLinux(): number | null {
  if (process.platform !== 'linux') return null
  try {
    const [, soft] = /^Max open files +(\d+) /m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return soft === undefined ? null : Number(soft)
  } catch {
    // No `/proc`, as in some containers.
    return null
  }
}

function toldByReport(): number | null {
  const { report } = process
  if (!report) return null
  // Else the names of all our peers would be looked up for it.
  Object.assign(report, { excludeNetwork: true })
  const told: unknown = report.getReport()
  const soft = at(at(at(told, 'userLimits'), 'open_files'), 'soft')
  return typeof soft === 'number' ? soft : null
}

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined
