/** The firewall of a lab host: the rules of a usual desktop, by nft or iptables, whichever this machine has. */
import { spawnSync } from 'node:child_process'
import { call, insideArgs } from '../../scripts/netlab/namespace.mjs'

/** `replies-only` drops whatever the host did not ask for itself, as desktops do; `none` lets everything in. */
export type FirewallKind = 'replies-only' | 'none'

type Tool = 'nft' | 'iptables'

/** The firewall tool of this machine, or null. */
export function firewallTool(): Tool | null {
  if (!spawnSync('nft', ['--version']).error) return 'nft'
  if (!spawnSync('iptables', ['--version']).error && !spawnSync('ip6tables', ['--version']).error)
    return 'iptables'
  return null
}

/** Sets a host's firewall; `openTcpPorts` stay open to everyone. Throws without a tool, or when the kernel refuses. */
export function setFirewall(namespace: string, kind: FirewallKind, openTcpPorts: readonly number[]): void {
  const tool = firewallTool()
  if (!tool) throw new Error('This machine has neither nft nor iptables.')
  if (tool === 'nft') call('ip', insideArgs(namespace, 'nft', ['-f', '-']), nftRules(kind, openTcpPorts))
  else
    for (const command of ['iptables', 'ip6tables'])
      for (const rule of iptablesRules(kind, openTcpPorts))
        call('ip', insideArgs(namespace, command, ['-w', ...rule]))
}

function nftRules(kind: FirewallKind, openTcpPorts: readonly number[]): string {
  // Declared before it is deleted, because deleting a table that is not there is an error.
  const clean = 'table inet earshot\ndelete table inet earshot\n'
  if (kind === 'none') return clean
  const ports = openTcpPorts.map(port => `tcp dport ${port} accept`)
  const accepted = [
    'iif lo accept',
    'ct state established,related accept',
    'meta l4proto { 1, 58 } accept',
    ...ports,
  ]
  const chain = ['type filter hook input priority 0', 'policy drop', ...accepted].join('; ')
  return `${clean}table inet earshot { chain input { ${chain}; }; }\n`
}

function iptablesRules(kind: FirewallKind, openTcpPorts: readonly number[]): string[][] {
  const rules = [
    ['-P', 'INPUT', 'ACCEPT'],
    ['-F', 'INPUT'],
  ]
  if (kind === 'none') return rules
  rules.push(['-A', 'INPUT', '-i', 'lo', '-j', 'ACCEPT'])
  rules.push(['-A', 'INPUT', '-m', 'conntrack', '--ctstate', 'ESTABLISHED,RELATED', '-j', 'ACCEPT'])
  // ICMP carries the neighbour discovery of IPv6; without it nothing is reachable at all.
  for (const protocol of ['1', '58']) rules.push(['-A', 'INPUT', '-p', protocol, '-j', 'ACCEPT'])
  for (const port of openTcpPorts)
    rules.push(['-A', 'INPUT', '-p', 'tcp', '--dport', `${port}`, '-j', 'ACCEPT'])
  rules.push(['-P', 'INPUT', 'DROP'])
  return rules
}
