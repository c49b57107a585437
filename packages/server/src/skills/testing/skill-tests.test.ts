import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readManifest } from '../manifest/read-manifest.ts'
import type { SkillPackage } from '../runner.ts'
import { ports } from './ports-house.ts'
import { runSkillTests } from './skill-tests.ts'

const HEAD = `apiVersion: freehold.dev/v1
metadata: { name: orders, version: 1.0.0, publisher: acme, title: Orders, description: Orders of the shop, licence: MIT }
permissions: { network: [{ host: orders.example.org, zone: private, methods: [GET, POST], paths: [/v1/orders, '/v1/orders/*'] }] }
`
const ORDERS = `${HEAD}kind: http
http: { baseUrl: https://orders.example.org/v1 }
operations:
  - { id: find_order, description: Finds one, input: { id: { type: string }, deep?: { type: boolean } }, request: 'GET /orders/{id}', response: { number: $.no, sums: '$.lines[*].sum' } }
  - { id: make_order, description: Makes one, input: { sku: { type: string }, count?: { type: integer } }, request: POST /orders, output: { type: object, required: [no] } }
tests:
`
const document = {
  openapi: '3.0.3',
  info: { title: 'Orders', version: '1' },
  servers: [{ url: 'https://orders.example.org/{v}', variables: { v: { default: 'v1' } } }],
  paths: {
    '/orders/{orderId}': {
      parameters: [{ $ref: '#/components/parameters/Order' }],
      get: { operationId: 'getOrderById', summary: 'One order', responses: {} },
    },
    '/orders': {
      post: {
        operationId: 'createOrder',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
        },
        responses: {},
      },
    },
  },
  components: {
    parameters: {
      Order: { name: 'orderId', in: 'path', required: true, schema: { type: 'string', nullable: true } },
    },
    schemas: {
      Order: {
        type: 'object',
        required: ['sku'],
        properties: {
          sku: { type: 'string' },
          parts: { type: 'array', items: { $ref: '#/components/schemas/Order' } },
        },
      },
    },
  },
}
const OPENAPI = `${HEAD}kind: openapi
openapi: { source: api.json, include: [getOrderById, createOrder] }
tests:
`

async function failures(text: string, tests: readonly string[], files: SkillPackage['files'] = new Map()) {
  const manifest = readManifest(text + tests.map((one) => `  - { ${one} }\n`).join(''), files)
  const { results } = await runSkillTests({ manifest, digest: '', files }, ports)
  return results.map(({ failure }) => failure)
}

test("a skill's own tests run against what they say that the world answers", async () => {
  const found = await failures(ORDERS, [
    "operation: find_order, input: { id: a/b, deep: true }, mock: [{ request: { method: GET, path: '/orders/a%2Fb?deep=true' }, response: { body: { no: 7, lines: [{ sum: 1 }, { sum: 2 }] } } }], expectDenied: true",
    "operation: find_order, input: { id: é1, deep: true }, mock: [{ request: { path: '/orders/é1?deep=true' }, response: { body: { no: 7, lines: [{ sum: 1 }, { sum: 2 }], more: 1 } } }], expect: { number: 7, sums: [1, 2] }",
    'operation: make_order, input: { sku: a }, mock: [{ request: { body: { sku: a } }, response: { status: 201, body: { no: 1 } } }], expect: { no: 1 }',
    'operation: make_order, input: { sku: 1 }, expectDenied: true',
    "operation: find_order, input: { id: '..' }, expectDenied: true",
    "operation: find_order, input: { id: '../../admin' }, expectDenied: true",
    'operation: find_order, input: { id: a }, mock: [{ response: { status: 404 } }], expectFault: skill_failed',
    'operation: make_order, input: { sku: a }, mock: [{ response: { body: {} } }], expectFault: skill_failed',
  ])
  assert.deepEqual(
    found,
    Array.from({ length: 8 }, () => null),
  )
})

test('a test that does not hold says what was otherwise', async () => {
  const found = await failures(ORDERS, [
    'operation: find_order, input: { id: a }, mock: [{ response: { body: { no: 7 } } }], expect: { number: 8 }',
    'operation: find_order, input: { id: a }, mock: [], expect: 1',
    'operation: find_order, input: { id: a }, mock: [{ request: { path: /orders/b }, response: {} }], expect: 1',
    'operation: find_order, input: { id: a }, mock: [{ response: { body: {} } }], expectDenied: true',
    'operation: find_order, input: { id: a }, mock: [{ response: { status: 404 } }], expectDenied: true',
    'operation: find_order, input: { id: a }, mock: [{ response: { status: 404 } }], expect: 1',
    'operation: find_order, input: { id: a }, mock: [{ response: { body: {} } }, { response: {} }], expect: {}',
    'operation: make_order, input: { sku: a }, mock: [{ request: { body: { sku: b } }, response: { body: {} } }], expect: {}',
  ])
  const wanted = [
    /^number is not as expected$/,
    /^request 1 was GET \/v1\/orders\/a: no request more/,
    /^request 1 was GET \/v1\/orders\/a: expected was \/orders\/b$/,
    /^was not refused$/,
    /^failed with skill_failed and was not refused/,
    /^failed with skill_failed: The service answered 404/,
    /^1 of the expected requests/,
    /its body was another$/,
  ]
  for (const [at, form] of wanted.entries()) assert.match(found[at] ?? 'passed', form)
})

test('an OpenAPI document is run as it is written, references and nesting included', async () => {
  const files = new Map([['api.json', Buffer.from(JSON.stringify(document))]])
  const found = await failures(
    OPENAPI,
    [
      'operation: get_order_by_id, input: { orderId: a }, mock: [{ request: { path: /v1/orders/a }, response: { body: { no: 1 } } }], expect: { no: 1 }',
      'operation: create_order, input: { sku: a, parts: [{ sku: b }] }, mock: [{ request: { method: POST, path: /v1/orders, body: { sku: a, parts: [{ sku: b }] } }, response: { body: 1 } }], expect: 1',
      'operation: create_order, input: { sku: a, parts: [{ parts: [] }] }, expectDenied: true',
      'operation: create_order, input: {}, expectDenied: true',
    ],
    files,
  )
  assert.deepEqual(found, [null, null, null, null])
})
