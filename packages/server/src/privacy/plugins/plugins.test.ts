import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { DetectorSetting } from '../../kernel/config/detector-keys.ts'
import { createDialler } from '../../kernel/dialler/dialler.ts'
import { createLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metrics.ts'
import { Plugins } from './plugins.ts'

/** What the service answers next. */
const next = { status: 200, found: [] as object[] }
let asked = 0
const server = createServer((request, response) => {
  asked += 1
  request.resume().on('end', () => response.writeHead(next.status).end(JSON.stringify(next.found)))
})
let url = ''
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server's address is never a path.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => {
  server.closeAllConnections()
  server.close()
})

const detector = (more: object = {}): DetectorSetting => ({
  name: 'ner',
  kind: 'presidio',
  enabled: true,
  required: true,
  entities: {},
  minScore: 0.5,
  timeoutMs: 5000,
  url,
  languages: ['en'],
  batch: false,
  connections: 4,
  headers: {},
  mayBePublic: false,
  ca: null,
  ...more,
})

function house(...detectors: DetectorSetting[]) {
  const hands = { detectors }
  const lines: string[] = []
  const plugins = new Plugins({
    config: () => ({ detectors: hands.detectors, circuit: { failures: 2, openMs: 60_000 } }),
    dialler: createDialler(),
    log: createLog({ level: 'info', write: (line) => lines.push(line) }),
    metrics: createMetrics({ seriesCap: 100, process: false }),
  })
  const find = (text: string) => plugins.find([{ text, context: { language: null, key: null } }])
  return { plugins, hands, lines, find }
}
const told = (type: string, score = 0.9): object => ({ entity_type: type, start: 0, end: 4, score })

test('what is sure enough is acted on in a type of ours, and what means nothing here is counted', async () => {
  const { plugins, find } = house(detector({ minScore: 0.2, entities: { SITE: 'LOCATION', URL: 'ignore' } }))
  next.found = [told('PERSON', 0.3), told('PERSON', 0.1), told('SITE'), told('URL'), told('DATE_TIME')]
  const { spans, missing } = await find('Anna')
  const place = { start: 0, end: 4, source: 'ner' }
  assert.deepEqual(missing, [])
  assert.deepEqual(spans, [
    [
      { ...place, type: 'PERSON', score: 0.5 },
      { ...place, type: 'LOCATION', score: 0.9 },
    ],
  ])
  assert.equal(plugins.view()[0]?.ignored, 2)
  await plugins.close()
})

test('a detector that answers with errors is never left alone, since one text could do that to all', async () => {
  const { plugins, find } = house(detector())
  next.status = 500
  for (let time = 0; time < 5; time += 1) {
    assert.deepEqual((await find('Anna')).missing, [{ name: 'ner', code: 'status', isRequired: true }])
  }
  next.status = 503
  for (const code of ['status', 'status', 'away']) assert.equal((await find('Anna')).missing[0]?.code, code)
  const [view] = plugins.view()
  assert.deepEqual([view?.state, view?.calls, view?.failures, view?.lastFailure], ['away', 8, 8, 'status'])
  next.status = 200
  await plugins.close()
})

test('another list is another generation, and begins without what was held against the one before', async () => {
  const { plugins, hands, lines, find } = house(detector())
  const { generation } = plugins
  next.status = 503
  await find('Anna')
  await find('Anna')
  assert.equal(plugins.view()[0]?.state, 'away')
  next.status = 200
  hands.detectors = [detector({ mayBePublic: true }), detector({ name: 'off', enabled: false })]
  plugins.configChanged()
  assert.notEqual(plugins.generation, generation)
  assert.deepEqual((await find('Anna')).missing, [])
  assert.deepEqual(
    plugins.view().map(({ name, state, calls }) => [name, state, calls]),
    [
      ['ner', 'ready', 1],
      ['off', 'off', 0],
    ],
  )
  assert.match(lines.join(''), /"detector.opened","detector":"ner".*"detector.public","detector":"ner"/s)
  hands.detectors = []
  plugins.configChanged()
  assert.equal(plugins.isOn, false)
  await plugins.close()
})

test('nothing is asked about what holds no word', async () => {
  const { plugins, find } = house(detector())
  asked = 0
  assert.deepEqual(await find(' -- '), { spans: [[]], missing: [] })
  assert.deepEqual(await find('a'), { spans: [[]], missing: [] })
  assert.equal(asked, 0)
  await plugins.close()
})
