import { test } from 'node:test'
import assert from 'node:assert/strict'
import { ConfigError, loadConfig } from './config.ts'
import { problemLine } from './problem.ts'

const load = (text: string) => loadConfig({ file: 'f.yaml', cwd: '/', text, env: {} }).config

function problems(text: string): readonly string[] {
  try {
    load(text)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems.map(problemLine)
  }
}

test('profiles and the classes of what is found are read as they are written', () => {
  const { desensitise, classes } = load(`
desensitise:
  ours: { default: redact, SECRET: block, EMAIL: keep-part, PERSON: surrogate }
  quiet: {}
classes: { found: { default: internal, SECRET: restricted } }
`)
  assert.deepEqual(desensitise, {
    ours: { default: 'redact', SECRET: 'block', EMAIL: 'keep-part', PERSON: 'surrogate' },
    quiet: {},
  })
  assert.deepEqual(classes.found, { default: 'internal', SECRET: 'restricted' })
  const tenant = '0193f8a0-0000-7000-8000-000000000001'
  const { privacy } = load(`privacy: { tenants: { "*": gdpr, ${tenant}: ours } }`)
  assert.deepEqual(privacy.tenants, { '*': 'gdpr', [tenant]: 'ours' })
  assert.deepEqual([load('').desensitise, load('').classes.found], [{}, {}])
})

test('a profile that cannot be followed is refused where it stands', () => {
  assert.match(
    problems('desensitise: { none: { EMAIL: redact } }')[0] ?? '',
    /none: is no name for a profile/,
  )
  assert.match(problems('desensitise: { Ours: {} }')[0] ?? '', /must be small letters/)
  assert.match(problems('desensitise: { ours: { EMAIL: hide } }')[0] ?? '', /must be one of/)
  assert.match(problems('desensitise: { ours: { EMIAL: redact } }')[0] ?? '', /did you mean EMAIL/)
  assert.match(problems('privacy: { tenants: { acme: gdpr } }')[0] ?? '', /privacy\.tenants/)
  assert.match(problems('classes: { found: { default: secret } }')[0] ?? '', /must be one of/)
})
