import { test } from 'node:test'
import assert from 'node:assert/strict'
import { posix } from 'node:path'
import { networkPermission } from '@freehold/contract/skill-permissions.ts'
import { isHostOf, isPathOf, permissionFor, readAddress } from './reach.ts'

const permission = networkPermission.parse({
  host: 'api.example.org',
  zone: 'private',
  paths: ['/v1/files/**', '/v1/orders/*'],
})
const isReached = (url: string): boolean => {
  const address = readAddress(url)
  return typeof address !== 'string' && permissionFor([permission], address, 'GET') !== null
}

test('a star is a segment or a part of one, and two at the end are everything below', () => {
  const cases: readonly (readonly [pattern: string, path: string, isWithin: boolean])[] = [
    ['/a', '/a', true],
    ['/a', '/a/', false],
    ['/*', '/a', true],
    ['/*', '/', false],
    ['/*', '/a/b', false],
    ['/a/*/c', '/a/b/c', true],
    ['/a/x-*', '/a/x-1', true],
    ['/a/*-x', '/a/1-x', true],
    ['/a/*.*', '/a/b.c', true],
    ['/a/b*b', '/a/b', false],
    ['/a/**', '/a/b/c', true],
    ['/a/**', '/a/', true],
    ['/a/**', '/a', false],
    ['/a/**', '/ab/c', false],
    ['/**', '/', true],
  ]
  for (const [pattern, path, isWithin] of cases)
    assert.equal(isPathOf(pattern, path), isWithin, `${pattern} ${path}`)
})

test('a host is the one that is named, or one level below a domain', () => {
  assert.ok(isHostOf('a.example', 'A.example.'))
  assert.ok(isHostOf('*.a.example', 'x.a.example'))
  for (const host of ['a.example', 'x.y.a.example', 'xa.example', '.a.example'])
    assert.equal(isHostOf('*.a.example', host), false, host)
  assert.equal(isHostOf('*.0.0.1', '127.0.0.1'), false)
})

/** Whatever a server decodes and however often, and whether it takes `\` and `;` for more than signs. */
function readings(path: string): readonly string[] {
  const found = new Set([path])
  for (let round = 0; round < 6; round += 1) {
    const before = [...found]
    for (const one of before) {
      try {
        found.add(decodeURIComponent(one))
      } catch {
        // It is not decoded by anybody.
      }
      found.add(one.replaceAll('\\', '/'))
      found.add(one.replaceAll(/;[^/]*/g, ''))
    }
  }
  return [...found]
}

test('of thirty thousand paths that are put together to climb out, none that is let through does', () => {
  const pieces = [
    '/',
    '..',
    '.',
    '%2e',
    '%2E',
    '%2f',
    '%5c',
    '\\',
    '%25',
    '%252e',
    '%252f',
    ';',
    ';x',
    'a',
    'b',
    '//',
    '%00',
    '%c0%ae',
    '?',
    '%3f',
    '%23',
    ' ',
    '%20',
    '%09',
  ]
  let state = 7
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
  let through = 0
  for (let round = 0; round < 30_000; round += 1) {
    const tail = Array.from({ length: 1 + next(7) }, () => pieces[next(pieces.length)] ?? '').join('')
    if (!isReached(`https://api.example.org/v1/files/${tail}`)) continue
    through += 1
    const path = `/v1/files/${tail}`.replace(/\?.*$/s, '')
    for (const reading of readings(path)) {
      const place = posix.normalize(reading.replaceAll(/[\s\0]/g, ''))
      assert.ok(place.startsWith('/v1/files/'), `${JSON.stringify(tail)} is read as ${place}`)
    }
  }
  assert.ok(through > 1500, `${through} let through`)
})
