import assert from 'node:assert/strict'
import test from 'node:test'
import { createComings, type PeerChange } from '../../src/server/comings.ts'

/** What is told when these sessions go by these nicks, one after the other. */
function told(...notes: readonly (readonly [id: string, nick: string | null])[]): string[] {
  const changes: string[] = []
  const comings = createComings((change: PeerChange) =>
    changes.push(`${'was' in change ? `${change.was} ` : ''}${change.did} ${change.nick}`),
  )
  for (const [id, nick] of notes) comings.note(id, nick)
  return changes
}

test('who comes, goes and takes another nick is told once', () => {
  assert.deepEqual(
    told(
      ...([
        ['s1', null],
        ['s1', 'ada'],
        ['s1', 'ada'],
        ['s2', 'bob'],
        ['s1', 'eve'],
        ['s1', null],
        ['s1', null],
        ['s2', null],
      ] as const),
    ),
    ['joined ada', 'joined bob', 'ada renamed eve', 'left eve', 'left bob'],
  )
})

test('who comes back on another connection has not left meanwhile', () => {
  assert.deepEqual(told(['s1', 'ada'], ['s2', 'ada'], ['s1', null], ['s2', null]), ['joined ada', 'left ada'])
})

test('a nick that was given up is somebody else’s to come with', () => {
  assert.deepEqual(told(['s1', 'ada'], ['s1', 'eve'], ['s2', 'ada'], ['s1', null], ['s2', null]), [
    'joined ada',
    'ada renamed eve',
    'joined ada',
    'left eve',
    'left ada',
  ])
})
