/** The rows of the one table of slash commands: each is parsed, completed, explained and documented by its row alone. */

/** What follows a command, word by word, for completion; the last kind goes on to the end of the line. */
export type ArgumentKind = 'newNick' | 'nick' | 'room' | 'text' | 'command' | 'onOff' | 'theme' | 'count'

export interface CommandRow {
  readonly name: string
  readonly aliases: readonly string[]
  /** Words that do the same without a slash, where every line is typed blindly (netcat, plain mode). */
  readonly bareWords: readonly string[]
  readonly usage: string
  readonly help: string
  readonly takes: readonly ArgumentKind[]
  /** Whether it means nothing without its first argument. */
  readonly needsArgument: boolean
  /** It changes only what one client shows or sends by itself; a dialect without a client has no use for it. */
  readonly clientOnly: boolean
}

const alone = { aliases: [], bareWords: [], takes: [], needsArgument: false, clientOnly: false } as const

export const commandRows = [
  {
    ...alone,
    name: 'nick',
    aliases: ['name'],
    usage: '/nick NAME',
    help: 'take another nick',
    takes: ['newNick'],
    needsArgument: true,
  },
  {
    ...alone,
    name: 'join',
    aliases: ['j'],
    usage: '/join #ROOM',
    help: 'go to a room, made where there is none; “#room text” speaks there',
    takes: ['room'],
    needsArgument: true,
  },
  {
    ...alone,
    name: 'leave',
    aliases: ['part', 'close'],
    usage: '/leave [#ROOM]',
    help: 'leave this room, or that one; a conversation is closed',
    takes: ['room'],
  },
  {
    ...alone,
    name: 'rooms',
    aliases: ['list'],
    usage: '/rooms',
    help: 'list the rooms of this server',
  },
  {
    ...alone,
    name: 'who',
    aliases: ['names', 'users'],
    bareWords: ['list users'],
    usage: '/who [#ROOM]',
    help: 'list who is here',
    takes: ['room'],
  },
  {
    ...alone,
    name: 'msg',
    aliases: ['whisper', 'w', 'query', 'dm'],
    usage: '/msg NICK [TEXT]',
    help: 'speak to one person alone, as “@nick text” does',
    takes: ['nick', 'text'],
    needsArgument: true,
  },
  {
    ...alone,
    name: 'reply',
    aliases: ['r'],
    usage: '/reply [TEXT]',
    help: 'answer whoever last wrote to you alone',
    takes: ['text'],
  },
  {
    ...alone,
    name: 'me',
    usage: '/me TEXT',
    help: 'say what you do: “* ann waves”',
    takes: ['text'],
    needsArgument: true,
  },
  {
    ...alone,
    name: 'topic',
    usage: '/topic [TEXT]',
    help: 'show what this room is about, or set it',
    takes: ['text'],
  },
  {
    ...alone,
    name: 'away',
    usage: '/away [REASON]',
    help: 'be shown as away',
    takes: ['text'],
  },
  {
    ...alone,
    name: 'back',
    aliases: ['here'],
    usage: '/back',
    help: 'be here again',
  },
  {
    ...alone,
    name: 'ignore',
    aliases: ['unignore'],
    usage: '/ignore [NICK]',
    help: 'hide what somebody says, or no longer; alone it lists them',
    takes: ['nick'],
  },
  {
    ...alone,
    name: 'history',
    usage: '/history [COUNT]',
    help: 'show older lines of this room',
    takes: ['count'],
  },
  {
    ...alone,
    name: 'search',
    aliases: ['find'],
    usage: '/search WORDS',
    help: 'find lines that hold all these words, in your rooms',
    takes: ['text'],
    needsArgument: true,
  },
  {
    ...alone,
    name: 'next',
    aliases: ['n'],
    usage: '/next',
    help: 'show the next room',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'previous',
    aliases: ['prev', 'p'],
    usage: '/previous',
    help: 'show the room before',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'unread',
    usage: '/unread',
    help: 'show the next room with something new, mentions first',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'go',
    aliases: ['switch'],
    usage: '/go NAME',
    help: 'show a room you are in, by a part of its name or its number',
    takes: ['room'],
    needsArgument: true,
    clientOnly: true,
  },
  {
    ...alone,
    name: 'resend',
    usage: '/resend',
    help: 'send lines of yours that waited too long to be sent by themselves',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'discard',
    usage: '/discard',
    help: 'drop those lines',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'clear',
    usage: '/clear',
    help: 'empty your view of this room; nobody else’s',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'typing',
    usage: '/typing [on|off]',
    help: 'whether others see that you type',
    takes: ['onOff'],
    clientOnly: true,
  },
  {
    ...alone,
    name: 'receipts',
    usage: '/receipts [on|off]',
    help: 'whether those who write to you alone see that you have read it',
    takes: ['onOff'],
    clientOnly: true,
  },
  {
    ...alone,
    name: 'theme',
    usage: '/theme [NAME]',
    help: 'other colours: neutral, dark, light, contrast; alone it names them',
    takes: ['theme'],
    clientOnly: true,
  },
  {
    ...alone,
    name: 'mouse',
    usage: '/mouse [on|off]',
    help: 'whether the mouse scrolls and chooses, or is the terminal’s own',
    takes: ['onOff'],
    clientOnly: true,
  },
  {
    ...alone,
    name: 'copy',
    usage: '/copy [COUNT]',
    help: 'hand the last line, or so many, to the clipboard of your terminal',
    takes: ['count'],
    clientOnly: true,
  },
  {
    ...alone,
    name: 'servers',
    aliases: ['list-servers'],
    usage: '/servers',
    help: 'leave this server, back to the list of servers',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'info',
    aliases: ['status'],
    usage: '/info',
    help: 'which server this is and how the connection does',
  },
  {
    ...alone,
    name: 'help',
    aliases: ['h', '?'],
    usage: '/help [COMMAND]',
    help: 'list the commands, or explain one',
    takes: ['command'],
  },
  {
    ...alone,
    name: 'quit',
    aliases: ['exit', 'q', 'bye'],
    bareWords: ['quit', 'exit'],
    usage: '/quit',
    help: 'leave',
  },
] as const satisfies readonly CommandRow[]
