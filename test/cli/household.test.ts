import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createHousehold } from '../../src/cli/household.ts'

function ownFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-household-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('all that one user runs comes with the same, and with another one to each server', t => {
  const folder = join(ownFolder(t), 'new')
  const [one, other] = [createHousehold(folder), createHousehold(folder)]
  assert.equal(one('pin1'), other('pin1'))
  assert.notEqual(one('pin1'), one('pin2'))
  assert.match(one('pin1'), /^[\w-]{43}$/)
  assert.deepEqual(readdirSync(folder), ['household.json'])
  assert.equal(statSync(join(folder, 'household.json')).mode & 0o777, 0o600)
  assert.ok(!readFileSync(join(folder, 'household.json'), 'utf8').includes(one('pin1')))
  assert.notEqual(createHousehold(ownFolder(t))('pin1'), one('pin1'))
})

test('what is damaged is made anew, and where nothing can be kept it holds for the run', t => {
  const folder = ownFolder(t)
  writeFileSync(join(folder, 'household.json'), '{"secret":7}')
  assert.equal(createHousehold(folder)('pin1'), createHousehold(folder)('pin1'))
  const nowhere = join(folder, 'household.json', 'below')
  const household = createHousehold(nowhere)
  assert.equal(household('pin1'), household('pin1'))
})
