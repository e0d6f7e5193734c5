/** Durations as people write them: a count and its unit, `500ms`, `2s`, `30m`, `12h`, `7d`, `2w`. */

const unitsMs = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
} as const

export type DurationUnit = keyof typeof unitsMs

/**
 * In milliseconds; null where it is none, or one of another unit than those. A number alone is none: whoever means seconds
 * and whoever means milliseconds write the same.
 */
export function readDuration(text: string, units: readonly DurationUnit[]): number | null {
  const [, count = '', named = ''] = /^([1-9]\d{0,6})([a-z]{1,2})$/i.exec(text) ?? []
  const unit = units.find(one => one === named.toLowerCase())
  return unit === undefined ? null : Number(count) * unitsMs[unit]
}
