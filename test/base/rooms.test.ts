/** Room names: one spelling for a room however it is typed, and names that no new room gets. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkRoom, objectionToRoom } from '../../src/base/rooms.ts'

for (const [raw, room] of [
  ['#Dev', '#dev'],
  ['ＤＥＶ', '#dev'],
  ['#Вопросы', '#вопросы'],
  ['#api-вопросы', '#api-вопросы'],
  ['#dеv', '#dеv'],
] as const)
  test(`“${raw}” names ${room}`, () => assert.deepEqual(checkRoom(raw), { ok: true, room }))

for (const [room, text] of [
  ['#dev', null],
  ['#вопросы', null],
  ['#api-вопросы', null],
  ['#dev_開発チーム', null],
  ['#dеv', 'Each word of a room’s name is in one alphabet of today, and “dеv” mixes Latin and Cyrillic.'],
  ['#api-dеv', 'Each word of a room’s name is in one alphabet of today, and “dеv” mixes Latin and Cyrillic.'],
  ['#𓀀', 'Each word of a room’s name is in one alphabet of today, and “𓀀” has others.'],
] as const)
  test(`${room} is ${text === null ? 'a name for a new room' : 'no name for a new room'}`, () =>
    assert.equal(objectionToRoom(room), text))
