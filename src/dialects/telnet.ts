/** Bytes typed by hand made lines: telnet's negotiation is taken out, and Enter is one newline however it was sent. */

const lf = 0x0a
const cr = 0x0d
const nul = 0x00
const iac = 0xff
const subBegin = 0xfa
const subEnd = 0xf0

/** What ^C and ^D become: a line of its own, which no keyboard and no text makes by accident. */
export const interrupt = '\x03'
export const endOfInput = '\x04'

/** Commands by which telnet clients pass on ^C, ^\ and ^D. */
const keys: Readonly<Record<number, string>> = {
  243: interrupt, // break
  244: interrupt, // interrupt process
  238: interrupt, // abort
  236: endOfInput, // end of file
}

/** Bytes of one subnegotiation. Longer: it is taken for over, and what follows is text again. */
const subBytesMax = 512

type State = 'text' | 'iac' | 'option' | 'sub' | 'subIac'

export interface Sift {
  feed(chunk: Uint8Array): Uint8Array
  /** Whether Enter came with a carriage return: then the peer's screen wants one in each newline, too. */
  returns(): boolean
}

/**
 * CR LF, CR NUL, CR and LF each end a line once. A byte 255 that begins no command of telnet is left as it is: it is
 * no UTF-8 either, so the line that holds it is told to be none.
 */
export function createSift(): Sift {
  let state: State = 'text'
  let returned = false
  let hasReturns = false
  let verb = 0
  let subBytes = 0

  function feed(chunk: Uint8Array): Uint8Array {
    const out: number[] = []
    for (const byte of chunk) step(byte, out)
    return Uint8Array.from(out)
  }

  function step(byte: number, out: number[]): void {
    switch (state) {
      case 'text': {
        const wasReturned = returned
        returned = byte === cr
        if (wasReturned && (byte === lf || byte === nul)) return
        if (byte === cr) {
          hasReturns = true
          out.push(lf)
        } else if (byte === iac) state = 'iac'
        else out.push(byte)
        return
      }
      case 'iac': {
        state = 'text'
        const key = keys[byte]
        if (key !== undefined) for (const unit of `\n${key}\n`) out.push(unit.charCodeAt(0))
        else if (byte === subBegin) {
          state = 'sub'
          subBytes = 0
        } else if (byte > subBegin && byte < iac) {
          state = 'option'
          verb = byte
        } else if (byte === iac) out.push(iac)
        else if (byte < subEnd) {
          out.push(iac)
          step(byte, out)
        }
        return
      }
      case 'option':
        state = 'text'
        // No telnet option has these numbers: it was text in another encoding, and its line ends here.
        if (byte === lf || byte === cr) {
          out.push(iac, verb)
          step(byte, out)
        }
        return
      case 'sub':
        subBytes += 1
        if (byte === iac) state = 'subIac'
        else if (subBytes > subBytesMax) state = 'text'
        return
      case 'subIac':
        state = byte === subEnd ? 'text' : 'sub'
    }
  }

  return { feed, returns: () => hasReturns }
}
