/** Where a server says that it is reached: true on a network, on a bare link, and on none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinLines, movedText, whoSees } from '../../src/cli/reached.ts'

const port = 23277
const onLink = { addresses: ['fe80::1%eth0'], port }
const scope = 'Behind the “%” whoever joins so puts the network interface of their own machine, such as eth0.'

test('a link-local address is told in quotes, and whose interface it names', () =>
  assert.deepEqual(joinLines(onLink), ["  earshot join '[fe80::1%eth0]:23277'", scope]))

test('other addresses need no word', () =>
  assert.deepEqual(joinLines({ addresses: ['10.0.0.5', 'fd00::5'], port }), [
    '  earshot join 10.0.0.5:23277',
    "  earshot join '[fd00::5]:23277'",
  ]))

test('who sees a server on a bare link is everybody on it, and only on no network nobody else', () => {
  const seen = (host: string, announced = true) => whoSees({ addresses: [host], port, announced })
  assert.equal(seen('fe80::1%eth0'), 'everybody on the same cable or Wi-Fi sees it with: earshot')
  assert.equal(seen('10.0.0.5'), 'everybody on this network sees it with: earshot')
  assert.match(seen('127.0.0.1'), /^this machine has no network now/)
  assert.match(seen('fe80::1%eth0', false), /^it keeps silent/)
})

test('a machine that lost all but its link has a network still', () => {
  assert.equal(
    movedText(onLink),
    `It is reached now by everybody on the same cable or Wi-Fi, with:\n${joinLines(onLink).join('\n')}`,
  )
  assert.match(movedText({ addresses: ['127.0.0.1'], port }), /^This machine has no network any more/)
  assert.match(movedText({ addresses: ['10.0.0.5'], port }), /^It is reached now with:/)
})
