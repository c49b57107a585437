import assert from 'node:assert/strict'
import { test } from 'node:test'
import { profileNamed } from '../policy/profile.ts'
import type { Departing } from './desensitiser.ts'
import { Desensitiser } from './desensitiser.ts'
import { Mint } from './mint.ts'
import { Scanning } from './scanning.ts'

/** Finds the word `Anna`, and counts the texts that it is given. */
function house() {
  const read: string[] = []
  const scanning = new Scanning({
    id: 'x',
    detect(text) {
      read.push(text)
      const start = text.indexOf('Anna')
      return start < 0 ? [] : [{ start, end: start + 4, type: 'PERSON', score: 1, source: 'x' }]
    },
  })
  const desensitiser = new Desensitiser(scanning, () => 0)
  const masked = async (departing: Departing, tenant = 'a') => {
    const done = await desensitiser.masked(departing, {
      tenant,
      profile: profileNamed('strict', {}) ?? assert.fail(),
      conversation: async () => ({ mint: new Mint({ nonce: 'k7f2', secret: null }), keep: async () => true }),
      continues: false,
    })
    return done.body.toString()
  }
  return { read, desensitiser, masked }
}

const BODY = '{"messages":[{"role":"user","content":"I am Anna."}]}'
const departing = (more: Partial<Departing> = {}): Departing => ({
  path: '',
  body: Buffer.from(BODY),
  shape: 'chat',
  contentType: 'application/json',
  headers: [],
  isOpaque: false,
  ...more,
})
const MASKED = '{"messages":[{"role":"user","content":"I am [PERSON_k7f2_1]."}]}'

test('a body is read once to find its class, to mask it, and when it comes again', async () => {
  const { read, desensitiser, masked } = house()
  assert.deepEqual([...(await desensitiser.findings(departing(), 'a'))], [['PERSON', 1]])
  assert.equal(await masked(departing()), MASKED)
  assert.equal(await masked(departing()), MASKED)
  assert.deepEqual(read, ['I am Anna.'])
  assert.equal(await masked(departing(), 'b'), MASKED)
  assert.equal(read.length, 2)
})

test('what stands around a body that is known is read all the same, and so is a body that is meant otherwise', async () => {
  const { desensitiser, masked } = house()
  const service = { shape: null, path: '/notes' } as const
  await masked(departing())
  await masked(departing(service))
  assert.equal((await desensitiser.findings(departing({ headers: ['Anna'] }), 'a')).get('PERSON'), 2)
  await assert.rejects(masked(departing({ headers: ['Anna'] })), { code: 'stays_home' })
  const named = departing({ ...service, path: '/notes/Anna' })
  assert.equal((await desensitiser.findings(named, 'a')).get('PERSON'), 2)
  const free = '{"name":"Anna"}'
  assert.deepEqual(
    [
      await masked(departing({ shape: null, path: '/x', body: Buffer.from(free) })),
      await masked(
        departing({ shape: null, path: '/x', body: Buffer.from(free), contentType: 'text/plain' }),
      ),
    ],
    ['{"name":"[PERSON_k7f2_1]"}', '{"name":"[PERSON_k7f2_1]"}'],
  )
  await assert.rejects(masked(departing({ body: Buffer.from(free) })), { code: 'stays_home' })
})
