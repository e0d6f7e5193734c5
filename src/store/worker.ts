/** The thread that keeps the history, so that a slow disk never stops the server’s: one question after the other. */
import { parentPort } from 'node:worker_threads'
import type { Asks, Opened, Question, Reply } from './asks.ts'
import { type Chores, createChores } from './chores.ts'
import { loadDriver } from './driver.ts'
import { type History, openHistory } from './history.ts'
import { startText, type TroubleName, troubleOf } from './troubles.ts'

/** Loaded while nothing is asked yet. */
const usualDriver = loadDriver()

let history: History | undefined
let chores: Chores | undefined

const tables = () => {
  if (!history) throw new Error('the history was asked before it was opened, or after it was closed')
  return history.tables
}

const answers: {
  [K in keyof Asks]: (ask: Asks[K]['ask']) => Asks[K]['answer'] | Promise<Asks[K]['answer']>
} = {
  open,
  change: changes => tables().change(changes),
  probe() {
    tables().probe()
    return null
  },
  find: ({ author, id }) => tables().find(author, id),
  last: ({ room, count }) => tables().last(room, count),
  after: ({ room, seq, limit }) => tables().after(room, seq, limit),
  before: ({ room, seq, limit }) => tables().before(room, seq, limit),
  search: searched => tables().search(searched),
  rooms: () => tables().rooms(),
  device: id => tables().device(id),
  devices: () => tables().devices(),
  pastRuns: () => tables().pastRuns(),
  newestPlace: () => tables().newestPlace(),
  from: ({ place, upTo }) => tables().from(place, upTo),
  retain: retention => tables().retain(retention),
  tidy: begins => tables().tidy(begins),
  wipe(epoch) {
    tables().wipe(epoch)
    return null
  },
  close() {
    chores?.end()
    chores = undefined
    history?.close()
    history = undefined
    return null
  },
}

async function open({ driver: wanted, ...opening }: Asks['open']['ask']): Promise<Opened> {
  const driver = await (wanted === null ? usualDriver : loadDriver(wanted))
  if (!driver) return { ok: false, text: missing }
  try {
    const opened = openHistory(driver, opening)
    if (!opened.ok) return opened
    history = opened.history
    chores = createChores(tables(), trouble)
    const { run } = history
    return { ok: true, driver: driver.name, epoch: tables().epoch(), run, notice: opened.notice }
  } catch (error) {
    const found = troubleOf(error)
    if (found === null) throw error
    return {
      ok: false,
      trouble: found,
      text: `The history in ${opening.folder} cannot be opened. ${startText(found)}`,
    }
  }
}

const missing = `This Node (${process.version}) has no SQLite to keep a history with. Use Node 22.13 or later, or install the optional package: npm install libsql`

async function reply(question: Question): Promise<Reply> {
  try {
    // The table pairs each question with its answer; the compiler cannot see the pairing through an index.
    const answer = answers[question.what] as (
      ask: Question['ask'],
    ) => Asks[keyof Asks]['answer'] | Promise<Asks[keyof Asks]['answer']>
    return { number: question.number, ok: true, answer: await answer(question.ask) }
  } catch (error) {
    return { number: question.number, ok: false, trouble: trouble(error) }
  }
}

/** The disk’s fault, by its name; throws what is ours. */
function trouble(error: unknown): TroubleName {
  const found = troubleOf(error) ?? (history?.isDamage(error) ? 'damaged' : null)
  if (found === null) throw error
  if (found === 'damaged') history?.suspect()
  return found
}

/** One question at a time, also where the first one has to wait for a package to load. */
let before: Promise<unknown> = Promise.resolve()
parentPort?.on('message', (question: Question) => {
  before = before.then(async () => {
    parentPort?.postMessage(await reply(question))
    chores?.answered(question.what === 'change')
  })
})
