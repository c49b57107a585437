import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readyEvent, readyText } from './ready.ts'

const url = 'https://10.0.0.1:7070'
const one = { url, dataUrl: url, metricsUrl: url, claimUrl: null }
const apart = { ...one, dataUrl: 'https://10.0.0.1:8443', metricsUrl: 'https://127.0.0.1:9090' }

test('a program reads the addresses that differ, and no others', () => {
  assert.deepEqual(JSON.parse(readyEvent(one, 7)), { event: 'ready', url, claimUrl: null, pid: 7 })
  const { dataUrl, metricsUrl } = JSON.parse(readyEvent(apart, 7))
  assert.deepEqual([dataUrl, metricsUrl], [apart.dataUrl, apart.metricsUrl])
  assert.match(readyEvent(apart, 7), /^[^\n]+\n$/)
})

test('a person reads where the page is, and where models and metrics are when it is somewhere else', () => {
  assert.equal(readyText(one), `\n  Freehold is ready at ${url}\n\n  Stop it with Ctrl-C.\n\n`)
  assert.match(
    readyText(apart),
    /ready at https:\/\/10\.0\.0\.1:7070\n {2}Models and services are at https:\/\/10\.0\.0\.1:8443\n {2}Metrics are at https:\/\/127\.0\.0\.1:9090\/metrics\n/,
  )
})

test('the link of the owner is shown while nobody owns the house', () => {
  assert.match(
    readyText({ ...one, claimUrl: `${url}/#claim=x` }),
    /becomes the owner:\n\n {4}https:.*#claim=x\n/,
  )
})
