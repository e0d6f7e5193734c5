/** The first bytes of a connection: they decide who is at the door, soon, and the same however they come. */
import fc from 'fast-check'
import { createSniff, type Sniffed } from '../../../src/dialects/sniff.ts'
import { bytesOf, holds, type Target } from '../target.ts'

/** It decides within so many bytes, and sends away with so many letters. */
const bounds = { bytes: 16, units: 1_024 } as const

const shown = (sniffed: Sniffed | undefined): string =>
  sniffed === undefined ? '' : 'speaks' in sniffed ? sniffed.speaks.name : JSON.stringify(sniffed)

function sniff(bytes: Uint8Array, cutEvery: number): string {
  const nose = createSniff('192.168.1.20:23277')
  for (let from = 0; from < bytes.length; from += cutEvery) {
    const sniffed = nose.feed(bytes.subarray(from, from + cutEvery))
    if (sniffed) return shown(sniffed)
  }
  return ''
}

const openings = [
  '{"type"',
  'CMD_USER|',
  'MSG|',
  'GET / ',
  'CONNECT ',
  'OPTIONS ',
  'PRI ',
  'NICK ',
  'CAP ',
  '\x16\x03\x01',
  'ann',
  '\n',
]

export const sniffing: Target = {
  name: 'sniff',
  means: 'the first bytes of a connection, of TLS and of all dialects',
  covers: ['dialects/sniff.ts'],
  bytesMax: 64,
  seeds: openings.map(bytesOf),
  tokens: openings,
  structured: fc
    .tuple(fc.constantFrom(...openings), fc.nat(9), fc.uint8Array({ maxLength: 8 }))
    .map(([opening, length, rest]) => Uint8Array.from([...bytesOf(opening.slice(0, length)), ...rest])),
  run(input) {
    const whole = sniff(input, input.length + 1)
    holds(whole !== '' || input.length < bounds.bytes, () => `${input.length} bytes do not decide`)
    holds(whole.length <= bounds.units, () => `sent away with ${whole.length} letters`)
    const single = sniff(input, 1)
    holds(single === whole, () => `byte by byte it is ${single}, whole ${whole}`)
  },
}
