import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import type { NetworkListener } from './server.ts'
import { listen } from './server.ts'
import { createWellKnown } from './well-known.ts'

const PATH = '/.well-known/jwks.json'
let keys: object = { keys: [{ kid: 'one' }] }
let door: NetworkListener
before(async () => {
  door = await listen({
    host: '127.0.0.1',
    port: 0,
    checkHost() {},
    onBug: (_, error) => assert.fail(String(error)),
  })
  door.serve({ dataPath: null, places: [createWellKnown(() => keys)], settled() {} })
})
after(() => door.close(0))

async function ask(path: string, method = 'GET') {
  const [response] = await once(request(door.url + path, { method, agent: false }).end(), 'response')
  let text = ''
  for await (const part of response) text += String(part)
  return { status: response.statusCode as number, headers: response.headers, text }
}

test('who checks our tokens finds the keys, may keep them for five minutes, and sees a new one then', async () => {
  const { status, headers, text } = await ask(PATH)
  assert.deepEqual(
    [status, headers['content-type'], headers['cache-control'], text],
    [200, 'application/json', 'public, max-age=300', '{"keys":[{"kid":"one"}]}'],
  )
  keys = { keys: [{ kid: 'one' }, { kid: 'two' }] }
  assert.match((await ask(`${PATH}?v=2`)).text, /"two"/)
})

test('HEAD sends the head only and nothing can be posted', async () => {
  const head = await ask(PATH, 'HEAD')
  assert.deepEqual([head.status, head.text], [200, ''])
  assert.equal(Number(head.headers['content-length']), JSON.stringify(keys).length)
  const posted = await ask(PATH, 'POST')
  assert.deepEqual([posted.status, posted.headers['allow']], [405, 'GET, HEAD'])
  assert.match(posted.text, /"code":"wrong_method"/)
})

test('what is another path is left to others', async () => {
  for (const path of ['/.well-known/', `${PATH}/`, '/.well-known/JWKS.json', `/${PATH}`])
    assert.equal((await ask(path)).status, 404, path)
})
