import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACTIONS } from '@freehold/contract/actions.ts'
import type { Operation } from '@freehold/contract/operation.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { openApi } from './openapi.ts'

interface Described {
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, unknown>> }
  readonly responses: Readonly<Record<string, { readonly content?: object }>>
  readonly security: readonly object[]
}
interface Document {
  readonly openapi: string
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
}

// What the function returns is a plain object; this is the part of OpenAPI 3.1 that the tests look at.
const document = (await openApi('1.2.3')) as Document
const table = Object.entries(OPERATIONS) as readonly (readonly [string, Operation])[]
const described = ({ path, method }: Operation): Described | undefined =>
  document.paths[path]?.[method.toLowerCase()]

test('every operation of the route table is described once, under its own id', () => {
  const ids = Object.values(document.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  )
  assert.deepEqual(ids.toSorted(), table.map(([id]) => id).toSorted())
  assert.deepEqual([document.openapi, document.info.version], ['3.1.0', '1.2.3'])
})

test('every name in braces is a required parameter of the path, and no other is', () => {
  for (const [id, operation] of table) {
    const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    const parameters = described(operation)?.parameters.filter((one) => one.in === 'path') ?? []
    assert.deepEqual(
      parameters.map(({ name }) => name),
      inPath,
      id,
    )
    assert.ok(parameters.every(({ required }) => required))
  }
})

test('a query may be left out where its schema says so', () => {
  const parameters = described(OPERATIONS['key.list'])?.parameters.map(({ name, required }) => [
    name,
    required,
  ])
  assert.deepEqual(parameters, [
    ['after', false],
    ['limit', false],
  ])
})

test('a document is added as JSON or as a form, and a removal takes no body', () => {
  const add = described(OPERATIONS['document.add'])?.requestBody
  assert.deepEqual(Object.keys(add?.content ?? {}), ['application/json', 'multipart/form-data'])
  assert.equal(described(OPERATIONS['document.delete'])?.requestBody, undefined)
})

test('what anyone may call asks for nothing, everything else for a key or a session', () => {
  for (const [id, operation] of table) {
    const open = ACTIONS[operation.action] === 'anyone'
    assert.equal(described(operation)?.security.length, open ? 0 : 2, id)
  }
})

test('every operation says how it succeeds and how it refuses', () => {
  for (const [id, operation] of table) {
    const responses = described(operation)?.responses ?? {}
    assert.deepEqual(Object.keys(responses), [String(operation.status ?? 200), 'default'], id)
    assert.equal(
      responses[String(operation.status ?? 200)]?.content === undefined,
      operation.output === null &&
        operation.page === undefined &&
        operation.text !== 'application/octet-stream',
      id,
    )
  }
})

test('every reference in the document leads somewhere', () => {
  const text = JSON.stringify(document)
  for (const [, path] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = (path ?? '')
      .split('/')
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document)
    assert.notEqual(found, undefined, path)
  }
  assert.match(text, /\$ref/)
})
