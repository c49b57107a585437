import { test } from 'node:test'
import assert from 'node:assert/strict'
import { permissionGrowth, permissionSummary } from './permission-summary.ts'
import { readManifest } from './read-manifest.ts'

const CODE = `apiVersion: freehold.dev/v1
kind: code
metadata: { name: mail, version: 1.0.0, publisher: acme, title: Mail, description: Sends mail, licence: MIT }
code: { language: js, entry: main.js }
auth: [{ type: bearer, secret: token }]
permissions:
  network: [{ host: '*.example.org', zone: managed, methods: [GET, POST], paths: ['/v1/**'] }]
  secrets: [token]
  files: { read: [/in] }
  data: { in: internal, out: confidential }
  model: { maxTokens: 100 }
  storage: { bytes: 1024 }
operations: [{ id: send, description: Sends one, effect: write, confirm: always }]
`
const SERVER = `apiVersion: freehold.dev/v1
kind: mcp
metadata: { name: files, version: 1.0.0, publisher: acme, title: Files, description: Files, licence: MIT }
mcp: { transport: stdio, command: node, args: [a.js], env: { LEVEL: x }, tools: { include: [list] }, pins: { list: ${'a'.repeat(64)} } }
permissions: { process: node }
`
const grown = (text: string, from: string | RegExp, to: string): readonly string[] => {
  const after = text.replace(from, to)
  assert.notEqual(after, text, String(from))
  return permissionGrowth(readManifest(text), readManifest(after)).map(({ kind }) => kind)
}

test('everything that a new version may do more is found, and what it may do less is not', () => {
  const more: readonly (readonly [from: string | RegExp, to: string, kind: string])[] = [
    ["'*.example.org'", 'example.com', 'network'],
    ['[GET, POST]', '[GET, POST, DELETE]', 'network'],
    ["['/v1/**']", "['/**']", 'network'],
    ['zone: managed', 'zone: private', 'network'],
    ['zone: managed', 'zone: managed, ports: [443, 8443]', 'network'],
    ['type: bearer, secret: token', 'type: apiKey, name: x-key, secret: token', 'secret'],
    ['secrets: [token]', 'secrets: [token, other]', 'nothing'],
    ['read: [/in]', 'read: [/in, /other]', 'file'],
    ['read: [/in]', 'read: [/in], write: [/in]', 'file'],
    ['in: internal', 'in: confidential', 'data-in'],
    ['out: confidential', 'out: internal', 'data-out'],
    ['maxTokens: 100', 'maxTokens: 101', 'model'],
    ['bytes: 1024', 'bytes: 2048', 'storage'],
    ['effect: write', 'effect: destructive', 'operation'],
    ['confirm: always', 'confirm: policy', 'operation'],
    ['operations: [', 'operations: [{ id: drop, description: Drops, effect: destructive }, ', 'operation'],
    ['auth: [', 'exposes: [{ operation: send, auth: key, scope: a }]\nauth: [', 'exposes'],
    ['auth: [', 'compat: { requires: [{ skill: orders, range: "*" }] }\nauth: [', 'skill'],
    ['language: js, entry: main.js', 'language: python, entry: main.py, sandbox: process', 'process'],
  ]
  for (const [from, to, kind] of more) {
    const patched =
      kind === 'process' ? CODE.replace('secrets: [token]', 'secrets: [token]\n  process: python') : null
    const found =
      patched === null
        ? grown(CODE, from, to)
        : permissionGrowth(readManifest(CODE), readManifest(patched.replace(from, to))).map((one) => one.kind)
    if (kind === 'nothing') assert.deepEqual(found, [], to)
    else assert.ok(found.includes(kind), `${to}: ${found.join(', ')}`)
  }
  const less: readonly (readonly [string | RegExp, string])[] = [
    ["'*.example.org'", 'api.example.org'],
    ['[GET, POST]', '[GET]'],
    ["['/v1/**']", "['/v1/orders/*', '/v1/a/**']"],
    ['read: [/in]', 'read: [/in/a]'],
    ['in: internal', 'in: public'],
    ['out: confidential', 'out: restricted'],
    ['version: 1.0.0', 'version: 1.1.0'],
    ['Sends one', 'Sends one message'],
    ['effect: write', 'effect: read'],
  ]
  for (const [from, to] of less) assert.deepEqual(grown(CODE, from, to), [], to)
})

test('another program, another environment or another pinned tool is more', () => {
  assert.deepEqual(grown(SERVER, 'LEVEL: x', 'LEVEL: y'), ['program'])
  assert.deepEqual(grown(SERVER, 'a.js', 'b.js'), ['program'])
  assert.deepEqual(grown(SERVER, 'a'.repeat(64), 'b'.repeat(64)), ['tool'])
  assert.deepEqual(grown(SERVER, 'include: [list]', 'include: [list, drop]'), ['tool'])
})

test('what a skill may do is said in two languages', () => {
  const summary = permissionSummary(readManifest(CODE))
  const network = summary.find(({ kind }) => kind === 'network')
  assert.match(
    network?.words.en ?? '',
    /GET, POST to \*\.example\.org:443 \/v1\/\*\*, outside the house; personal data is masked/,
  )
  assert.match(network?.words.zh ?? '', /位于外部，个人数据先行脱敏/)
  for (const { words } of summary) assert.ok(words.en.endsWith('.') && words.zh.endsWith('。'))
})
