import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readManifest } from './read-manifest.ts'

const MANIFEST = `
apiVersion: freehold.dev/v1
kind: http
metadata: { name: orders, version: 1.0.0, publisher: acme, title: Orders, description: Looks orders up, licence: MIT }
settings:
  - { name: host, title: Host of the order system, type: host, default: orders.example.org }
  - { name: port, title: Port, type: port, default: 443 }
permissions:
  network: [{ host: "{setting.host}", ports: ["{setting.port}"], zone: private }]
http: { baseUrl: "https://{setting.host}:{setting.port}/v1" }
operations:
  - { id: get_order, description: Finds one order, request: "GET /orders/{id}", input: { id: { type: string } } }
tests:
  - { operation: get_order, input: { id: A1 }, mock: [{ response: { body: { id: A1 } } }], expect: { id: A1 } }
  - { operation: get_order, input: { id: 5 }, expectDenied: true }
`
const read = (values?: Record<string, string | number>) => readManifest(MANIFEST, undefined, values)

test('a skill is written once and installed for the hosts of whoever installs it', () => {
  const standing = read()
  assert.equal(standing.kind === 'http' && standing.http.baseUrl, 'https://orders.example.org:443/v1')
  const ours = read({ host: 'orders.internal', port: 8443 })
  assert.equal(ours.kind === 'http' && ours.http.baseUrl, 'https://orders.internal:8443/v1')
  assert.deepEqual(
    ours.permissions.network.map(({ host, ports }) => [host, ports]),
    [['orders.internal', [8443]]],
  )
  assert.deepEqual(
    ours.settings.map(({ default: value }) => value),
    ['orders.internal', 8443],
  )
})

test('a setting that there is not, or that does not fit, is refused by its name', () => {
  assert.throws(() => read({ hots: 'x' }), { code: 'invalid', param: 'settings.hots' })
  assert.throws(() => read({ host: 'https://x.example' }), { code: 'invalid', param: 'settings.host' })
  assert.throws(() => read({ port: 70_000 }), { code: 'invalid', param: 'settings.port' })
})
