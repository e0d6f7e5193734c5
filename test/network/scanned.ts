/** What `earshot scan` lists on a host, however busy the machine is that all of them share. */
import { entry } from '../cli/earshot.ts'
import type { Host } from './lab.ts'

/** How long it looks: an answer takes milliseconds, and on a busy machine seconds. */
export const looks = ['1500ms', '8s', '30s'] as const

/** Its end and what it said, of the first look that lists what fits; of the last one where none does. */
export async function scanned(host: Host, fits: RegExp, ...args: string[]) {
  let done = { code: -1, stdout: '', stderr: '' }
  for (const wait of looks) {
    done = await host.run(process.execPath, [entry, 'scan', '--wait', wait, ...args])
    if (fits.test(done.stdout)) break
  }
  return done
}
