/** A server’s key as people compare it: sixteen letters and digits in fours, made of the hash that programs compare. */

/** No letter that is taken for a digit when it is read out: 0, 1, 8 and 9 are missing. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Characters of a beacon’s fingerprint: the first 128 bits of the pin. */
const hintLength = 22

/** `k7qm-3xvd-9rta-w2hf`: the first 80 bits of a pin (or of a hint) in base32. */
export function codeOf(pin: string): string {
  let bits = ''
  for (const letter of pin.slice(0, 14)) bits += base64url.indexOf(letter).toString(2).padStart(6, '0')
  const letters = Array.from(
    { length: 16 },
    (_, at) => alphabet[Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)],
  )
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-')
}

/** Half of the code, for where there is little room. */
export const shortCodeOf = (pin: string): string => codeOf(pin).slice(0, 9)

/** The last four of the code: what somebody types who has looked at it. */
export const codeEndOf = (pin: string): string => codeOf(pin).slice(-4)

/** What a beacon says of a pin. The last of its characters carries four bits that are not the hash’s and are 0. */
export function hintOf(pin: string): string {
  const last = base64url.indexOf(pin[hintLength - 1] ?? 'A') & 0b110000
  return pin.slice(0, hintLength - 1) + base64url[last]
}

/** A code as somebody gave it: dashes, blanks and capitals do not matter. null for what is none, whole or its last four. */
export function readCode(text: string): string | null {
  const letters = text.toLowerCase().replace(/[\s-]/g, '')
  return /^(?:[a-z2-7]{4}|[a-z2-7]{16})$/.test(letters) ? letters : null
}

/** Whether a code that was given is that of the pin: the whole of it or its last four. */
export const isCodeOf = (given: string, pin: string): boolean =>
  codeOf(pin).replaceAll('-', '').endsWith(given)
