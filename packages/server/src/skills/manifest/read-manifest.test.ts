import { test } from 'node:test'
import assert from 'node:assert/strict'
import { Fault } from '../../kernel/fault.ts'
import { inspectManifest, readManifest } from './read-manifest.ts'

const ORDERS = `apiVersion: freehold.dev/v1
kind: http
metadata: { name: orders, version: 1.0.0, publisher: acme, title: Orders, description: Orders of the shop, licence: Apache-2.0 }
http: { baseUrl: https://orders.example.org/v1 }
auth: [{ type: bearer, secret: order-token }]
permissions:
  secrets: [order-token]
  network: [{ host: orders.example.org, zone: private, methods: [GET, POST, DELETE] }]
operations:
  - { id: find_order, description: Finds one, input: { id: { type: string }, deep?: { type: boolean } }, request: 'GET /orders/{id}' }
  - { id: make_order, description: Makes one, input: { sku: { type: string } }, request: POST /orders }
tests:
  - { operation: find_order, input: { id: '1' }, mock: [{ response: { body: { n: 1 } } }], expect: { n: 1 } }
  - { operation: find_order, input: {}, expectDenied: true }
  - { operation: make_order, input: { sku: a }, mock: [{ response: { status: 500 } }], expectFault: skill_failed }
`

const lines = (text: string, files?: ReadonlyMap<string, Buffer>): readonly string[] =>
  inspectManifest(text, files).problems.map(
    ({ line, column, path, message, rule }) => `${line}:${column} ${path} ${rule}: ${message}`,
  )
const changed = (from: string, to: string): string => {
  assert.ok(ORDERS.includes(from), from)
  return ORDERS.replace(from, to)
}

test('short forms are written out: inputs become schemas, requests become mappings, effects follow the method', () => {
  const manifest = readManifest(ORDERS)
  assert.deepEqual(lines(ORDERS), [])
  const [find, make] = manifest.operations
  assert.deepEqual(find?.input, {
    type: 'object',
    properties: { id: { type: 'string' }, deep: { type: 'boolean' } },
    required: ['id'],
    additionalProperties: false,
  })
  assert.deepEqual(find?.request, { method: 'GET', path: '/orders/{id}', query: { deep: '{deep}' } })
  assert.deepEqual([find?.effect, find?.idempotent], ['read', true])
  assert.deepEqual(make?.request, { method: 'POST', path: '/orders', body: { sku: '{sku}' } })
  assert.deepEqual([make?.effect, make?.idempotent], ['write', false])
})

test('every mistake is named with its line, its column, its field and what would be right', () => {
  const cases: readonly (readonly [from: string, to: string, wanted: RegExp])[] = [
    ['licence:', 'licenze:', /^3:\d+ metadata.licenze manifest-form: unknown key/],
    ['version: 1.0.0', 'version: "1.0"', /^3:\d+ metadata.version manifest-form: a version as in 1\.4\.0/],
    ['kind: http', 'kind: htp', /^2:7 kind manifest-form: must be one of openapi, http/],
    [
      'zone: private',
      'zone: home',
      /^8:\d+ permissions.network\[0\].zone manifest-form: must be one of private, managed/,
    ],
    ['secrets: [order-token]', 'secrets: []', /^5:\d+ auth\[0\].secret secret-undeclared/],
    [
      'methods: [GET, POST, DELETE]',
      'methods: [GET]',
      /^11:\d+ operations\[1\].request network-undeclared: .*method POST/,
    ],
    [
      'host: orders.example.org',
      'host: other.example.org',
      /operations\[0\].request network-undeclared: .*declare host orders.example.org, port 443/,
    ],
    [
      "'GET /orders/{id}'",
      "'GET /orders/{idd}'",
      /^10:\d+ operations\[0\].request manifest-template: \{idd\} is no property of the input/,
    ],
    ['type: boolean', 'type: bolean', /^10:\d+ operations\[0\].input manifest-schema: is no JSON Schema/],
    [
      'type: boolean',
      "type: string, pattern: '(?=a)b'",
      /operations\[0\].input manifest-pattern: .*looks ahead/,
    ],
    [
      'description: Finds one,',
      'description: Finds one, effect: write,',
      /operations\[0\].effect effect-read: must be read, because the request is GET/,
    ],
    ['id: make_order', 'id: find_order', /^11:\d+ operations\[1\].id manifest-duplicate/],
    [
      'expectDenied: true',
      'expectDenied: true, expect: 1',
      /^14:\d+ tests\[1\] test-form: needs exactly one/,
    ],
    ['operation: make_order', 'operation: make_oder', /tests\[2\].operation test-form: is no operation/],
    ['secret: order-token', 'secret: order-token, host: b.example.org', /auth\[0\].host auth-host/],
    ['zone: private', 'zone: private, tls: false', /operations\[0\].request network-undeclared/],
    [
      'description: Makes one',
      'description: ghp_1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P7q8R',
      /operations\[1\].description credential-literal/,
    ],
    [
      'apiVersion: freehold.dev/v1',
      'apiVersion: freehold.dev/v1\nexposes: [{ operation: nothing, auth: key, scope: a }]',
      /exposes\[0\].operation exposes-operation/,
    ],
    [
      'apiVersion: freehold.dev/v1',
      'apiVersion: freehold.dev/v1\ncompat: { platform: later }',
      /compat.platform manifest-version/,
    ],
  ]
  for (const [from, to, wanted] of cases) {
    const found = lines(changed(from, to))
    assert.ok(
      found.some((one) => wanted.test(one)),
      `${to}: ${found.join('\n')}`,
    )
  }
})

test('a refusal lists all mistakes and names the first field', () => {
  assert.throws(
    () =>
      readManifest(
        changed('secrets: [order-token]', 'secrets: []').replace('expectDenied: true', 'expectFault: x'),
      ),
    (error) =>
      error instanceof Fault &&
      error.code === 'invalid' &&
      error.param === 'auth[0].secret' &&
      /^skill\.yaml:5:\d+ {2}auth\[0\]\.secret: .*\n.*tests\[1\]\.expectFault/.test(error.message),
  )
})

test('what is missing but no mistake is for a reviewer: an operation without a test, a skill that shows no refusal', () => {
  const found = inspectManifest(ORDERS.split('tests:')[0] ?? '')
  assert.notEqual(found.manifest, null)
  assert.deepEqual(
    found.problems.map(({ rule, level }) => `${level} ${rule}`),
    ['review test-denied-missing', 'review test-missing', 'review test-missing'],
  )
})

test('restricted data has no way to a managed host, and a managed host no plain connection', () => {
  const managed = changed('zone: private', 'zone: managed')
  assert.deepEqual(lines(managed), [])
  assert.match(
    lines(managed.replace('secrets:', 'data: { in: restricted }\n  secrets:')).join('\n'),
    /network-class/,
  )
  assert.match(
    lines(managed.replace('zone: managed', 'zone: managed, tls: false')).join('\n'),
    /network-plain/,
  )
  assert.match(
    lines(managed.replace('type: bearer, secret: order-token', 'type: jwt, audience: a')).join('\n'),
    /auth-managed-jwt/,
  )
})

const PROMPT = `apiVersion: freehold.dev/v1
kind: prompt
metadata: { name: tone, version: 1.0.0, publisher: acme, title: Tone, description: How we write, licence: MIT }
prompt: { instructions: SKILL.md, resources: [words.txt] }
`

test('a skill of text asks for nothing, and its files are there', () => {
  const files = new Map([
    ['SKILL.md', Buffer.from('Write plainly.')],
    ['words.txt', Buffer.from('a')],
  ])
  assert.deepEqual(lines(PROMPT, files), [])
  assert.match(
    lines(PROMPT, new Map()).join('\n'),
    /prompt.instructions manifest-file.*\n.*prompt.resources\[0\] manifest-file/,
  )
  assert.match(
    lines(`${PROMPT}permissions: { storage: { bytes: 1 } }\n`, files).join('\n'),
    /permissions.storage prompt-permissions/,
  )
})

const STEPS = `apiVersion: freehold.dev/v1
kind: workflow
metadata: { name: refund, version: 1.0.0, publisher: acme, title: Refund, description: Refunds, licence: MIT }
compat: { requires: [{ skill: orders, range: ^1.0.0 }] }
operations: [{ id: refund, description: Refunds one, input: { id: { type: string } } }]
workflows:
  - operation: refund
    steps:
      - { id: find, skill: orders, operation: find_order, input: { id: '{input.id}' } }
      - { id: pay, skill: orders, operation: pay_back, input: { sum: '{steps.find.sum}' }, when: { path: $.steps.find.sum, above: 0 } }
tests: [{ operation: refund, input: { id: a }, expectDenied: true }]
`

test('a workflow calls skills that it requires and reads only what was done before', () => {
  assert.deepEqual(lines(STEPS), [])
  const wrong = (from: string, to: string): string => lines(STEPS.replace(from, to)).join('\n')
  assert.match(
    wrong('skill: orders, operation: find_order', 'skill: oders, operation: find_order'),
    /steps\[0\].skill workflow-reference/,
  )
  assert.match(
    wrong('{input.id}', '{steps.pay.id}'),
    /steps\[0\].input workflow-reference: \{steps.pay.id\} is read before/,
  )
  assert.match(wrong('path: $.steps.find.sum', 'path: $.steps.find.'), /steps\[1\].when manifest-template/)
  assert.match(
    wrong('- operation: refund', '- operation: refnd'),
    /workflows\[0\].operation workflow-reference/,
  )
})

test('text that is no manifest is refused with a few sentences and not with all their echoes', () => {
  assert.ok(lines('kind: [http\nmetadata: {').length <= 3)
  assert.match(lines('').join(), /manifest-form/)
  assert.ok(lines('a: &x 1\nb: *x').some((one) => /anchors are not understood/.test(one)))
})
