/** Short outages of a real link; `scripts/prove.ts --cut 60 --flaps 100` runs the long ones. */
import { test } from 'node:test'
import { ptyWorks } from '../screens/screen.ts'
import { labAvailable } from './lab.ts'
import { proveCut, proveFlaps } from './outage.ts'

const skip = labAvailable() ?? false
const skipScreen = skip || ((await ptyWorks()) ? false : 'node-pty is missing')

test('200 lines said while a cable is pulled are all there once it is back, each once, and the draft is as it was', {
  skip: skipScreen,
}, async t => {
  const { backMs } = await proveCut({ cutMs: 5_000, lines: 200 })
  t.diagnostic(`all on the screen ${Math.round(backMs)} ms after the cable was back`)
})

test('flaps of a link, its address and its route lose nothing and double nothing', { skip }, async t => {
  const { foundMsMax } = await proveFlaps({ flaps: 4, seed: 1 })
  t.diagnostic(`heard again after ${Math.round(foundMsMax)} ms at most`)
})
