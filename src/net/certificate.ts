/** A self-signed certificate for a server’s own key: the few DER structures it takes, since node makes none. */
import { createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto'

// Whoever connects compares the key and not the chain, so the certificate only has to carry two things: the key, and
// the identity of the server that claims it. It has no end: a clock that is wrong must not lock a server's people out.

const ecdsaWithSha256 = '1.2.840.10045.4.3.2'
const commonName = '2.5.4.3'

/** One DER value: tag, length, contents. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents)
  const { length } = body
  const lengthBytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), body])
}

const sequence = (...items: readonly Uint8Array[]): Buffer => der(0x30, ...items)

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const septets = [arc & 0x7f]
    for (let left = arc >>> 7; left > 0; left >>>= 7) septets.unshift((left & 0x7f) | 0x80)
    bytes.push(...septets)
  }
  return der(0x06, Buffer.from(bytes))
}

/**
 * @param key a P-256 private key
 * @param server the identity it speaks for, at most 64 ASCII characters
 * @returns the certificate as PEM
 */
export function selfSigned(key: KeyObject, server: string): string {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const algorithm = sequence(objectId(ecdsaWithSha256))
  const name = sequence(der(0x31, sequence(objectId(commonName), der(0x0c, Buffer.from(server)))))
  // RFC 5280: dates before 2050 have two digits of the year, and this is the date that means “no end”.
  const validity = sequence(
    der(0x17, Buffer.from('200101000000Z')),
    der(0x18, Buffer.from('99991231235959Z')),
  )
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    validity,
    name,
    spki,
  )
  const signature = sign('sha256', body, key)
  const whole = sequence(body, algorithm, der(0x03, Buffer.from([0]), signature))
  return new X509Certificate(whole).toString()
}

/** The identity a certificate names; null for a certificate that is none of ours. */
export const serverNamedBy = (certificate: X509Certificate): string | null =>
  /^CN=([\w-]{1,64})$/.exec(certificate.subject)?.[1] ?? null
