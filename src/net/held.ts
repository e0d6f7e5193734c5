/** Whose a socket is: it knows that itself, so that thousands of connections share four listeners. */
import type { Socket } from 'node:net'

/** What a socket’s events are told to. */
export interface Holder {
  fail(error: Error): void
  take(chunk: Buffer): void
  /** The peer has said its last. */
  over(): void
  gone(): void
}

const holder = Symbol('holder')

interface Held extends Socket {
  [holder]?: Holder
}

/** From now on the socket’s events are told to `by`, once each; a socket is held but once. */
export function hold(socket: Held, by: Holder): void {
  socket[holder] = by
  socket.on('error', onError).on('data', onData).on('end', onEnd).on('close', onClose)
}

function onError(this: Held, error: Error): void {
  this[holder]?.fail(error)
}

function onData(this: Held, chunk: Buffer): void {
  this[holder]?.take(chunk)
}

function onEnd(this: Held): void {
  this[holder]?.over()
}

function onClose(this: Held): void {
  this[holder]?.gone()
}
