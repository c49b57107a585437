import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Client } from '@freehold/sdk'
import { createClient, FreeholdError } from '@freehold/sdk'
import { TABLE as ROWS } from '../../packages/sdk/src/generated/table.ts'
import { sampleCall, TABLE } from './every-operation.ts'
import type { Ground } from './operation-ground.ts'
import { openGround } from './operation-ground.ts'

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

let ground: Ground
let client: Client
const sent: { address: string; init: RequestInit }[] = []

before(async () => {
  ground = await openGround()
  client = createClient({
    url: ground.house.url,
    key: String(ground.admin['authorization']).replace('Bearer ', ''),
    retries: 0,
    fetch(address, init) {
      sent.push({ address, init })
      return fetch(address, init)
    },
  })
})
after(() => ground.close())

/** What of a path stands where its operation has parameters. */
function paramsIn(template: string, path: string): Record<string, string> {
  const pattern = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>.+)`)
  const { groups = {} } = new RegExp(`^${pattern}$`).exec(path) ?? {}
  return { ...groups }
}

/** Any operation, as a loop over all of them sees it. */
type Any = (id: string, input: object, options?: object) => Promise<unknown>

const GROUPS = Object.values(
  Object.groupBy(
    TABLE.filter(([id]) => !('apart' in ROWS[id])),
    ([id]) => id.slice(0, id.lastIndexOf('.')),
  ),
)
/** One operation of each group, and of them one that only reads where there is one. */
const CHOSEN = GROUPS.flatMap((group = []) => {
  const reading = group.find(([, { readOnly, method }]) => readOnly || method === 'GET')
  return reading ? [reading] : group.slice(0, 1)
})

test('a server understands every group of operations as the client sends them', async (t) => {
  const refused: string[] = []
  for (const [id, { path: template }] of CHOSEN) {
    const { path, method, body } = await sampleCall(ground, id)
    const expected = new URL(path, ground.house.url)
    const params = paramsIn(template, expected.pathname)
    const query = Object.fromEntries(expected.searchParams)
    sent.length = 0
    try {
      await (client.call as Any)(id, { params, query, body }, { traceparent: TRACE })
    } catch (error) {
      assert.ok(error instanceof FreeholdError, `${id}: ${String(error)}`)
      // The server itself refused; what it was sent is looked at all the same.
      assert.ok(error.status !== null && error.code !== 'unreadable_answer', `${id}: ${error.code}`)
      refused.push(`${id} ${error.code}`)
    }
    const [first] = sent
    assert.ok(first, id)
    const asked = new URL(first.address)
    assert.deepEqual(
      [first.init.method, decodeURIComponent(asked.pathname), asked.search],
      [method, expected.pathname, expected.search],
      id,
    )
    assert.equal(new Headers(first.init.headers).get('traceparent'), TRACE)
    if (body !== undefined)
      assert.deepEqual(JSON.parse(typeof first.init.body === 'string' ? first.init.body : 'null'), body, id)
  }
  t.diagnostic(`${CHOSEN.length} groups; refused: ${refused.join(', ')}`)
  assert.ok(refused.length < CHOSEN.length / 3)
  assert.ok(refused.every((one) => !/ (?:malformed|wrong_method|wrong_media_type|bug)$/.test(one)))
})
