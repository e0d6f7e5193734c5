/** How each kind of server is spoken to: coming in, entering a room, saying something. */

/** Words for one member. `...Done` is what the answer holds when the step is over. */
export interface Tongue {
  hello(nick: string): string
  readonly helloDone: string
  /** Enters one room; null: the member is in none. The first room has number 0. */
  join(room: number | null): string
  joinDone(room: number | null): string
  /** `id` is new for each line; only who wants one uses it. */
  say(room: number, id: string, body: string): string
  /** Who comes in at a time. */
  readonly atOnce: number
  /** Whether whoever says something hears it, too. */
  readonly echoes: boolean
  /** What has to be answered while nothing else is said. */
  readonly asks: { readonly question: string; readonly answer: string } | null
}

const json = (message: object): string => `${JSON.stringify(message)}\n`
/** Everybody comes into the lobby, so that is room 0. */
const nativeRoom = (room: number) => (room === 0 ? '#lobby' : `#room${room}`)
const nativeMembers = (room: number) => `{"type":"members","room":"${nativeRoom(room)}"`

const native: Tongue = {
  hello: nick => json({ type: 'hello', v: 1, nick }),
  helloDone: nativeMembers(0),
  join(room) {
    if (room === 0) return ''
    const leave = json({ type: 'leave', room: nativeRoom(0) })
    return room === null ? leave : leave + json({ type: 'join', room: nativeRoom(room) })
  },
  joinDone: room => (room === null ? '"type":"left"' : nativeMembers(room)),
  say: (room, id, body) =>
    `{"type":"say","id":"${id}","room":"${nativeRoom(room)}","kind":"say","body":"${body}"}\n`,
  atOnce: 500,
  echoes: true,
  asks: { question: '{"type":"ping"}', answer: json({ type: 'pong' }) },
}

const bare: Tongue = {
  hello: () => '',
  helloDone: '',
  join: room => `#${room ?? 'nowhere'}\n`,
  joinDone: () => 'joined\n',
  say: (_room, _id, body) => `${body}\n`,
  atOnce: 500,
  echoes: true,
  asks: null,
}

const irc: Tongue = {
  hello: nick => `NICK ${nick}\r\nUSER ${nick} 0 * :${nick}\r\n`,
  // The end of the MOTD.
  helloDone: ' 376 ',
  join: room => (room === null ? '' : `JOIN #room${room}\r\n`),
  joinDone: room => (room === null ? '' : ` #room${room} :End of `),
  say: (room, _id, body) => `PRIVMSG #room${room} :${body}\r\n`,
  atOnce: 500,
  echoes: false,
  asks: { question: 'PING', answer: 'PONG :here\r\n' },
}

const redis: Tongue = {
  // The newer protocol: one connection both listens and speaks.
  hello: () => 'HELLO 3\r\n',
  helloDone: 'modules',
  join: room => (room === null ? '' : `SUBSCRIBE room${room}\r\n`),
  joinDone: room => (room === null ? '' : 'subscribe'),
  say: (room, _id, body) => `PUBLISH room${room} ${body}\r\n`,
  atOnce: 500,
  echoes: true,
  asks: null,
}

const nats: Tongue = {
  hello: () => 'CONNECT {"verbose":false,"pedantic":false}\r\nPING\r\n',
  helloDone: 'PONG\r\n',
  join: room => (room === null ? '' : `SUB room${room} 1\r\nPING\r\n`),
  joinDone: room => (room === null ? '' : 'PONG\r\n'),
  say: (room, _id, body) => `PUB room${room} ${body.length}\r\n${body}\r\n`,
  atOnce: 500,
  echoes: true,
  asks: { question: 'PING\r\n', answer: 'PONG\r\n' },
}

/** A short text in a frame of a client; its mask is zero, so that what is said can be read in it. */
const frame = (text: string): string => `\x81${String.fromCharCode(0x80 | text.length)}\0\0\0\0${text}`
const upgrade = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`

const websocket: Tongue = {
  hello: () => upgrade('/'),
  helloDone: 'Sec-WebSocket-Accept',
  join: room => frame(`#${room ?? 'nowhere'}`),
  joinDone: () => 'joined',
  say: (_room, _id, body) => frame(body),
  atOnce: 500,
  echoes: true,
  asks: null,
}

const socketio: Tongue = {
  hello: () => upgrade('/socket.io/?EIO=4&transport=websocket'),
  helloDone: '"sid"',
  join: room => frame(`40{"room":"#${room ?? 'nowhere'}"}`),
  joinDone: () => 'joined',
  say: (_room, _id, body) => frame(`42["say","${body}"]`),
  atOnce: 500,
  echoes: true,
  asks: null,
}

export const tongues = { native, bare, irc, redis, nats, websocket, socketio } as const
export type TongueName = keyof typeof tongues
