/** A certificate as whoever answers shows it: it names a server of ours with the pin of its key, or nobody at all. */
import fc from 'fast-check'
import { securedBy } from '../../../src/net/secure.ts'
import { holds, type Target } from '../target.ts'

/** One that a server made; always the same, so that a search can be repeated. */
const own = Uint8Array.from(
  Buffer.from(
    [
      'MIIBLTCB1aADAgECAgEBMAoGCCqGSM49BAMCMCAxHjAcBgNVBAMMFVYxU3RHWFI4X1o1amRIaTZCLW15VDAgFw0yMDAxMDEw',
      'MDAwMDBaGA85OTk5MTIzMTIzNTk1OVowIDEeMBwGA1UEAwwVVjFTdEdYUjhfWjVqZEhpNkItbXlUMFkwEwYHKoZIzj0CAQYI',
      'KoZIzj0DAQcDQgAESZ3QLTj14Ajew6RnvTTYZMVxTdukAzpP+ntOxIVJ6sTu9T8h+IB84Eo9FqTpFVNI3//q4yZ/aWKSRXQb',
      'lxyHCjAKBggqhkjOPQQDAgNHADBEAiBM4LAbRo/5qoEyyIoDt0S5dlwC4LDIt3jyVawO8T9JSAIgF4mC62Hrl2tltYKUhq7M',
      '/BzaORN9kSR8YRsxYEyXR1E=',
    ].join(''),
    'base64',
  ),
)
/** Where the common name is, so that names are tried, too. */
const nameAt = Buffer.from(own).indexOf('V1StGXR8')

export const certificate: Target = {
  name: 'certificate',
  means: 'the certificate that a server shows',
  covers: ['net/certificate.ts', 'net/secure.ts'],
  bytesMax: 700,
  seeds: [own],
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
