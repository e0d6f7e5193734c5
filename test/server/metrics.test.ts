import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { createCounts } from '../../src/server/counts.ts'
import { metricsText, serveMetrics, type Vitals } from '../../src/server/metrics.ts'

function vitals(): Vitals {
  const counts = createCounts()
  counts.came()
  counts.kept(3)
  counts.kept(30)
  counts.kept(20_000)
  counts.refused('too-fast')
  counts.refused('too-fast')
  counts.went('slow')
  return {
    ...counts.read(),
    users: 2,
    connections: 3,
    sendqBytes: 17,
    uptimeSeconds: 4.5,
  }
}

const delay = { p50: 0, p99: 0.001, max: 0.25 }

/** The text as a monitor reads it; throws where a line is none of the format. */
function parsed(text: string): Map<string, number> {
  const samples = new Map<string, number>()
  const typed = new Set<string>()
  assert.ok(text.endsWith('\n'))
  for (const line of text.slice(0, -1).split('\n')) {
    const type = /^# TYPE (earshot_[a-z_]+) (counter|gauge|histogram)$/.exec(line)
    if (type) typed.add(type[1] ?? '')
    if (line.startsWith('#')) {
      assert.match(line, /^# (?:HELP earshot_[a-z_]+ \S.*|TYPE .*)$/)
      continue
    }
    const sample = /^((earshot_[a-z_]+?)(?:_bucket|_sum|_count)?(?:\{[a-z_]+="[^"\\]*"\})?) (\S+)$/.exec(line)
    assert.ok(sample, line)
    const [, key = '', , value = ''] = sample
    assert.ok(Number.isFinite(Number(value)), line)
    assert.ok(
      [...typed].some(name => key.startsWith(name)),
      `${key} comes before its type`,
    )
    assert.ok(!samples.has(key), `${key} twice`)
    samples.set(key, Number(value))
  }
  return samples
}

test('metrics are what Prometheus reads', () => {
  const samples = parsed(metricsText(vitals(), delay))
  for (const [key, value] of [
    ['earshot_users', 2],
    ['earshot_connections', 3],
    ['earshot_connections_total', 1],
    ['earshot_connections_ended_total{reason="slow"}', 1],
    ['earshot_lines_total', 3],
    ['earshot_refused_total{code="too-fast"}', 2],
    ['earshot_sendq_bytes', 17],
    ['earshot_store_seconds_bucket{le="0.0025"}', 0],
    ['earshot_store_seconds_bucket{le="0.005"}', 1],
    ['earshot_store_seconds_bucket{le="10"}', 2],
    ['earshot_store_seconds_bucket{le="+Inf"}', 3],
    ['earshot_store_seconds_count', 3],
    ['earshot_event_loop_delay_seconds{quantile="1"}', 0.25],
    ['earshot_uptime_seconds', 4.5],
  ] as const)
    assert.equal(samples.get(key), value, key)
})

function ask(
  port: number,
  path: string,
  how: { method?: string; host?: string } = {},
): Promise<{ status: number; text: string; type: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      method: how.method ?? 'GET',
      headers: how.host === undefined ? {} : { host: how.host },
    })
    asked.on('error', reject)
    asked.on('response', response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk
      })
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text,
          type: response.headers['content-type'] ?? '',
        }),
      )
    })
    asked.end()
  })
}

test('a monitor asks for metrics and health by address, and a page of another site for neither', async t => {
  let isKeeping = true
  const served = await serveMetrics('127.0.0.1', 0, () => ({ ...vitals(), isKeeping }))
  assert.ok(served.ok)
  const { metrics } = served
  t.after(() => metrics.close())
  const told = await ask(metrics.port, '/metrics?x=1')
  assert.equal(told.status, 200)
  assert.match(told.type, /^text\/plain; version=0\.0\.4/)
  assert.ok(parsed(told.text).size > 20)
  assert.deepEqual(JSON.parse((await ask(metrics.port, '/health')).text), {
    ok: true,
    users: 2,
    uptimeSeconds: 4,
  })
  isKeeping = false
  assert.equal((await ask(metrics.port, '/health')).status, 503)
  assert.equal((await ask(metrics.port, '/metrics', { host: 'evil.example:80' })).status, 403)
  assert.equal((await ask(metrics.port, '/metrics', { host: 'localhost:1' })).status, 200)
  assert.equal((await ask(metrics.port, '/metrics', { method: 'POST' })).status, 405)
  assert.equal((await ask(metrics.port, '/')).status, 404)
})

test('a port that is taken is told in a sentence', async t => {
  const first = await serveMetrics('127.0.0.1', 0, vitals)
  assert.ok(first.ok)
  t.after(() => first.metrics.close())
  const second = await serveMetrics('127.0.0.1', first.metrics.port, vitals)
  assert.equal(second.ok, false)
})
