/** What a server tells of itself to a monitor: Prometheus’ text, and whether it is well, over HTTP. */
import { createServer, type Server as HttpServer } from 'node:http'
import { isIP } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { listenTrouble } from '../net/troubles.ts'
import { bounds } from './bounds.ts'
import type { Counted } from './counts.ts'

/** All that is told; never a name, an address or a word of anybody’s. */
export interface Vitals extends Counted {
  readonly users: number
  readonly connections: number
  readonly sendqBytes: number
  readonly uptimeSeconds: number
}

/** Seconds by which the event loop was late: in the middle, for one in a hundred, and at worst. */
export interface LoopDelay {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

type Labels = Readonly<Record<string, string | number>>
type Sample = readonly [suffix: string, labels: Labels, value: number]

const labelText = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${String(value).replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`,
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function metric(name: string, type: string, help: string, samples: readonly Sample[]): string[] {
  const full = `earshot_${name}`
  return [
    `# HELP ${full} ${help}`,
    `# TYPE ${full} ${type}`,
    ...samples.map(([suffix, labels, value]) => `${full}${suffix}${labelText(labels)} ${value}`),
  ]
}

const one = (name: string, type: 'gauge' | 'counter', help: string, value: number): string[] =>
  metric(name, type, help, [['', {}, value]])

const each = (name: string, help: string, label: string, values: ReadonlyMap<string, number>): string[] =>
  metric(
    name,
    'counter',
    help,
    [...values].map(([key, value]): Sample => ['', { [label]: key }, value]),
  )

/** The text format of Prometheus, version 0.0.4. */
export function metricsText(vitals: Vitals, delay: LoopDelay): string {
  const { waits } = vitals
  const lines = [
    ...one('users', 'gauge', 'People who have joined and are connected.', vitals.users),
    ...one('connections', 'gauge', 'Connections that are open.', vitals.connections),
    ...one('connections_total', 'counter', 'Connections that came.', vitals.connectionsTotal),
    ...each('connections_ended_total', 'Connections that ended, by reason.', 'reason', vitals.ended),
    ...one('lines_total', 'counter', 'Lines that were kept.', vitals.lines),
    ...one(
      'lines_lost_total',
      'counter',
      'Lines that could not be kept; who said them knows.',
      vitals.linesLost,
    ),
    ...each('refused_total', 'Refusals, by code.', 'code', vitals.refused),
    ...one('sendq_bytes', 'gauge', 'Bytes that wait to be taken by peers.', vitals.sendqBytes),
    ...metric('store_seconds', 'histogram', 'From a line’s arrival until it is kept.', [
      ...waits.atMost.map(([bound, count]): Sample => ['_bucket', { le: bound }, count]),
      ['_bucket', { le: '+Inf' }, waits.count],
      ['_sum', {}, waits.sum],
      ['_count', {}, waits.count],
    ]),
    ...metric('event_loop_delay_seconds', 'gauge', 'How late the event loop was since the last look.', [
      ['', { quantile: 0.5 }, delay.p50],
      ['', { quantile: 0.99 }, delay.p99],
      ['', { quantile: 1 }, delay.max],
    ]),
    ...one('uptime_seconds', 'gauge', 'How long the server runs.', vitals.uptimeSeconds),
  ]
  return `${lines.join('\n')}\n`
}

export interface Metrics {
  readonly host: string
  readonly port: number
  close(): void
}

const resolutionMs = 20
const perSecond = 1e9

/** A page of another site that reached us by a name of its own is not a monitor of ours. */
const isOwnName = (host: string | undefined): boolean => {
  const name = (host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  return name === 'localhost' || isIP(name) !== 0
}

/** @returns what answers `/metrics` and `/health`; or a sentence why it cannot be had */
export function serveMetrics(
  host: string,
  port: number,
  vitals: () => Vitals,
): Promise<{ ok: true; metrics: Metrics } | { ok: false; text: string }> {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()

  /** The delays measured are those beyond the time between two looks. */
  function delayNow(): LoopDelay {
    const late = (nanoseconds: number) =>
      Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / perSecond - resolutionMs / 1000) : 0
    const delay = {
      p50: late(delays.percentile(50)),
      p99: late(delays.percentile(99)),
      max: late(delays.max),
    }
    delays.reset()
    return delay
  }

  const http: HttpServer = createServer({ requestTimeout: bounds.monitorAskMs }, (request, response) => {
    const answer = (status: number, type: string, text: string) => {
      response.writeHead(status, {
        'content-type': type,
        'x-content-type-options': 'nosniff',
        connection: 'close',
      })
      response.end(request.method === 'HEAD' ? '' : text)
    }
    const path = (request.url ?? '').replace(/\?.*$/s, '')
    if (!isOwnName(request.headers.host)) answer(403, 'text/plain', 'Ask by address, or as localhost.\n')
    else if (request.method !== 'GET' && request.method !== 'HEAD') answer(405, 'text/plain', 'GET only.\n')
    else if (path === '/metrics')
      answer(200, 'text/plain; version=0.0.4; charset=utf-8', metricsText(vitals(), delayNow()))
    else if (path === '/health') {
      const { isKeeping, users, uptimeSeconds } = vitals()
      const health = { ok: isKeeping, users, uptimeSeconds: Math.floor(uptimeSeconds) }
      answer(isKeeping ? 200 : 503, 'application/json', `${JSON.stringify(health)}\n`)
    } else answer(404, 'text/plain', 'There are /metrics and /health.\n')
  })
  http.maxConnections = bounds.monitorsMax
  http.headersTimeout = bounds.monitorAskMs

  return new Promise(resolve => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      delays.disable()
      resolve({ ok: false, text: listenTrouble(error.code ?? error.name, port, host) })
    })
    http.listen(port, host, () => {
      const bound = http.address()
      resolve({
        ok: true,
        metrics: {
          host,
          port: typeof bound === 'object' && bound !== null ? bound.port : port,
          close() {
            delays.disable()
            http.close()
            http.closeAllConnections()
          },
        },
      })
    })
  })
}
