import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import { createPage } from './page.ts'

const folder = mkdtempSync(join(tmpdir(), 'fh-page-'))
writeFileSync(join(folder, 'page.html'), '<!doctype html>')
writeFileSync(join(folder, 'page.css'), 'body {}')
writeFileSync(join(folder, 'favicon.svg'), '<svg/>')
writeFileSync(join(folder, 'words.test.ts'), 'not for the public')
writeFileSync(join(folder, 'notes.txt'), 'not for the public')

const serve = createPage(folder)
const server = createServer((incoming, response) => {
  try {
    if (!serve(incoming, response)) response.writeHead(404).end()
  } catch (error) {
    response.writeHead(error instanceof Fault ? error.status : 500).end()
  }
})
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
after(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true })
})

/** The path goes out as it stands: fetch would tidy it up. */
async function get(path: string, headers = {}, method = 'GET') {
  const { port } = server.address() as AddressInfo
  const call = request({ port, path, method, headers, agent: false }).end()
  const [response] = await once(call, 'response')
  let text = ''
  for await (const part of response) text += String(part)
  return { status: response.statusCode as number, headers: response.headers, text }
}

test('the page and its files are served with their types and a policy without inline script', async () => {
  const [page, css, icon] = await Promise.all(
    ['/', '/page/page.css?v=1', '/favicon.ico'].map((path) => get(path)),
  )
  assert.deepEqual(
    [page?.text, page?.headers['content-type']],
    ['<!doctype html>', 'text/html; charset=utf-8'],
  )
  assert.equal(css?.headers['content-type'], 'text/css; charset=utf-8')
  assert.equal(icon?.headers['content-type'], 'image/svg+xml')
  const policy = String(page?.headers['content-security-policy'])
  assert.match(policy, /default-src 'none'; script-src 'self';/)
  assert.doesNotMatch(policy, /unsafe|\*|data:/)
})

test('no path leads out of the folder or to what is not for the public', async () => {
  const paths = [
    '/page/../page.ts',
    '/page/../../../../../../etc/passwd',
    '/page/%2e%2e/page.ts',
    '/page/..%2f..%2fpage.ts',
    '/page/..\\page.ts',
    '/page//page.css',
    '/page/page.css/',
    '/page/page.css%00.html',
    '/page/',
    '/page',
    '/page/page.html',
    '/page/words.test.ts',
    '/page/notes.txt',
    '//',
  ]
  const served = await Promise.all(paths.map(async (path) => [path, (await get(path)).status] as const))
  assert.deepEqual(
    served.filter(([, status]) => status !== 404),
    [],
  )
})

test('a browser that has the file is not sent it again', async () => {
  const { headers } = await get('/')
  const tag = String(headers.etag)
  for (const sent of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const again = await get('/', { 'if-none-match': sent })
    assert.deepEqual([again.status, again.text, again.headers.etag], [304, '', tag], sent)
  }
  assert.equal((await get('/', { 'if-none-match': '"other"' })).status, 200)
})

test('HEAD sends the head only and nothing can be posted to a page', async () => {
  const head = await get('/', {}, 'HEAD')
  assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', '15'])
  const posted = await get('/', {}, 'POST')
  assert.deepEqual([posted.status, posted.headers.allow], [405, 'GET, HEAD'])
})
