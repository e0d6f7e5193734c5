/** `earshot admin`: keeps order on a running server of this user’s, over the socket of its folder. */
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { cleanLine, cleanText } from '../base/clean.ts'
import { nearest } from '../base/nearest.ts'
import { checkRoom } from '../base/rooms.ts'
import { readOrderCommand } from '../chat/orderWords.ts'
import { type Act, actNames } from '../chat/roles.ts'
import { type Answer, type Question, questions } from '../server/admin.ts'
import { bounds } from './bounds.ts'
import { exitOnBug } from './bug.ts'
import type { Read } from './commands.ts'
import { deedText } from './deedText.ts'
import type { Given } from './main.ts'
import { auditFile, olderFile } from './orderFiles.ts'
import { newPassword } from './password.ts'
import { complain } from './saying.ts'
import { folderList } from './served.ts'
import { ownFolders, runningName } from './serverHome.ts'
import { onSignal } from './signals.ts'
import { callSocket } from './socketLock.ts'

const actions: readonly string[] = [...actNames, ...questions, 'log']

export async function run({ words, options }: Given): Promise<number> {
  exitOnBug()
  onSignal(code => process.exit(code))
  const [action = '', ...rest] = words
  const asJson = options.json === true
  if (rest[0]?.trim() === '') {
    complain(`the first word behind “${cleanLine(action, 24)}” is empty. Check the variable it comes from.`)
    return 2
  }
  if (action === 'log') return printLog(options.data, asJson)
  // One that is typed here could be read by everybody on this machine, and in the shell’s history.
  const password = action === 'lock' ? newPassword() : null
  const line = password === null ? questionLine(action, rest.join(' ')) : lockLine(rest.join(' '), password)
  if (!line.ok) {
    complain(line.text)
    return 2
  }
  const called = await call(options.data, line.value)
  if (!called.ok) {
    complain(called.text)
    return 1
  }
  const { ok, lines: said, ...more } = called.value
  const isLocked = ok && password !== null
  const lines = isLocked ? [...said, `Its password: /join ${rest.join(' ')} ${password}`] : said
  if (asJson)
    process.stdout.write(`${JSON.stringify({ ok, lines, ...(isLocked ? { password } : {}), ...more })}\n`)
  else if (ok) for (const one of lines) process.stdout.write(`${cleanText(one)}\n`)
  else for (const one of lines) complain(cleanText(one))
  if (!asJson && more.unkept !== undefined) complain(cleanText(more.unkept))
  return ok ? 0 : 1
}

/** What is asked, as the server reads it. */
function questionLine(action: string, argument: string): Read<string> {
  const question = questions.find(one => one === action)
  if (question !== undefined) {
    const asked: { readonly ask: Question } = { ask: question }
    return argument === ''
      ? { ok: true, value: JSON.stringify(asked) }
      : { ok: false, text: `“${action}” takes no words behind it.` }
  }
  const act: Act | undefined = actNames.find(one => one === action)
  if (act === undefined) {
    const near = nearest(action, actions)
    const cure = near === null ? `There are: ${actions.join(', ')}.` : `Did you mean “${near}”?`
    const what = action === '' ? 'Do what?' : `There is no action “${cleanLine(action, 24)}”.`
    return { ok: false, text: `${what} ${cure}` }
  }
  const read = readOrderCommand(act, argument)
  return read.ok
    ? { ok: true, value: JSON.stringify(read.said) }
    : { ok: false, text: read.text.replace(/(^|\s)\/(?=[a-z])/g, '$1earshot admin ') }
}

function lockLine(room: string, password: string): Read<string> {
  if (/\s/.test(room))
    return { ok: false, text: `“lock” takes a room and no password: it makes one that nobody guesses.` }
  const checked = checkRoom(room)
  if (!checked.ok) return checked
  return questionLine('lock', `${checked.room} ${password}`)
}

/** Asks the server that runs on the folder asked for, or the only one of this user’s that runs. */
async function call(data: unknown, line: string): Promise<Read<Answer>> {
  const asked = typeof data === 'string' ? resolve(data) : null
  const running: { folder: string; socket: Awaited<ReturnType<typeof callSocket>> & object }[] = []
  try {
    for (const folder of asked === null ? ownFolders() : [asked]) {
      const socket = await callSocket(folder, runningName)
      if (socket) running.push({ folder, socket })
    }
  } catch (error) {
    return { ok: false, text: `${error instanceof Error ? error.message : String(error)}.` }
  }
  const [only, ...others] = running
  if (only === undefined)
    return {
      ok: false,
      text: `no server runs ${asked === null ? 'by this user here' : `on the folder ${asked}`}. Start one with “earshot serve”; if it was given --data, give the same here.`,
    }
  if (others.length > 0) {
    for (const { socket } of running) socket.destroy()
    const folders = folderList(running.map(({ folder }) => folder))
    return {
      ok: false,
      text: ['several servers of this user run. Say which one with --data:', ...folders].join('\n'),
    }
  }
  const { socket } = only
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', chunk => {
    text += chunk
  })
  socket.setTimeout(bounds.adminAnswerMs, () => socket.destroy())
  // Only asked for here: once() would take an error for its own.
  socket.on('error', () => {})
  socket.write(`${line}\n`)
  await new Promise<void>(done => socket.once('close', () => done()))
  const answer = answerIn(text)
  return answer
    ? { ok: true, value: answer }
    : { ok: false, text: 'the server did not answer. It may be another version of Earshot, or stopping.' }
}

function answerIn(text: string): Answer | null {
  try {
    const held: unknown = JSON.parse(text)
    const isAnswer =
      typeof held === 'object' &&
      held !== null &&
      'ok' in held &&
      'lines' in held &&
      Array.isArray(held.lines) &&
      held.lines.every(line => typeof line === 'string')
    // Our own server said it, over a socket that nobody else may open.
    return isAnswer ? (held as unknown as Answer) : null
  } catch {
    return null
  }
}

/** Who did what to whom, the oldest first; no server needs to run. */
async function printLog(data: unknown, asJson: boolean): Promise<number> {
  const folders = typeof data === 'string' ? [resolve(data)] : ownFolders()
  let count = 0
  for (const folder of folders)
    for (const file of [olderFile(auditFile), auditFile]) {
      const stream = createReadStream(join(folder, file))
      try {
        await once(stream, 'open')
      } catch {
        continue
      }
      for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
        const words = asJson ? line : deedLine(line)
        if (words === '') continue
        count += 1
        process.stdout.write(`${words}\n`)
      }
    }
  if (count === 0)
    complain('nothing was done to keep order on a server of this user here, as far as is kept.')
  return count === 0 ? 1 : 0
}

/** One line of the log for people; '' for what is none. */
export function deedLine(line: string): string {
  try {
    const { at, ...deed } = JSON.parse(line)
    return `${typeof at === 'string' ? `${cleanLine(at)} ` : ''}${deedText(deed)}`
  } catch {
    return ''
  }
}
