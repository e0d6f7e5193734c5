/** The slash commands that tell users where they are and what they can do; the server is asked nothing. */
import { cleanLine } from '../base/clean.ts'
import { codeOf } from '../base/fingerprint.ts'
import { formatTarget } from '../base/target.ts'
import { type CommandName, commandHelp, commandNamed, firstWord, parseCommand } from '../chat/commands.ts'
import { protocolVersion } from '../wire/limits.ts'
import { counted } from './labels.ts'
import { ownRole } from './roles.ts'
import type { Manner } from './screenOrders.ts'
import { complain } from './speech.ts'
import { patch, type Turn, tell } from './turn.ts'

export const tellingOrders = {
  info(turn: Turn): boolean {
    const { server, link, nick, rttMs, outbox, heading, peer } = turn.model
    const address =
      link.at === 'scanning' ? '' : ` at ${formatTarget(link.target.hosts[0] ?? '?', link.target.port)}`
    tell(
      turn,
      `${server?.name ?? heading}${address}. You are ${nick}. ${peer === null ? 'Not encrypted: who runs this network can read along.' : `Encrypted; the server’s code is ${codeOf(peer.pin)}.`}`,
    )
    const trip = rttMs === null ? '' : `, an answer takes ${Math.round(rttMs)} ms`
    const waiting = outbox.length === 0 ? '' : `, ${counted(outbox.length, 'line')} not sent yet`
    const state =
      link.at === 'joined' ? 'Connected' : link.at === 'waiting' ? `Not connected: ${link.why}` : 'Connecting'
    tell(
      turn,
      `${state}${trip}${waiting}. Protocol version ${protocolVersion}${server ? `, server ${server.id}` : ''}.`,
    )
    return true
  },
  help(turn: Turn, argument: string, { lineMode }: Manner): boolean {
    const { word } = firstWord(argument.trim())
    const asked = parseCommand(`/${word.replace(/^\//, '')}`, { lineMode: false })
    if (word !== '' && asked.is === 'unknown') return complain(turn, helplessText(word, asked.nearest))
    const row = word === '' ? undefined : commandNamed(word.replace(/^\//, ''))
    if (row) {
      const also =
        row.aliases.length === 0 ? '' : ` (also ${row.aliases.map(alias => `/${alias}`).join(', ')})`
      const example = row.example === '' ? '' : `. For example: ${row.example}`
      tell(turn, `${row.usage}: ${row.help}${also}${example}`)
    } else if (lineMode) for (const text of commandHelp(ownRole(turn.model))) tell(turn, text)
    else patch(turn, { help: { top: 0, filter: '' } })
    return true
  },
}

function helplessText(word: string, nearest: CommandName | null): string {
  const cure = nearest === null ? '/help lists them.' : `Did you mean /help ${nearest}?`
  return `There is no command “/${cleanLine(word.replace(/^\//, ''), 24)}”. ${cure}`
}
