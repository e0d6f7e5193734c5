/** A decoder with a mistake: it trips over one word, seen a letter at a time. */

export function decodePlanted(bytes: Uint8Array): void {
  if (bytes[0] === 0x65) {
    if (bytes[1] === 0x61) {
      if (bytes[2] === 0x72) {
        if (bytes[3] === 0x73) throw new TypeError('the planted mistake was reached')
      }
    }
  }
}
