/** A certificate as whoever answers shows it: it names a server of ours with the pin of its key, or nobody at all. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { selfSigned } from '../../../src/net/certificate.ts'
import { securedBy } from '../../../src/net/secure.ts'
import { holds, type Target } from '../target.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const derOf = (server: string): Uint8Array =>
  Uint8Array.from(new X509Certificate(selfSigned(privateKey, server)).raw)
const own = derOf('V1StGXR8_Z5jdHi6B-myT')
/** Where the common name is, so that names are tried, too. */
const nameAt = Buffer.from(own).indexOf('V1StGXR8')

export const certificate: Target = {
  name: 'certificate',
  means: 'the certificate that a server shows',
  covers: ['net/certificate.ts', 'net/secure.ts'],
  bytesMax: 700,
  seeds: [own, derOf('a'), derOf('x'.repeat(64))],
  tokens: ['V1StGXR8_Z5jdHi6B-myT', '\x06\x03\x55\x04\x03', '\x0c\x15', 'CN=', '\n', '\0', '/', ','],
  structured: fc
    .tuple(fc.boolean(), fc.nat(own.length - 1), fc.uint8Array({ maxLength: 4 }))
    .map(([isName, at, bytes]) => {
      const changed = Uint8Array.from(own)
      changed.set(bytes.subarray(0, own.length - at), isName ? nameAt + (at % 16) : at)
      return changed
    }),
  run(input) {
    const secured = securedBy(Buffer.from(input))
    if (secured === null) return
    holds(/^[\w-]{1,64}$/.test(secured.server), () => `it names ${JSON.stringify(secured.server)}`)
    holds(/^[\w-]{43}$/.test(secured.pin), () => `its pin is ${secured.pin}`)
  },
}
