import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')

test('npx freehold answers from a checkout', () => {
  assert.match(
    execFileSync('npx', ['freehold', '--version'], { cwd: root, encoding: 'utf8' }),
    /^\d+\.\d+\.\d+\n$/,
  )
})
