/** The line in an editor of the user’s own: a private file, the terminal lent, and what was written read back. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bounds } from './bounds.ts'

/** What was written; or a sentence about what went wrong, the line being as it was. */
export interface Composed {
  readonly ok: boolean
  readonly text: string
}

/** What the user calls their editor: a command, perhaps with arguments. */
const editorOf = (env: NodeJS.ProcessEnv): string =>
  env.VISUAL?.trim() || env.EDITOR?.trim() || (process.platform === 'win32' ? 'notepad' : 'vi')

/**
 * Lets the user write `text` on. The file is for their eyes only and gone afterwards, also when we end meanwhile.
 * @param lend gives the terminal away; what it answers takes the terminal back
 */
export async function composeIn(
  text: string,
  lend: () => () => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Composed> {
  const editor = editorOf(env)
  let folder: string
  try {
    folder = mkdtempSync(join(tmpdir(), 'earshot-'))
  } catch (error) {
    return { ok: false, text: `No file for the editor could be made: ${reasonOf(error)}` }
  }
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  try {
    const file = join(folder, 'line.txt')
    writeFileSync(file, text === '' ? '' : `${text}\n`, { mode: 0o600, flag: 'wx' })
    const takeBack = lend()
    const trouble = await run(editor, file).finally(takeBack)
    if (trouble !== null) return { ok: false, text: `${trouble} The line is as it was.` }
    if (statSync(file).size > bounds.composedBytesMax)
      return {
        ok: false,
        text: 'The editor left more than 1 MiB, which is no line of chat. The line is as it was.',
      }
    return { ok: true, text: readFileSync(file, 'utf8') }
  } catch (error) {
    return { ok: false, text: `What the editor left could not be read: ${reasonOf(error)}` }
  } finally {
    process.off('exit', remove)
    remove()
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Runs the editor in our terminal; null where it ended well, else a sentence. */
function run(editor: string, file: string): Promise<string | null> {
  return new Promise(resolve => {
    // By a shell, because $EDITOR may hold arguments (“code --wait”); the file’s name is never part of what it reads.
    const child =
      process.platform === 'win32'
        ? spawn(editor, [file], { stdio: 'inherit', shell: true })
        : spawn('/bin/sh', ['-c', `${editor} "$@"`, 'earshot', file], { stdio: 'inherit' })
    // ^C and ^\ in the editor are the editor’s; the signals reach every process of the terminal.
    const ignored = () => {}
    const quieted = (['SIGINT', 'SIGQUIT'] as const).map(signal => {
      const listeners = process.listeners(signal)
      process.removeAllListeners(signal)
      process.on(signal, ignored)
      return () => {
        process.off(signal, ignored)
        for (const listener of listeners) process.on(signal, listener)
      }
    })
    const end = () => child.kill()
    process.once('exit', end)
    const done = (trouble: string | null) => {
      process.off('exit', end)
      for (const restore of quieted) restore()
      resolve(trouble)
    }
    child.once('error', error =>
      done(`“${editor}” could not be started: ${error.message}. Set $VISUAL or $EDITOR.`),
    )
    child.once('exit', (code, signal) => {
      if (code === 0) done(null)
      else if (code === 127) done(`There is no editor “${editor}”. Set $VISUAL or $EDITOR to one you have.`)
      else done(`“${editor}” ended with ${signal ?? `code ${code}`}.`)
    })
  })
}
