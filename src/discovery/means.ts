/** Time, chance and the look at the machine: what the living half of discovery is handed, and what it gets else. */
import { nanoid } from 'nanoid'
import { readInterfaces } from './interfaces.ts'
import { type Pace, usualPace } from './schedule.ts'
import type { Interfaces } from './subnets.ts'

export interface DiscoveryMeans {
  /** Monotonic. */
  nowMs(): number
  wallMs(): number
  /** 0 up to, not including, 1. */
  random(): number
  /** 16 characters of A-Z a-z 0-9 _ - that nobody can guess. */
  newNonce(): string
  /** Never throws. */
  readInterfaces(): Interfaces
  readonly platform: string
  readonly pace: Pace
}

export const systemMeans: DiscoveryMeans = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  random: () => Math.random(),
  newNonce: () => nanoid(16),
  readInterfaces,
  platform: process.platform,
  pace: usualPace,
}
