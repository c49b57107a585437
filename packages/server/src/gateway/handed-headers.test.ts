import assert from 'node:assert/strict'
import { test } from 'node:test'
import { targetInput } from '@freehold/contract/routing.ts'
import { Fault } from '../kernel/fault.ts'
import { guardTarget } from '../kernel/target-definition.ts'
import { addHanded, handedHeaders, mayReturn } from './handed-headers.ts'
import { checkRouting } from './routing/compile.ts'

const BASE = { name: 'tts', kind: 'service', zone: 'private', url: 'https://10.0.1.5' }
const parsed = (headers: unknown) => targetInput.safeParse({ ...BASE, headers })

const NEVER_SENT = [
  'authorization',
  'cookie',
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'connection',
  'accept-encoding',
  'x-api-key',
  'x-freehold-class',
  'proxy-authorization',
  'x-forwarded-for',
  'x-original-url',
  'x-http-method-override',
  'expect',
  'Accept-Language',
  'a b',
  'x\r\ny',
  'x:',
  '',
  '-x',
]
const NEVER_RETURNED = [
  'set-cookie',
  'www-authenticate',
  'content-length',
  'transfer-encoding',
  'location',
  'x-freehold-zone',
  'access-control-allow-origin',
  'content-security-policy-report-only',
  'strict-transport-security',
  'cross-origin-opener-policy',
  'ETag',
]

test('a target may name the headers that it gets and gives, and never one that is not its own to have', () => {
  assert.equal(
    parsed({ request: ['x-tenant-hint', 'accept-language'], response: ['x-model-build'] }).success,
    true,
  )
  for (const name of NEVER_SENT) assert.equal(parsed({ request: [name] }).success, false, name)
  for (const name of NEVER_RETURNED) assert.equal(parsed({ response: [name] }).success, false, name)
  for (const empty of [{}, { request: [] }, { requests: ['x-a'] }, { request: ['*'] }])
    assert.equal(parsed(empty).success, false)
})

test('no header of a client goes to a managed target, and none that carries the credential of a private one', () => {
  const problems = (target: object) =>
    checkRouting({
      targets: [guardTarget(targetInput.parse({ ...BASE, ...target }))],
      routes: [],
      privateOnly: [],
    }).map(({ path, message }) => `${path.join('.')}: ${message}`)
  const headers = { request: ['x-a', 'x-token'], response: ['x-b'] }
  assert.deepEqual(problems({ headers }), [])
  assert.deepEqual(problems({ headers: { response: ['x-b'] }, zone: 'managed' }), [])
  assert.match(problems({ headers, zone: 'managed' }).join(), /^targets\.0\.headers\.request: .*only private/)
  assert.deepEqual(problems({ headers, auth: { header: { name: 'X-Token', value: 's' } } }), [
    'targets.0.headers.request.1: carries the credential of the target',
  ])
})

test('what is named is handed on once, as printable text, and nothing else is', () => {
  const headers = ['accept', 'application/json', 'user-agent', 'x-a']
  const sent = { accept: 'text/html', 'x-a': 'one', 'x-b': 'two', 'set-cookie': ['c'] }
  addHanded(headers, ['accept', 'x-a', 'x-missing'], sent)
  assert.deepEqual(headers, ['accept', 'application/json', 'user-agent', 'x-a', 'x-a', 'one'])
  for (const value of ['caf\u00e9', 'a\tb', 'x'.repeat(1025), 'a\r\nx-evil: 1']) {
    assert.throws(
      () => addHanded([], ['x-a'], { 'x-a': value }),
      (error: unknown) => error instanceof Fault && error.code === 'invalid' && error.param === 'x-a',
    )
  }
})

test('an answer may say what is named, and only what a client can read safely', () => {
  const target = guardTarget(targetInput.parse({ ...BASE, headers: { response: ['x-b'] } }))
  const { request, response } = handedHeaders(target)
  assert.equal(request, null)
  const cases = [
    ['x-b', 'fine', true],
    ['x-c', 'fine', false],
    ['x-b', 'a\r\nset-cookie: x', false],
    ['x-b', '\u20ac', false],
    ['x-b', 'x'.repeat(9000), false],
  ] as const
  for (const [name, value, may] of cases) assert.equal(mayReturn(response, name, value), may, value)
  assert.equal(mayReturn(null, 'x-b', 'fine'), false)
})
