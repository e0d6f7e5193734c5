/** `--since`: a line by its number, the same with the epoch and the run it was heard in, or a moment. */
import { readDuration } from '../base/duration.ts'
import type { Read } from './commands.ts'

/** A moment as it was said: so long ago, or by date and time. */
export type Moment = { readonly agoMs: number } | { readonly atMs: number }

/** Behind that line; of another `epoch` numbers mean nothing, and by the `run` a history that was put back is noticed. */
export type Since =
  | Moment
  | { readonly seq: number; readonly epoch: string | null; readonly run: string | null }

/** `30m`, `12h`, `2d`; `2026-01-31`, `2026-01-31T18:00`, with seconds or not, in the local time zone. */
export function readMoment(text: string): Read<Moment> {
  const agoMs = readDuration(text, ['m', 'h', 'd'])
  if (agoMs !== null) return { ok: true, value: { agoMs } }
  const [, day, time = '00:00'] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?Z?))?$/.exec(text) ?? []
  const atMs = day === undefined ? Number.NaN : Date.parse(`${day}T${time}`)
  return Number.isNaN(atMs)
    ? {
        ok: false,
        text: 'a moment is so long ago, such as 30m, 12h or 2d, or a time such as 2026-01-31T18:00',
      }
    : { ok: true, value: { atMs } }
}

/** `1234`, `1234@EPOCH`, `1234@EPOCH.RUN`, or a moment. */
export function readSince(text: string): Read<Since> {
  const [, seq, epoch = null, run = null] =
    /^(\d{1,15})(?:@([\w-]{1,64})(?:\.([\w-]{1,64}))?)?$/.exec(text) ?? []
  if (seq !== undefined) return { ok: true, value: { seq: Number(seq), epoch, run } }
  const moment = readMoment(text)
  return moment.ok
    ? moment
    : {
        ok: false,
        text: 'begin behind the number of a line, such as 1234 or 1234@EPOCH.RUN, or at a moment such as 30m, 2d or 2026-01-31T18:00',
      }
}

/** @param nowMs wall-clock milliseconds */
export const atMsOf = (moment: Moment, nowMs: number): number =>
  'atMs' in moment ? moment.atMs : nowMs - moment.agoMs
