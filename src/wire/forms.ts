/** What words of the wire look like: apart from the table of messages, which is dear to load. */

/** Made by the sender when Enter is pressed; the same on every resend. */
export const idForm = /^[\w-]{1,64}$/

/** Of a nick or a room, in UTF-16 units; its grammar asks for less. */
export const nameUnitsMax = 256

/** What a kept line can be. */
export const lineKinds = ['say', 'emote', 'notice', 'topic'] as const
