import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { Fault } from '../kernel/fault.ts'
import { createWebApp } from './web-app.ts'

const folder = mkdtempSync(join(tmpdir(), 'fh-web-'))
mkdirSync(join(folder, 'assets'))
mkdirSync(join(folder, '.vite'))
writeFileSync(join(folder, 'index.html'), '<!doctype html><meta nonce="__NONCE__">')
writeFileSync(join(folder, 'favicon.svg'), '<svg/>')
writeFileSync(join(folder, 'sw.js'), '')
writeFileSync(join(folder, 'artifact-frame.html'), '<script></script>')
writeFileSync(join(folder, 'assets/index-1.css'), 'body {}')
writeFileSync(join(folder, 'assets/index-1.js.br'), brotliCompressSync('run()'))
writeFileSync(join(folder, '.vite/manifest.js'), 'not for the public')
writeFileSync(join(folder, '.sources'), 'not for the public')

const serve = createWebApp(folder)
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
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  return { status: response.statusCode as number, headers: response.headers, body: Buffer.concat(parts) }
}

test('every screen is the same page, each time with a nonce of its own and no inline script', async () => {
  const pages = await Promise.all(
    ['/', '/chat', '/chat/abc?x=1', '/admin/audit', '/start'].map((path) => get(path)),
  )
  const nonces = pages.map(({ status, headers, body }) => {
    assert.deepEqual([status, headers['cache-control']], [200, 'no-store'])
    assert.equal(headers['x-dns-prefetch-control'], 'off')
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /default-src 'none'; script-src 'self';/)
    assert.doesNotMatch(policy, /unsafe|\*|data:/)
    const nonce = /'nonce-([\w-]{22})'/.exec(policy)?.[1] ?? ''
    assert.equal(body.toString(), `<!doctype html><meta nonce="${nonce}">`)
    return nonce
  })
  assert.equal(new Set(nonces).size, pages.length)
})

test('assets are sent packed to whoever can unpack them, and kept for good', async () => {
  const packed = await get('/assets/index-1.js', { 'accept-encoding': 'gzip, br' })
  assert.deepEqual(
    [packed.headers['content-encoding'], packed.headers['content-type'], packed.headers['cache-control']],
    ['br', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
  )
  assert.equal(brotliDecompressSync(packed.body).toString(), 'run()')
  const plain = await get('/assets/index-1.js')
  assert.deepEqual([plain.headers['content-encoding'], plain.body.toString()], [undefined, 'run()'])
  assert.equal((await get('/assets/index-1.css')).body.toString(), 'body {}')
  const icon = await get('/favicon.ico')
  assert.deepEqual(
    [icon.headers['content-type'], icon.headers['cache-control']],
    ['image/svg+xml', 'no-cache'],
  )
  assert.equal((await get('/favicon.svg', { 'if-none-match': `W/${icon.headers.etag}` })).status, 304)
})

test('nothing else of the disk is served', async () => {
  const paths = [
    '/index.html',
    '/.sources',
    '/.vite/manifest.js',
    '/assets/../../web-app.ts',
    '/assets/..%2f..%2fetc/passwd',
    '/../../../../../../etc/passwd',
    '/assets/index-1.js.br',
    '/assets//index-1.css',
    '/assets/index-1.css/',
    '/assets/index-1.css%00.html',
    '/assets/',
    '/chat/file.js',
    '/api/session',
    '/shared/t/x',
    '/oidc/authorize',
    '/metrics',
  ]
  for (const path of paths) assert.equal((await get(path)).status, 404, path)
  assert.equal((await get('/chat', {}, 'POST')).status, 405)
  const head = await get('/chat', {}, 'HEAD')
  assert.deepEqual([head.status, head.body.length], [200, 0])
})

test('the frame of an artifact has no origin and reaches nothing', async () => {
  const { headers } = await get('/artifact-frame.html')
  assert.equal(headers['connection-allowlist'], '()')
  const policy = String(headers['content-security-policy'])
  assert.match(policy, /^sandbox allow-scripts; default-src 'none';/)
  assert.doesNotMatch(policy, /allow-same-origin|connect-src|https?:|\*/)
})

test('a checkout without a built app says how to build it', async () => {
  const bare = createServer((incoming, response) => {
    if (!createWebApp(null)(incoming, response)) response.writeHead(404).end()
  })
  bare.listen(0, '127.0.0.1')
  await once(bare, 'listening')
  const answer = await fetch(`http://127.0.0.1:${(bare.address() as AddressInfo).port}/`)
  assert.deepEqual([answer.status, /npm run build:web/.test(await answer.text())], [503, true])
  bare.close()
  bare.closeAllConnections()
})
