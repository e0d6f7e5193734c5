/** The file of known servers: whatever it holds, a server is trusted only with the key that stands there. */
import fc from 'fast-check'
import { codeOf, hintOf, isCodeOf, readCode } from '../../../src/base/fingerprint.ts'
import { serversIn } from '../../../src/cli/known.ts'
import { bounds } from '../../../src/client/bounds.ts'
import {
  curesOf,
  doubtText,
  firstVisitText,
  judge,
  knownBy,
  remembered,
  standingOf,
  trusted,
  welcomed,
} from '../../../src/client/trust.ts'
import { bytesOf, harmless, holds, type Target, textOf } from '../target.ts'

const wallMs = Date.UTC(2026, 0, 2, 3, 4, 5)
const pin = 'A'.repeat(43)
const otherPin = `B${'A'.repeat(42)}`
const secured = { server: 'server-1', pin }
const at = '10.0.0.5:23277'
const whole = {
  id: 'server-1',
  name: 'den',
  pin,
  sinceMs: wallMs - 86_400_000,
  lastMs: wallMs,
  at,
  login: { salt: 'AAAA', iterations: 15_000, salted: 'AAAA' },
}

function check(text: string): void {
  const servers = serversIn(text)
  if (servers === null) return
  holds(servers.length <= bounds.knownServers, () => `${servers.length} servers`)
  const written = JSON.stringify({ servers })
  holds(
    JSON.stringify({ servers: serversIn(written) ?? [] }) === written,
    () => `written and read it differs: ${written}`,
  )
  const known = knownBy(servers)
  for (const seen of [secured, { server: 'server-1', pin: otherPin }, { server: 'server-2', pin }, null])
    for (const code of [null, readCode(text)]) {
      const verdict = judge(known, { secured: seen, meant: 'server-1', named: 'den', at, code })
      if (verdict.is === 'known')
        holds(known.get(seen?.server ?? '')?.pin === seen?.pin, () => 'known by another key')
      if (verdict.is === 'new' && code === null)
        holds(!known.has('server-1'), () => 'new, though the one that is meant is known')
      if (verdict.is === 'plain') holds(!known.has('server-1'), () => 'plain, though it always encrypted')
      if (verdict.is !== 'doubtful') continue
      harmless(doubtText(verdict.doubt, wallMs), 'a doubt')
      const { given } = curesOf(verdict.doubt)
      if (given !== '' && seen) holds(isCodeOf(readCode(given.slice(8)) ?? '?', seen.pin), () => given)
      const after = trusted(known, verdict.doubt, wallMs)
      if (verdict.doubt.because === 'key' && seen)
        holds(
          after.get(seen.server)?.pin === seen.pin && after.get(seen.server)?.login === null,
          () => 'trust',
        )
    }
  harmless(firstVisitText(known, { server: 'server-9', pin }, 'den', at), 'a first visit')
  const beacon = { id: 'server-1', name: 'den', fingerprint: hintOf(pin) }
  holds(
    (standingOf(known, beacon as Parameters<typeof standingOf>[1]) === 'known') ===
      (known.get('server-1') !== undefined && hintOf(known.get('server-1')?.pin ?? '') === hintOf(pin)),
    () => 'the list says of a row what the key does not',
  )
  const now = welcomed(known, { secured, name: 'den', at, wallMs, login: null })
  if (known.get('server-1')?.pin !== pin) holds(now.login === null, () => 'a login of another key')
  const next = remembered(known, now)
  holds(next.get('server-1') === now && next.size <= bounds.knownServers, () => 'not remembered')
  for (const one of servers)
    holds(/^(?:[a-z2-7]{4}-){3}[a-z2-7]{4}$/.test(codeOf(one.pin)), () => `the code of ${one.pin}`)
}

const value = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'server-1', 'den', pin, otherPin, at, 0, -1, 1e308, true, [], {}),
  fc.constantFrom<unknown>('\x1b[2J', '\u202eden', 'x'.repeat(300), '__proto__', 8.64e15 + 1),
  fc.string({ unit: 'binary', maxLength: 10 }),
)
const server = fc
  .array(fc.tuple(fc.constantFrom(...Object.keys(whole), 'later'), value), { maxLength: 3 })
  .map(changes => ({ ...whole, ...Object.fromEntries(changes) }))

export const knownFile: Target = {
  name: 'known',
  means: 'the file of servers that are known, and codes as people type them',
  covers: ['cli/known.ts', 'client/trust.ts', 'base/fingerprint.ts'],
  bytesMax: 1_500,
  seeds: [{ servers: [whole] }, { servers: [whole, { ...whole, id: 'server-2', pin: otherPin }] }, {}].map(
    held => bytesOf(JSON.stringify(held)),
  ),
  tokens: [
    ...Object.keys(whole).map(key => `"${key}":`),
    '"servers":[',
    JSON.stringify(whole),
    pin,
    otherPin,
    'null',
    '{}',
    '[]',
    '1e308',
    '\\u001b',
    'aaaa-aaaa-aaaa-aaaa',
  ],
  structured: fc.array(server, { maxLength: 3 }).map(servers => bytesOf(JSON.stringify({ servers }))),
  run: input => check(textOf(input)),
}
