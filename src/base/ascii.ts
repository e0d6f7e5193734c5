/** Text for terminals and fonts that know ASCII alone: each cluster one character, lines of drawing among them. */
import { clusters } from './clusters.ts'

const asciiOf: Readonly<Record<string, string>> = {
  '…': '.',
  '·': '.',
  '•': '*',
  '●': '*',
  '○': 'o',
  '×': 'x',
  '–': '-',
  '—': '-',
  '“': '"',
  '”': '"',
  '„': '"',
  '‘': "'",
  '’': "'",
  '←': '<',
  '→': '>',
  '↑': '^',
  '↓': 'v',
  '▸': '>',
  '▌': '>',
  '▐': '|',
  '█': '#',
  '✓': '+',
  '✗': 'x',
  '⚠': '!',
  '🔒': '*',
  ß: 's',
  ø: 'o',
  ł: 'l',
}

/** One ASCII character for a cluster, for terminals without UTF-8: the letter without its accent, else `?`. */
export function asciiFor(text: string): string {
  const known = asciiOf[text]
  if (known !== undefined) return known
  const code = text.codePointAt(0) ?? 0
  if (code < 0x7f) return text.slice(0, 1)
  if (code === 0x2502 || code === 0x2503 || code === 0x2551) return '|'
  if (code === 0x2500 || code === 0x2501 || code === 0x2550) return '-'
  if (code >= 0x2500 && code <= 0x257f) return '+'
  if (code >= 0x2580 && code <= 0x259f) return '#'
  if (code >= 0x2800 && code <= 0x28ff) return '*'
  const base = text.normalize('NFD').charCodeAt(0)
  return base < 0x7f ? String.fromCharCode(base) : '?'
}

/** A whole text so; newlines stay. A cluster of two cells becomes one character: nothing here stands in columns. */
export function asciiText(text: string): string {
  if (/^[\x20-\x7e\n]*$/.test(text)) return text
  const read = (line: string): string =>
    clusters(line)
      .map(cluster => (cluster.cells === 0 ? '' : asciiFor(cluster.text)))
      .join('')
  return text.split('\n').map(read).join('\n')
}
