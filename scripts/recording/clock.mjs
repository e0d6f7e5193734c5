/** Preloaded into a program that is recorded: its wall clock stands where the recording sets it. */
import { readFileSync } from 'node:fs'

const file = process.env.RECORDING_CLOCK
if (file === undefined) throw new Error('RECORDING_CLOCK names no file')

// The monotonic clock goes on as ever: beacons, heartbeats and patience are real, only the labels of time stand still.
Date.now = () => Number(readFileSync(file, 'utf8'))
