/** Asks one server by address whether it is well, without joining it: nobody there notices. */
import { performance } from 'node:perf_hooks'
import { cleanLine } from '../base/clean.ts'
import { formatTarget } from '../base/target.ts'
import { callerBounds } from '../net/bounds.ts'
import { createConnection } from '../net/connection.ts'
import { dialSecurely } from '../net/secure.ts'
import { readServer } from '../wire/messages.ts'
import { write } from '../wire/written.ts'

/** @returns the round trip in milliseconds, or a sentence that says why there is none */
export async function reach(
  { host, port }: { host: string; port: number },
  waitMs: number,
): Promise<{ ok: true; ms: number } | { ok: false; text: string }> {
  const dialled = await dialSecurely({ hosts: [host], port, timeoutMs: waitMs })
  if (!dialled.ok) return dialled
  return await new Promise(resolve => {
    const askedAtMs = performance.now()
    const at = formatTarget(host, port)
    const silent = `${at} took the call and said nothing within ${waitMs} ms. Is it a server of Earshot’s?`
    const timer = setTimeout(() => end({ ok: false, text: silent }), waitMs)
    const connection = createConnection(dialled.socket, callerBounds(), {
      onLine(line) {
        const read = readServer(line)
        if (!read.ok) end({ ok: false, text: `What answers at ${at} is no server of Earshot’s.` })
        else if (read.message.type === 'bye')
          end({ ok: false, text: `${at}: ${cleanLine(read.message.text)}` })
        else if (read.message.type === 'pong') end({ ok: true, ms: performance.now() - askedAtMs })
      },
      onFault: () => end({ ok: false, text: `What answers at ${at} is no server of Earshot’s.` }),
      onQuiet: () => {},
      onClosed: why => end({ ok: false, text: `${at}: ${why.text}` }),
    })
    function end(outcome: { ok: true; ms: number } | { ok: false; text: string }): void {
      clearTimeout(timer)
      connection.destroy()
      resolve(outcome)
    }
    connection.send(write({ type: 'ping' }))
  })
}
