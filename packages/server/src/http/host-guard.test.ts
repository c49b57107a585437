import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import { createHostGuard } from './host-guard.ts'

function verdict(host: string | undefined, publicUrl: string | null = 'https://ai.example.org:8443'): string {
  try {
    createHostGuard({ listenHost: 'house.local', publicUrl })(host)
    return 'ok'
  } catch (error) {
    if (error instanceof Fault) return error.code
    throw error
  }
}

test('this machine is known as localhost, by its addresses, its listen name and its public name', () => {
  const known = [
    'localhost',
    'LOCALHOST:7070',
    '127.0.0.1',
    '127.0.0.1:7070',
    '10.0.1.5:80',
    '[::1]',
    '[::1]:7070',
    'house.local',
    'House.Local:1',
    'ai.example.org',
    'AI.example.org:443',
  ]
  assert.deepEqual(
    known.filter((host) => verdict(host) !== 'ok'),
    [],
  )
})

test('every other name is refused: a page elsewhere could have made it point here', () => {
  const foreign = [
    '',
    'evil.example',
    'evil.example:7070',
    'localhost.evil.example',
    'evil.example#localhost',
    'localhost@evil.example',
    'evil.example/localhost',
    '127.0.0.1.evil.example',
    '2130706433',
    '0x7f.1',
    '[::1',
    '::1',
    'localhost:',
    'localhost:123456',
    'localhost, evil.example',
    'ai.example.org.',
  ]
  assert.deepEqual(
    foreign.filter((host) => verdict(host) !== 'wrong_host'),
    [],
  )
  assert.equal(verdict('ai.example.org', null), 'wrong_host')
})

test('a request without a host is malformed', () => {
  assert.equal(verdict(undefined), 'malformed')
})

test('a name that the certificate of the server carries is its own', () => {
  const isCertified = (name: string): boolean => name === 'gateway.example.org'
  const check = createHostGuard({ listenHost: '127.0.0.1', publicUrl: null, isCertified })
  check('Gateway.example.org:8443')
  assert.throws(() => check('other.example.org'), { code: 'wrong_host' })
})

test('a name that was accepted opens the door to no other', () => {
  const check = createHostGuard({ listenHost: '127.0.0.1', publicUrl: null })
  check('localhost:7070')
  check('localhost:7070')
  for (const foreign of ['evil.example', 'localhost:7070 ', undefined]) assert.throws(() => check(foreign))
  check('localhost:7070')
})
