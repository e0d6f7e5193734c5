/** A server’s folder with a history in it, as an earlier run would have left it. */
import { draft, openAt } from '../store/places.ts'

/** Lines 1 to `count` of the lobby, said one a minute up to `lastAtMs`. @returns the epoch they are counted in */
export async function fillLobby(folder: string, count: number, lastAtMs: number): Promise<string> {
  const store = await openAt(folder)
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  await Promise.all(
    numbers.map(number => store.append(draft(`id-${number}`), lastAtMs - (count - number) * 60_000)),
  )
  await store.close()
  return store.epoch()
}

/** What is kept there, in the order it was. No server runs on it. */
export async function bodiesIn(folder: string): Promise<string[]> {
  const store = await openAt(folder)
  const bodies: string[] = []
  for await (const { body } of store.export()) bodies.push(body)
  await store.close()
  return bodies
}
