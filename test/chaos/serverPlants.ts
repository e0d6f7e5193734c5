/** Mistakes for the real server’s process: built in place of two of its modules, and only where a plant is asked for. */
import { nanoid } from 'nanoid'
import { createHub as realHub } from '../../src/chat/hub.ts'
import type { Kept, Line, Store } from '../../src/chat/types.ts'
import { keptHistory as realHistory } from '../../src/server/history.ts'
import { plants as worldly } from '../sim/planted.ts'
import { createRandom } from '../sim/random.ts'

export { memoryHistory } from '../../src/server/history.ts'

const planted = process.env.EARSHOT_PLANT ?? ''
const random = createRandom(Number(process.env.EARSHOT_SEED ?? '1'))

export const createHub: typeof realHub = (means, past) => {
  const hub = realHub(means, past)
  return worldly.get(planted)?.hub?.(hub, random) ?? hub
}

export const keptHistory: typeof realHistory = async folder => {
  const opened = await realHistory(folder)
  const change = storePlants[planted]
  if (!opened.ok || !change) return opened
  const { history } = opened
  const heads = new Map(history.past.rooms.map(({ room, seq }) => [room, seq]))
  return { ...opened, history: { ...history, store: change(history.store, heads) } }
}

/** Repeats are told apart by what follows this letter, which no id has. */
const again = '~'
const plain = (line: Line): Line => ({ ...line, id: line.id.split(again)[0] ?? '' })

/** A store that keeps a line under another id than the one it was said with. */
function renaming(store: Store, nameOf: (author: string, id: string) => string): Store {
  const plainly = async (lines: Promise<readonly Line[]>) => (await lines).map(plain)
  return {
    ...store,
    append: async (draft, at) => {
      const kept: Kept = await store.append({ ...draft, id: nameOf(draft.author, draft.id) }, at)
      return { ...kept, line: plain(kept.line) }
    },
    follow: onLine => store.follow(line => onLine(plain(line))),
    page: (...asked) => plainly(store.page(...asked)),
    last: (...asked) => plainly(store.last(...asked)),
  }
}

const storePlants: Readonly<Record<string, (store: Store, heads: Map<string, number>) => Store>> = {
  'no dedupe': store => renaming(store, (_, id) => `${id}${again}${nanoid(6)}`),
  'dedupe in memory only': store => {
    const names = new Map<string, string>()
    return renaming(store, (author, id) => {
      const key = `${author} ${id}`
      const name = names.get(key) ?? `${id}${again}${nanoid(6)}`
      names.set(key, name)
      return name
    })
  },
  'acknowledged before it is written': (store, heads) => {
    const followers = new Set<(line: Line) => void>()
    const known = new Map<string, Line>()
    return {
      ...store,
      append: async (draft, at) => {
        const key = `${draft.author} ${draft.id}`
        const earlier = known.get(key)
        if (earlier) return { line: earlier, again: true }
        const seq = (heads.get(draft.room) ?? 0) + 1
        const line: Line = { ...draft, seq, at }
        heads.set(draft.room, seq)
        known.set(key, line)
        setTimeout(() => Promise.resolve(store.append(draft, at)).catch(() => {}), 10)
        for (const follower of followers) follower(line)
        return { line, again: false }
      },
      follow: onLine => {
        followers.add(onLine)
        return () => void followers.delete(onLine)
      },
    }
  },
  'one line in a hundred is acknowledged and dropped': (store, heads) => {
    store.follow(({ room, seq }) => void heads.set(room, seq))
    return {
      ...store,
      append: async (draft, at) => {
        if (!random.chance(0.01)) return await store.append(draft, at)
        return { line: { ...draft, at, seq: (heads.get(draft.room) ?? 0) + 1 }, again: true }
      },
    }
  },
}
