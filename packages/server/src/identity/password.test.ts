import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import { Passwords } from './password.ts'

const cheap = { memoryKiB: 8, passes: 1 }
const isTooMany = (error: unknown): boolean => error instanceof Fault && error.code === 'too_many'

test('a password opens what it closed, and no other does', async () => {
  const passwords = new Passwords(cheap)
  const phc = await passwords.hash('correct horse battery')
  assert.equal(await passwords.verify(phc, 'correct horse battery'), true)
  assert.equal(await passwords.verify(phc, 'correct horse batterz'), false)
})

test('a password is stored with the cost that OWASP asks for', async () => {
  assert.match(
    await new Passwords().hash('correct horse battery'),
    /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/,
  )
})

test('the same password hashed twice looks different', async () => {
  const passwords = new Passwords(cheap)
  assert.notEqual(
    await passwords.hash('correct horse battery'),
    await passwords.hash('correct horse battery'),
  )
})

test('a password typed with composed or decomposed letters is the same password', async () => {
  const passwords = new Passwords(cheap)
  const phc = await passwords.hash('schöne neue welt')
  assert.equal(await passwords.verify(phc, 'scho\u0308ne neue welt'), true)
})

test('nobody has a password, not even the one the stand-in was made of', async () => {
  assert.equal(await new Passwords(cheap).verify(null, ''), false)
})

test('a stored text that is no argon2id hash is a bug, not a wrong password', async () => {
  await assert.rejects(new Passwords(cheap).verify('$2b$10$abcdefghijklmnopqrstuv', 'x'), /no argon2id/)
})

test('a flood of sign-ins is refused at the thirty-fifth and served again afterwards', async () => {
  const passwords = new Passwords(cheap)
  const flood = Array.from({ length: 34 }, () => passwords.hash('correct horse battery'))
  await assert.rejects(passwords.hash('one too many'), isTooMany)
  assert.equal((await Promise.all(flood)).length, 34)
  assert.ok(await passwords.hash('there is room again'))
})
