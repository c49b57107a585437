import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import { Secret } from '../kernel/secret.ts'
import { parseDsn } from './dsn.ts'

const parse = (text: string) => parseDsn(new Secret(text))

test('a database on another machine is verified unless told otherwise', () => {
  const { ssl, ...place } = parse('postgres://fh:p%40ss@db.example.org:6432/freehold')
  assert.deepEqual(place, {
    host: 'db.example.org',
    port: 6432,
    user: 'fh',
    database: 'freehold',
    password: 'p@ss',
  })
  assert.deepEqual(ssl, { rejectUnauthorized: true, minVersion: 'TLSv1.2' })
})

test('on this machine TLS may be left out, on a socket it must be', () => {
  for (const host of ['127.0.0.1', 'localhost', '[::1]'])
    assert.equal(parse(`postgres://fh@${host}/freehold`).ssl, false)
  const socket = parse('postgres:///freehold?host=/var/run/postgresql&user=fh')
  assert.deepEqual(socket, {
    host: '/var/run/postgresql',
    port: 5432,
    user: 'fh',
    database: 'freehold',
    ssl: false,
  })
  assert.throws(
    () => parse('postgres:///freehold?host=/run&user=fh&sslmode=verify-full'),
    /sslmode=disable there/,
  )
})

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['postgres://fh:s3cret@db.example.org/freehold?sslmode=disable', /switches TLS off/],
  ['postgres://fh:s3cret@127.0.0.1.example.org/freehold?sslmode=disable', /switches TLS off/],
  ['postgres://fh:s3cret@db.example.org/freehold?sslmode=require', /accepts any server.*verify-full/],
  ['postgres://fh:s3cret@db.example.org/freehold?sslmode=prefer', /accepts any server.*verify-full/],
  ['postgres://fh:s3cret@db.example.org/freehold?options=-csession_authorization', /parameter options/],
  ['postgres://fh:s3cret@db.example.org/freehold?sslrootcert=/no/such/file', /\/no\/such\/file/],
  ['postgres://fh:s3cret@db.example.org:99999/freehold', /is not an address/],
  ['postgres://fh:s3cret@db.example.org/', /host, a user and a database/],
  ['mysql://fh:s3cret@db.example.org/freehold', /is not an address/],
  ['fh:s3cret@db.example.org', /is not an address/],
]

for (const [dsn, reason] of REFUSED) {
  test(`refused without repeating the password: ${dsn.replace('s3cret', '…')}`, () => {
    assert.throws(
      () => parse(dsn),
      (error) => error instanceof Fault && reason.test(error.message) && !error.message.includes('s3cret'),
    )
  })
}
