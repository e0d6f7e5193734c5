/** Where a server says that it is reached, and by whom. */
import { isLinkLocal, isOwnHost } from '../base/network.ts'
import { formatTarget } from '../base/target.ts'

interface Reached {
  readonly addresses: readonly string[]
  readonly port: number
}

/** What to type to join, a line for each address; and once what is to be known of those that hold on one link alone. */
export function joinLines({ addresses, port }: Reached): string[] {
  const lines = addresses.map(host => {
    const target = formatTarget(host, port)
    // A shell may read brackets as a pattern of file names.
    return `  earshot join ${target.startsWith('[') ? `'${target}'` : target}`
  })
  // What this machine calls its cards says nothing to another.
  if (addresses.some(isLinkLocal))
    lines.push(
      'Behind the “%” whoever joins so puts the network interface of their own machine, such as eth0.',
    )
  return lines
}

/** The rest of the sentence that leads to those lines. */
export function whoSees({ announced, addresses }: Reached & { readonly announced: boolean }): string {
  if (!announced) return 'it keeps silent and people join by address:'
  if (addresses.every(isOwnHost))
    return 'this machine has no network now, so only who uses it sees it, with: earshot'
  return addresses.every(isLinkLocal)
    ? 'everybody on the same cable or Wi-Fi sees it with: earshot'
    : 'everybody on this network sees it with: earshot'
}

/** What is said when the addresses are not what they were. */
export function movedText(reached: Reached): string {
  const { addresses } = reached
  if (addresses.every(isOwnHost))
    return 'This machine has no network any more; who is on it stays, and others come when it is back.'
  const heading = addresses.every(isLinkLocal)
    ? 'It is reached now by everybody on the same cable or Wi-Fi, with:'
    : 'It is reached now with:'
  return [heading, ...joinLines(reached)].join('\n')
}
