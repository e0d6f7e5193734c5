/** Times and days as people read them, in the local time zone of whoever looks. */

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const two = (number: number): string => String(number).padStart(2, '0')

// Asking the calendar is the dearest part of taking a line, and lines come many in a second.
let latest = { second: Number.NaN, time: '', day: '' }

function labels(wallMs: number): { readonly time: string; readonly day: string } {
  const second = Math.floor(wallMs / 1000)
  if (second === latest.second) return latest
  const date = new Date(wallMs)
  // A time no calendar has, which only a broken server sends.
  if (Number.isNaN(date.getTime())) return { time: '--:--', day: 'some day' }
  const day = `${days[date.getDay()]} ${date.getDate()} ${months[date.getMonth()]} ${date.getFullYear()}`
  latest = { second, time: `${two(date.getHours())}:${two(date.getMinutes())}`, day }
  return latest
}

/** `09:14`, or `--:--`. */
export const timeLabel = (wallMs: number): string => labels(wallMs).time

/** `Tue 21 Nov 2023`. */
export const dayLabel = (wallMs: number): string => labels(wallMs).day

/** A wait in whole seconds, never “0 s” while there is something left. */
export function secondsLabel(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

/** `1 line`, `2 lines`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
