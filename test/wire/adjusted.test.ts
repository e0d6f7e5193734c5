import assert from 'node:assert/strict'
import test from 'node:test'
import { adjustable, adjusted, checkChanges, isLifted } from '../../src/wire/adjusted.ts'
import { limits } from '../../src/wire/limits.ts'

test('a limit is changed by its name, the later word holds, and the others are as usual', () => {
  const { limits: run, isLifted: lifts, changed } = adjusted(['sayBurst=20, sayPerSecond=0.5', 'sayBurst=30'])
  assert.deepEqual(run, { ...limits, sayBurst: 30, sayPerSecond: 0.5 })
  assert.deepEqual([lifts, changed], [false, { sayBurst: 30, sayPerSecond: 0.5 }])
  assert.deepEqual(adjusted([]).limits, limits)
})

test('none lifts how fast and how many, not what one peer may cost; a number by name still holds', () => {
  const { limits: run, isLifted: lifts } = adjusted(['roomsMax=7', 'none'])
  assert.equal(lifts, true)
  assert.equal(run.roomsMax, 7)
  for (const name of [
    'sayPerSecond',
    'joinBurst',
    'connectionsMax',
    'greetingMax',
    'roomsPerMemberMax',
  ] as const)
    assert.ok(run[name] > 100_000, name)
  for (const name of ['sendqBytesMax', 'bodyBytesMax', 'stalledMs', 'helloBytesMax', 'backlogLines'] as const)
    assert.equal(run[name], limits[name], name)
  assert.ok(adjustable.filter(isLifted).length > 10)
})

const mistakes: readonly [text: string, says: RegExp][] = [
  ['sayPerSecnd=10', /no limit “sayPerSecnd”. Did you mean “sayPerSecond”/],
  ['xyzzy=1', /no limit “xyzzy”. There are: bodyBytesMax, /],
  ['hasOwnProperty=1', /no limit “hasOwnProperty”/],
  ['nickBytesMax=100', /the same for every server/],
  ['sayBurst=0', /sayBurst is a whole number from 1 to 1000000000/],
  ['sayBurst=1.5', /whole number/],
  ['sayPerSecond=0', /a number above 0/],
  ['sayPerSecond=1.2.3', /a number above 0/],
  ['sayBurst=9999999999', /whole number/],
  ['sayBurst', /NAME=NUMBER/],
  ['sayBurst=-1', /NAME=NUMBER/],
  ['None', /“none”/],
  ['', /NAME=NUMBER/],
  ['none,sayBurst=x', /NAME=NUMBER/],
]
for (const [text, says] of mistakes)
  test(`“${text}” as limits is answered with what was expected`, () => {
    const checked = checkChanges(text)
    assert.equal(checked.ok, false)
    assert.match(checked.ok ? '' : checked.text, says)
    assert.deepEqual(adjusted([text]).changed, {})
  })
