import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { detectorsView } from '@freehold/contract/detectors.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer, Script } from './gateway-upstream.ts'
import { captureServer, silent } from './gateway-upstream.ts'
import { preparedData } from './house.ts'

/** Names that nothing built in knows. */
const NAME = 'zorblaxquent'

/** Speaks as Presidio does, in code points. */
const presidio: Script = ({ body }, response) => {
  const { text } = JSON.parse(body.toString()) as { text: string }
  const found = [...text.matchAll(/zorblaxquent/g)].map(({ index, 0: word }) => {
    const start = Array.from(text.slice(0, index)).length
    return { entity_type: 'PERSON', start, end: start + word.length, score: 0.85, recognition_metadata: {} }
  })
  response.setHeader('content-type', 'application/json').end(JSON.stringify(found))
}

let cloud: CaptureServer
let home: CaptureServer
let ner: CaptureServer
let house: GatewayHouse
let config: Record<string, unknown>

const detector = (more: object = {}): object => ({
  name: 'ner',
  kind: 'presidio',
  url: ner.url,
  timeoutMs: 20_000,
  ...more,
})

before(async () => {
  ;[cloud, home, ner] = await Promise.all([captureServer(), captureServer(), captureServer(presidio)])
  const data = await preparedData()
  config = {
    targets: [managedModel(cloud.url), privateModel(home.url)],
    routes: [
      { when: { model: 'both', class: ['public'] }, to: ['cloud', 'house'] },
      { when: { class: ['public'] }, to: ['cloud'] },
      { to: ['house'] },
    ],
    classes: { found: { default: 'public' } },
    circuit: { failures: 2, openMs: 60_000 },
    detectors: [detector()],
  }
  house = await openGateway(config, { data, key: ['--class', 'public'] })
})
after(async () => {
  await house.close()
  await Promise.all([cloud.close(), home.close(), ner.close()])
})

const say = (content: string, model = 'gpt') => ({ model, messages: [{ role: 'user', content }] })
const read = async (response: Response) => JSON.parse(await response.text())
const bodies = ({ seen }: CaptureServer): string => seen.map(({ body }) => body.toString()).join('\n')

function forget(): void {
  for (const server of [cloud, home, ner]) server.forget()
}
async function ask(
  content: string,
  model?: string,
): Promise<{ status: number; body: string; zone: string | null }> {
  forget()
  const response = await house.post('/v1/chat/completions', say(content, model))
  const { status, headers } = response
  return { status, body: await response.text(), zone: headers.get('x-freehold-zone') }
}
async function detectors() {
  return detectorsView.parse(JSON.parse((await house.cli('privacy', 'detectors', '--json')).stdout)).detectors
}
/** Takes another list of detectors, with other names, and waits until it is in force. */
async function use(list: readonly object[], more: object = {}): Promise<void> {
  await house.rewrite({ ...config, ...more, detectors: list })
  const names = list.map((one) => 'name' in one && one.name)
  const isInForce = async (): Promise<boolean> =>
    JSON.stringify((await detectors()).map(({ name }) => name)) === JSON.stringify(names)
  while (!(await isInForce()));
}

test('a name that only a detector finds does not leave, also behind emoji, and comes back', async () => {
  const text = `😀👩‍👩‍👧 请联系 ${NAME} 谢谢`
  const { status } = await ask(text)
  assert.equal(status, 200)
  assert.doesNotMatch(bodies(cloud), /zorblax/)
  assert.match(bodies(cloud), /😀👩‍👩‍👧 请联系 \[PERSON_[a-z2-7]{4}_1\] 谢谢/u)
  const shown = await read(await house.post('/api/privacy/preview', say(text)))
  assert.deepEqual([shown.masked, shown.values], [1, { PERSON: 1 }])
  const found = await read(await house.post('/api/privacy/detect', { text }))
  assert.deepEqual(
    found.entities.map(({ type, start, end }: { type: string; start: number; end: number }) => [
      type,
      text.slice(start, end),
    ]),
    [['PERSON', NAME]],
  )
  const explained = await read(await house.post('/api/routes/explain', say(text)))
  assert.deepEqual(explained.attempts[0].masked, { PERSON: 1 })
})

test('what was looked at once is not asked about again', async () => {
  const text = `again and again ${NAME}`
  await ask(text)
  assert.ok(bodies(ner).includes(text))
  await ask(text)
  assert.equal(ner.seen.length, 0)
  assert.doesNotMatch(bodies(cloud), /zorblax/)
})

test('while a required detector is down nothing leaves, a private target is taken instead, and it is left alone', async () => {
  ner.answer((_, response) => void response.destroy())
  const refused = await ask('first text')
  assert.equal(refused.status, 422)
  assert.match(refused.body, /the detector ner could not be reached.*Use a private target/)
  const kept = await ask('second text', 'both')
  assert.deepEqual([kept.status, kept.zone, home.seen.length], [200, 'private', 1])
  assert.equal(cloud.seen.length, 0)
  const away = await ask('third text')
  assert.match(away.body, /the detector ner failed again and again/)
  assert.deepEqual([ner.seen.length, cloud.seen.length], [0, 0])
  const [state] = await detectors()
  assert.deepEqual([state?.state, state?.required, state?.lastFailure], ['away', true, 'unreachable'])
  const undetected = await read(await house.post('/api/privacy/detect', { text: 'fourth' }))
  assert.deepEqual(undetected.error.code, 'unavailable')
  const metrics = await house.metrics()
  assert.match(metrics, /freehold_privacy_detector_calls_total\{detector="ner",outcome="unreachable"\} 2/)
  assert.match(metrics, /freehold_privacy_detector_open\{detector="ner"\} 1/)
  assert.match(house.output(), /"event":"detector.opened","detector":"ner"/)
  assert.doesNotMatch(metrics + house.output(), /zorblax|second text/)
})

test('a slow or a lying detector keeps the request at home as well', async () => {
  await use([detector({ name: 'slow', timeoutMs: 100 })], { circuit: { failures: 0 } })
  ner.answer(silent)
  assert.match((await ask('a slow one')).body, /the detector slow did not answer in time/)
  ner.answer((_, response) => void response.end('[{"entity_type":"PERSON","start":0,"end":9999,"score":1}]'))
  await use([detector({ name: 'lying' })], { circuit: { failures: 0 } })
  assert.match((await ask('a lying one')).body, /the detector lying answered what cannot be read/)
  assert.equal(cloud.seen.length, 0)
})

test('without a detector that is not required it goes on, is counted, and is asked again', async () => {
  ner.answer(silent)
  await use([detector({ name: 'spare', required: false, timeoutMs: 100 })], { circuit: { failures: 0 } })
  const text = 'a text that is long enough to be remembered, whatever else is remembered here'
  assert.equal((await ask(text)).status, 200)
  assert.equal(cloud.seen.length, 1)
  const metrics = await house.metrics()
  assert.match(metrics, /freehold_privacy_detector_missed_total\{detector="spare"\} [1-9]/)
  ner.answer(presidio)
  await ask(text)
  assert.ok(bodies(ner).includes(text))
})

test('a module beside the service finds its own, and one that is switched off finds nothing', async () => {
  const file = join(house.data, 'words.mjs')
  await writeFile(
    file,
    `export const createDetector = () => ({
      id: 'words',
      detect(text) {
        const start = text.indexOf('grumblewick')
        return start < 0 ? [] : [{ start, end: start + 11, type: 'SITE', score: 0.9 }]
      },
    })`,
  )
  const words = { name: 'words', kind: 'module', module: './words.mjs', entities: { SITE: 'LOCATION' } }
  ner.answer(presidio)
  await use([detector({ name: 'both' }), words])
  await ask(`zorblaxquent at grumblewick`)
  assert.match(bodies(cloud), /\[PERSON_\w+\] at \[LOCATION_\w+\]/)
  await use([detector({ name: 'off', enabled: false })])
  assert.equal((await detectors())[0]?.state, 'off')
  await ask(`zorblaxquent at grumblewick`)
  assert.equal(ner.seen.length, 0)
  assert.match(bodies(cloud), /zorblaxquent/, 'the test would see it')
})

test('a module that dies takes nothing with it but what it was asked', async () => {
  await writeFile(
    join(house.data, 'dying.mjs'),
    `export const createDetector = () => ({
      id: 'dying',
      detect(text) {
        if (text.includes('die')) process.exit(1)
        return []
      },
    })`,
  )
  await use([{ name: 'dying', kind: 'module', module: './dying.mjs', timeoutMs: 10_000 }], {
    circuit: { failures: 0 },
  })
  assert.match((await ask('die now')).body, /the detector dying ended in the middle/)
  assert.equal((await ask('live on')).status, 200)
})

test('the list of detectors is for whoever runs the house', async () => {
  assert.equal((await house.get('/api/privacy/detectors')).status, 403)
  const { stdout } = await house.cli('privacy', 'detectors')
  assert.match(stdout, /^NAME +KIND +REQUIRED +STATE/)
})
