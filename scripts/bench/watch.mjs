/** Tells when a core was there for nobody: sleeps a millisecond at a time at the highest rank, and notes when it was woken late. */
import { writeSync } from 'node:fs'
import { sharedMs } from './clock.mjs'

// A virtual machine is halted by its host, for some milliseconds and many times a minute. What fell into such a pause says
// nothing of a server. It is plain JavaScript, for what translates TypeScript as it runs never sleeps at this rank.
const blinkMs = 1
const stallMs = 0.3

/** @param {object} line */
const tell = line => writeSync(1, `${JSON.stringify(line)}\n`)
const cell = new Int32Array(new SharedArrayBuffer(4))
tell({ ready: true })
for (let beforeMs = sharedMs(); ; ) {
  Atomics.wait(cell, 0, 0, blinkMs)
  const nowMs = sharedMs()
  if (nowMs - beforeMs - blinkMs > stallMs) tell({ stall: [beforeMs, nowMs] })
  beforeMs = nowMs
}
