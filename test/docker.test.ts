/** The files for Docker, without Docker: what they copy, build and run is copied, built and run here. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { createLab, labAvailable } from './network/lab.ts'

const top = fileURLToPath(new URL('..', import.meta.url))
const folder = join(top, 'scripts', 'docker')
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')

type Instruction = { word: string; rest: string }
type Stage = { name: string; from: string; instructions: Instruction[] }

function stages(): Stage[] {
  const list: Stage[] = []
  const text = read('Dockerfile')
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
  for (const [, word = '', rest = ''] of text.matchAll(/^([A-Z]+) +(.+)$/gm)) {
    const named = /^(\S+)(?: AS (\S+))?$/.exec(rest)
    if (word === 'FROM') list.push({ name: named?.[2] ?? 'final', from: named?.[1] ?? '', instructions: [] })
    else list.at(-1)?.instructions.push({ word, rest })
  }
  return list
}

const stage = (name: string): Stage => {
  const found = stages().find(one => one.name === name)
  assert.ok(found, name)
  return found
}
const all = (one: Stage, word: string): string[] =>
  one.instructions.filter(instruction => instruction.word === word).map(({ rest }) => rest)

/** The one instruction of that kind in what is shipped. */
function final(word: string): string {
  const [rest, ...others] = all(stage('final'), word)
  assert.ok(rest !== undefined && others.length === 0, word)
  return rest
}
const words = (rest: string): string[] => JSON.parse(rest.slice(rest.indexOf('[')))
const environment = (): Record<string, string> =>
  Object.fromEntries(
    final('ENV')
      .split(' ')
      .map(pair => pair.split('=') as [string, string]),
  )

interface Service {
  image: string
  build?: { context: string; dockerfile: string }
  command: string[]
  networks?: string[]
  network_mode?: string
  ports?: string[]
  volumes?: string[]
  tty?: boolean
  stdin_open?: boolean
  profiles?: string[]
  pull_policy: string
  healthcheck?: { disable?: boolean }
}

const compose = (): { services: Record<string, Service>; networks: object; volumes: object } =>
  parse(read('compose.yaml'), { merge: true })

const service = (name: string): Service => {
  const found = compose().services[name]
  assert.ok(found, name)
  return found
}

test('the image runs as nobody special, ends on SIGTERM, and keeps its data where the volume is', () => {
  assert.equal(final('USER'), 'node')
  assert.equal(final('STOPSIGNAL'), 'SIGTERM')
  assert.equal(final('VOLUME'), environment().XDG_DATA_HOME)
  assert.deepEqual(words(final('ENTRYPOINT')), ['earshot'])
  assert.deepEqual(words(final('CMD')), ['serve'])
  assert.match(
    all(stage('final'), 'RUN').join('\n'),
    /ln -s \/earshot\/dist\/earshot\.js .*mkdir \/data && chown node:node \/data/,
  )
  for (const { from } of stages()) assert.match(from, /^node:24-/)
})

test('what the build copies is in the checkout and not kept from it', () => {
  const allowed = read('Dockerfile.dockerignore')
    .split('\n')
    .filter(line => line.startsWith('!'))
    .map(line => line.slice(1))
  const copied = stages()
    .flatMap(one => all(one, 'COPY'))
    .filter(rest => !rest.startsWith('--from'))
  const sources = copied.flatMap(rest => rest.split(' ').slice(0, -1))
  for (const source of sources) assert.ok(existsSync(join(top, source)), source)
  assert.deepEqual([...new Set(sources)].sort(), allowed.sort())
})

test('compose: people at terminals beside a server, and a profile on the network of the machine', () => {
  const { services, networks, volumes } = compose()
  assert.deepEqual(Object.keys(services), ['server', 'alice', 'bob', 'mimi', 'lan', 'lan-client'])
  for (const [name, one] of Object.entries(services)) {
    if (one.build) {
      assert.equal(one.pull_policy, 'build')
      assert.equal(resolve(folder, one.build.context), resolve(top))
      assert.ok(existsSync(join(folder, one.build.context, one.build.dockerfile)))
      for (const volume of one.volumes ?? []) {
        const [held = '', at] = volume.split(':')
        assert.ok(held in volumes)
        assert.equal(at, final('VOLUME'))
      }
    } else {
      // Somebody else's image of that name is not ours.
      assert.equal(one.pull_policy, 'never')
      assert.deepEqual([one.tty, one.stdin_open, one.healthcheck?.disable], [true, true, true], name)
    }
    for (const network of one.networks ?? []) assert.ok(network in networks)
    // The machine's own network or one of Docker's, never both.
    const isHost = one.network_mode === 'host'
    assert.equal(isHost, one.networks === undefined)
    assert.equal(isHost, one.profiles?.includes('host') ?? false)
    if (isHost) assert.equal(one.ports, undefined)
  }
  assert.equal(services.server?.profiles, undefined)
  assert.deepEqual(services.server?.ports, [`${environment().EARSHOT_SERVE_PORT}:23277`])
})

test('what their comments tell people to type names services that are there', () => {
  const shown = [...read('compose.yaml').matchAll(/^# +docker compose (.+)$/gm)].map(([, text = '']) => text)
  assert.equal(shown.length, 4)
  for (const text of shown) {
    assert.match(text, /^--file scripts\/docker\/compose\.yaml /)
    assert.ok((text.split(' ').at(-1) ?? '') in compose().services, text)
  }
  for (const [, file = ''] of read('Dockerfile').matchAll(/^#.* --file (\S+)/gm))
    assert.ok(existsSync(join(top, file)))
})

/** Does what the Dockerfile says in a folder a stage, as far as it goes without root and without Docker. */
function buildImage(t: TestContext): string {
  const built = mkdtempSync(join(tmpdir(), 'earshot-image-'))
  t.after(() => rmSync(built, { recursive: true, force: true }))
  for (const { name, instructions } of stages()) {
    const here = join(built, name)
    mkdirSync(here)
    for (const { word, rest } of instructions) {
      if (word === 'COPY') {
        const [, from, list = ''] = /^(?:--from=(\S+) )?(.+)$/.exec(rest) ?? []
        const paths = list.split(' ')
        const to = paths.pop() ?? ''
        for (const path of paths) {
          const source = from ? join(built, from, path.replace(/^\/earshot\//, '')) : join(top, path)
          cpSync(source, to.endsWith('/') ? join(here, to, path) : join(here, to), { recursive: true })
        }
      }
      if (word === 'RUN' && rest.startsWith('npm ')) runNpm(here, rest)
    }
  }
  return join(built, 'final')
}

function runNpm(here: string, command: string): void {
  // All that it takes to build is in the checkout already, from the same lock file.
  if (command.startsWith('npm ci') && !command.includes('--omit=dev'))
    symlinkSync(join(top, 'node_modules'), join(here, 'node_modules'))
  else execNpm(here, command)
}

function execNpm(here: string, command: string): void {
  const env = { ...process.env, npm_config_prefer_offline: 'true', npm_config_loglevel: 'error' }
  execFileSync('sh', ['-c', command], { cwd: here, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

test('the image, built and run on a network of its own: served, joined, picked, well, and stopped', {
  skip: labAvailable() ?? false,
}, async t => {
  const image = buildImage(t)
  assert.deepEqual(readdirSync(image).sort(), ['LICENSE', 'dist', 'node_modules', 'package.json'])
  const packages = readdirSync(join(image, 'node_modules')).filter(name => !name.startsWith('.'))
  const { dependencies } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'))
  assert.deepEqual(packages.sort(), Object.keys(dependencies).sort())

  const lab = createLab()
  t.after(() => lab.close())
  lab.bridge('earshot')
  const containers = {
    server: await lab.host('server', [{ bridge: 'earshot', cidr: '172.30.0.2/16' }]),
    alice: await lab.host('alice', [{ bridge: 'earshot', cidr: '172.30.0.3/16' }]),
    mimi: await lab.host('mimi', [{ bridge: 'earshot', cidr: '172.30.0.4/16' }]),
  }
  const data = join(image, 'data')
  const env = { ...environment(), XDG_DATA_HOME: data }
  /** The entry point with a command, as its own file and not through node: it must be executable. */
  const program = join(image, 'dist', 'earshot.js')
  const started = (name: keyof typeof containers) =>
    // Docker's own name server knows the server by its service.
    containers[name].spawn(
      program,
      service(name).command.map(word => (word === 'server' ? '172.30.0.2' : word)),
      { env, cwd: image },
    )
  const isWell = async (): Promise<number> => {
    const [entryPoint, ...args] = words(final('HEALTHCHECK'))
    assert.equal(entryPoint, words(final('ENTRYPOINT'))[0])
    return (await containers.server.run(program, args, { env, cwd: image })).code
  }

  assert.equal(await isWell(), 1)
  const server = started('server')
  await server.waitForLine(/“den” is open on port 23277/)
  assert.equal(await isWell(), 0)
  // What keeps the server's identity is in the volume.
  assert.ok(existsSync(join(data, 'earshot', 'server-1', 'identity.json')))

  const alice = started('alice')
  await alice.waitForLine(/You are alice on den/)
  const mimi = started('mimi')
  await mimi.waitForLine(/1 {2}den {2}172\.30\.0\.2:23277/)
  mimi.write('1\n')
  await mimi.waitForLine(/You are mimi on den/)
  mimi.write('found you\n')
  await alice.waitForLine(/mimi: found you/)
  // Looking after the server is no coming and going in the room.
  assert.equal(server.lines.filter(line => / joined /.test(line)).length, 2)

  server.kill(final('STOPSIGNAL') as NodeJS.Signals)
  assert.deepEqual(await server.exited, { code: 0, signal: null })
  await alice.waitForLine(/The server was stopped/)
  alice.kill(final('STOPSIGNAL') as NodeJS.Signals)
  assert.deepEqual(await alice.exited, { code: 143, signal: null })
  assert.equal(await isWell(), 1)
})
