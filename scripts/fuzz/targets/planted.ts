/** A decoder with a mistake four turns deep, which chance alone does not find: so it is known that the guide guides. */
import fc from 'fast-check'
import { decodePlanted } from '../../../test/fuzz/planted.ts'
import { bytesOf, type Target } from '../target.ts'

export const planted: Target = {
  name: 'planted',
  means: 'a decoder with a mistake in it',
  covers: ['test/fuzz/planted.ts'],
  bytesMax: 64,
  seeds: [bytesOf('hello')],
  tokens: [],
  structured: fc.uint8Array({ maxLength: 8 }),
  isPlanted: true,
  run: input => decodePlanted(input),
}
