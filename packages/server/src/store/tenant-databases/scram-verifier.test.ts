import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scramVerifier } from './scram-verifier.ts'

test('a verifier is the one that PostgreSQL makes of the same password and salt', () => {
  // Made by PostgreSQL 15: SELECT rolpassword FROM pg_authid, for the password 'pencil'.
  const kept =
    'SCRAM-SHA-256$4096:h8XpX5wrTQWGb4Y8yU/c1g==$0kUqmKlYCyK7FN9suUbm9q49YjNuqM+aXGTy9a1rzbM=:Dt6Vqda49JITYeuygKQBF+KxDAX0QSvFHTYudQuPQbw='
  const salt = Buffer.from(/\$4096:([^$]+)\$/.exec(kept)?.[1] ?? '', 'base64')
  assert.equal(scramVerifier('pencil', salt), kept)
})
