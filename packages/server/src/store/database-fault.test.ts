import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DatabaseError } from 'pg'
import { Fault } from '../kernel/fault.ts'
import { databaseFault, isUniqueViolation } from './database-fault.ts'

function sqlError(code: string, constraint?: string): DatabaseError {
  const error = new DatabaseError('said by the server', 20, 'error')
  return Object.assign(error, { code, ...(constraint === undefined ? {} : { constraint }) })
}
const lost = (code: string): Error => Object.assign(new Error('connect'), { code })

const MEANINGS: readonly (readonly [string, Error, string | null])[] = [
  ['the server is shutting down', sqlError('57P01'), 'unavailable'],
  ['the server is starting', sqlError('57P03'), 'unavailable'],
  ['a statement took too long', sqlError('57014'), 'unavailable'],
  ['a lock was not got', sqlError('55P03'), 'unavailable'],
  ['too many connections', sqlError('53300'), 'unavailable'],
  ['two transactions waited for each other', sqlError('40P01'), 'unavailable'],
  ['the disk of the database is full', sqlError('53100'), 'storage_full'],
  ['nobody listens', lost('ECONNREFUSED'), 'unavailable'],
  ['the socket is not there', lost('ENOENT'), 'unavailable'],
  ['no address answers', new AggregateError([lost('ECONNREFUSED')], ''), 'unavailable'],
  ['the driver gave up', new Error('Query read timeout'), 'unavailable'],
  ['the connection broke', new Error('Connection terminated unexpectedly'), 'unavailable'],
  ['a wrong column is a bug', sqlError('42703'), null],
  ['a broken rule of the schema is a bug', sqlError('23503'), null],
  ['a mistake of ours is a bug', new TypeError('x is not a function'), null],
]

for (const [what, error, code] of MEANINGS) {
  test(`${what}: ${code ?? 'it flies on as it is'}`, () => {
    const meaning = databaseFault(error)
    if (code === null) assert.equal(meaning, error)
    else assert.ok(meaning instanceof Fault && meaning.code === code && meaning.cause === error)
  })
}

test('a value that was already there is recognised, by its index if asked', () => {
  const error = sqlError('23505', 'account_one_owner')
  assert.ok(isUniqueViolation(error))
  assert.ok(isUniqueViolation(error, 'account_one_owner'))
  assert.equal(isUniqueViolation(error, 'another'), false)
  assert.equal(isUniqueViolation(sqlError('23503')), false)
})
