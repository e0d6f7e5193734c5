/** The announcement for clients of older LAN chats, heard as such a client hears it, on a network of the test’s own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createLab, labAvailable } from './lab.ts'

const announceScript = fileURLToPath(new URL('announceLegacy.ts', import.meta.url))

/** Hears port 8081 on all addresses and prints what comes, byte by byte, with the address it comes from. */
const olderClient = `
  const socket = require('node:dgram').createSocket({ type: 'udp4', reuseAddr: true })
  socket.on('message', (bytes, from) => console.log(bytes.length, JSON.stringify(bytes.toString('latin1')), from.address))
  socket.bind(8081, () => console.log('hears'))
`

test('the token is heard on every network of the server, again and again, and no more when it ends', {
  skip: labAvailable() ?? false,
}, async t => {
  const lab = createLab()
  t.after(() => lab.close())
  for (const bridge of ['one', 'two']) lab.bridge(bridge)
  const server = await lab.host('server', [
    { bridge: 'one', cidr: '10.77.1.2/24' },
    { bridge: 'two', cidr: '10.77.2.2/24' },
  ])
  const ears = []
  for (const [index, bridge] of ['one', 'two'].entries()) {
    const host = await lab.host(`ear${index}`, [{ bridge, cidr: `10.77.${index + 1}.9/24` }])
    const ear = host.spawn(process.execPath, ['-e', olderClient])
    await ear.waitForLine(/^hears$/)
    ears.push(ear)
  }
  const announcing = server.node(announceScript)
  for (const [index, ear] of ears.entries()) {
    const expected = `31 "PYTHON_CHAT_SERVER_DISCOVERY_V1" 10.77.${index + 1}.2`
    assert.equal(await ear.waitForLine(/PYTHON/), expected)
    const before = ear.lines.length
    assert.equal(await ear.waitForLine(/PYTHON/, undefined, before), expected)
  }
  announcing.end()
  await announcing.waitForLine(/^closed$/)
  assert.deepEqual(await announcing.exited, { code: 0, signal: null })
})
