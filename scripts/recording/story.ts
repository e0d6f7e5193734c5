/** What is recorded: ann looks for servers, joins one, talks in two rooms and to one person alone, and scrolls back. */
import { animation, firstDifference, type Held, Stale } from './held.ts'
import { createStage, literally, type Person, type Stage, Unseen } from './people.ts'
import { type Still, stillText } from './still.ts'
import { type Frame, frameOf } from './svg.ts'

export interface Recording {
  readonly frames: readonly Frame[]
  /** The frame that is shown where nothing moves. */
  readonly poster: number
  /** By the name of the file, as text. */
  readonly screens: Readonly<Record<string, Still>>
}

const columns = 100
const rows = 26

/** What was said before ann came: when, by whom. */
const past: readonly (readonly [at: string, nick: 'bob' | 'mia', line: string])[] = [
  ['2026-05-11T14:02Z', 'bob', 'The new switch is in. Who lost the network for a minute: that was me.'],
  ['2026-05-11T14:03Z', 'mia', 'I saw “Connected again” and nothing else. Not a line was lost.'],
  ['2026-05-11T14:05Z', 'bob', 'That is what I wanted to hear.'],
  ['2026-05-11T14:31Z', 'mia', 'Does anyone have the password of the door display?'],
  ['2026-05-11T14:33Z', 'bob', 'On the yellow note below the display. I know. I know.'],
  ['2026-05-11T15:10Z', 'mia', '/me fixes the yellow note'],
  ['2026-05-11T15:48Z', 'bob', 'The scanner writes to /srv/scans again, as it did before the move.'],
  ['2026-05-11T16:20Z', 'mia', 'Cake in the kitchen until there is none.'],
  ['2026-05-11T16:24Z', 'bob', 'There is none.'],
  ['2026-05-12T08:05Z', 'mia', 'Good morning! The coffee machine wants to be descaled.'],
  ['2026-05-12T08:07Z', 'bob', 'So do I.'],
  ['2026-05-12T08:30Z', 'mia', 'Backups of the night: all done, 41 GB, nothing odd.'],
  ['2026-05-12T08:52Z', 'bob', 'The uplink is down until noon, they dig in the street. In here all works.'],
  ['2026-05-12T08:53Z', 'mia', 'Then it will be a quiet morning.'],
  ['2026-05-12T09:10Z', 'bob', 'Printer 2 has paper again.'],
]

const dev: readonly (readonly [nick: 'bob' | 'mia', line: string])[] = [
  ['mia', '#dev The pump’s new driver is on the test bench. It survived the night.'],
  ['bob', '#dev 14,000 cycles and no retry. Ship it?'],
]

async function joins(person: Person, nick: string): Promise<void> {
  person.type(`earshot join 10.0.0.5 --no-scan --nick ${nick}\r`)
  await person.sees(/You are \w+/)
}

interface Cast {
  readonly ann: Person
  readonly bob: Person
  readonly mia: Person
}

/** The network with its three servers, and a day and a half of talk on one of them. */
async function prepare(stage: Stage): Promise<Cast> {
  stage.at('2026-05-11T14:00Z')
  const den = await stage.host('den', '10.0.0.5')
  const attic = await stage.host('attic', '10.0.0.3')
  const kitchen = await stage.host('kitchen', '10.0.0.9')
  const desk = await stage.host('desk', '10.0.0.21')
  const laptop = await stage.host('laptop', '10.0.0.34')
  await Promise.all([
    stage.serves(den, ['--name', 'den', '--motd', 'Be kind. Lunch is at half past twelve.']),
    stage.serves(attic, ['--name', 'attic']),
    stage.serves(kitchen, ['--name', 'kitchen-pi']),
  ])
  const [bob, mia, before] = await Promise.all([
    stage.sits(desk, 'bob', 80, 24),
    stage.sits(desk, 'mia', 80, 24),
    stage.sits(laptop, 'ann', 80, 24),
  ])
  for (const [person, nick] of [
    [bob, 'bob'],
    [mia, 'mia'],
    [before, 'ann'],
  ] as const)
    await joins(person, nick)
  bob.type('/topic Printers, cake and everything else\r')
  await mia.sees(/bob set the topic/)
  // She has been here before: what is explained to newcomers is not explained again.
  await before.leaves()
  for (const [at, nick, line] of past) {
    stage.at(at)
    await (nick === 'bob' ? bob : mia).says(line)
  }
  for (const person of [mia, bob]) {
    person.type('/join #dev\r')
    await person.sees(/▌#dev/)
  }
  for (const [nick, line] of dev) await (nick === 'bob' ? bob : mia).says(line)
  for (const person of [mia, bob]) {
    person.type('/go #lobby\r')
    await person.sees(/▌#lobby/)
  }
  return { ann: await stage.sits(laptop, 'ann', columns, rows), bob, mia }
}

/** Keys as a terminal sends them. */
const keys = {
  enter: '\r',
  home: '\x1b[H',
  down: '\x1b[B',
  escape: '\x1b',
  help: '\x1bOP',
  nextUnread: '\x0f',
} as const

const listOfThree = /3 found[\s\S]*attic .*\dms[\s\S]*den .*\dms[\s\S]*kitchen-pi .*\dms/

/** What ann’s screen shows, taken down as it comes; or, held to the pictures there are, waited for until it is the same. */
function createAlbum(ann: Person, held: Held | null) {
  const frames: Frame[] = []
  const screens: Record<string, Still> = {}
  const look = async (
    wanted: RegExp,
    name: string,
    known: string,
    shown: (still: Still) => string,
  ): Promise<Still> => {
    if (held === null) return ann.sees(wanted)
    try {
      return await ann.sees(wanted, still => shown(still) === known)
    } catch (problem) {
      if (!(problem instanceof Unseen)) throw problem
      throw new Stale(`${name}, ${firstDifference(known, shown(problem.last))}`)
    }
  }
  const shot = async (wanted: RegExp, holdMs: number): Promise<void> => {
    const index = frames.length
    const name = `${animation}, frame ${index}`
    frames.push({ still: await look(wanted, name, held?.frames[index] ?? '', frameOf), holdMs })
  }
  return {
    frames,
    screens,
    shot,
    /** Typed in pieces, as a hand does; the screen is taken after each. */
    async types(text: string, pieceMs = 120): Promise<void> {
      let typed = ''
      for (const piece of text.match(/.{1,3}/gu) ?? []) {
        ann.type(piece)
        typed += piece
        await shot(new RegExp(`[>$] ${literally(typed.trimEnd())}$`, 'm'), pieceMs)
      }
    },
    /** The same screen at another size, as text. */
    async atSize(name: string, width: number, height: number, wanted: RegExp): Promise<void> {
      ann.resize(width, height)
      screens[name] = await look(wanted, name, held?.screen(name) ?? '', still => `${stillText(still)}\n`)
    },
  }
}

/**
 * Plays the session.
 * @param held the pictures it must come out as; null to take it as it comes
 * @throws {Stale} where it comes out otherwise
 */
export async function record(held: Held | null): Promise<Recording> {
  const stage = createStage()
  try {
    const { ann, bob, mia } = await prepare(stage)
    stage.at('2026-05-12T09:41Z')
    const { frames, screens, shot, types, atSize } = createAlbum(ann, held)

    await shot(/^\$$/m, 800)
    await types('earshot', 160)
    ann.type(keys.enter)
    // The mark stays with whichever answered first; nobody can say which that will be.
    await ann.sees(listOfThree)
    ann.type(keys.home)
    await shot(/▌ attic/, 2400)
    ann.type(keys.down)
    await shot(/▌ den/, 1200)
    await atSize('picker.txt', 80, 10, /▌ den[\s\S]*q quit$/)
    ann.resize(columns, rows)
    await ann.sees(/listening on[\s\S]*\n{10}/)
    ann.type(keys.enter)
    await shot(/Since you left .*15 lines[\s\S]*\d ms.*09:41/, 3400)

    await types('hello bob, is printer 2 free?')
    ann.type(keys.enter)
    await shot(/is printer 2 free\?.*✓/, 1000)
    bob.type('ann: all yours, m')
    await shot(/bob types/, 900)
    bob.type('ine is done\r')
    await shot(/ann: all yours, mine is done/, 2000)

    await types('/join #dev')
    ann.type(keys.enter)
    await shot(/▌#dev[\s\S]*Ship it[\s\S]*\d ms/, 1800)
    await types('Ship it.')
    ann.type(keys.enter)
    await shot(/Ship it\..*✓/, 1000)
    stage.at('2026-05-12T09:42Z')
    await bob.says('Printer 2 says: toner low. It always says that.')
    mia.type(`@ann lunch at the river?${keys.enter}`)
    await shot(/#lobby +1[\s\S]*@mia +!1[\s\S]*09:42/, 2000)

    ann.type(keys.nextUnread)
    await shot(/lunch at the river/, 1500)
    await types('gladly, half past twelve')
    ann.type(keys.enter)
    await shot(/gladly, half past twelve.*✓/, 1600)
    ann.type(keys.nextUnread)
    await shot(/new[\s\S]*toner low/, 2200)
    const poster = frames.length - 1
    await atSize('chat-120x40.txt', 120, 40, /Here 3[\s\S]*toner low/)
    await atSize('chat-80x24.txt', 80, 24, /toner low/)
    await atSize('chat-40x12.txt', 40, 12, /toner low/)
    ann.resize(columns, rows)
    await ann.sees(/Here 3[\s\S]*toner low/)

    await types('/search printer')
    ann.type(keys.enter)
    await shot(/Which one\?[\s\S]*▌09:42[\s\S]*Enter go to it/, 2000)
    for (const at of [/▌09:41/, /▌09:10/]) {
      ann.type(keys.down)
      await shot(at, 500)
    }
    ann.type(keys.enter)
    await shot(/> Printer 2 has paper again[\s\S]*▌find: printer/, 2400)
    ann.type(keys.escape)
    await ann.sees(/\n▌>/)
    ann.type(keys.help)
    await shot(/Esc closes[\s\S]*type to narrow/, 3600)
    return { frames, poster, screens }
  } finally {
    await stage.close()
  }
}
