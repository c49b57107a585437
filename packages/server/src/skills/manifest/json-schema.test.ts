import { test } from 'node:test'
import assert from 'node:assert/strict'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { FIELD_MEANINGS } from './field-meanings.ts'
import { fieldPaths, skillJsonSchema } from './json-schema.ts'

test('every field of a manifest has its meaning, and no meaning is of a field that there is not', () => {
  assert.deepEqual([...fieldPaths()].toSorted(), Object.keys(FIELD_MEANINGS).toSorted())
})

test('the published schema takes what is taken and refuses what is refused', () => {
  const isManifest = new Ajv2020({ strict: false, validateFormats: false }).compile(skillJsonSchema())
  const metadata = {
    name: 'a',
    version: '1.0.0',
    publisher: 'a',
    title: 'A',
    description: 'A',
    licence: 'MIT',
  }
  const manifest = {
    apiVersion: 'freehold.dev/v1',
    kind: 'prompt',
    metadata,
    prompt: { instructions: 'SKILL.md' },
  }
  assert.equal(isManifest(manifest), true, JSON.stringify(isManifest.errors))
  for (const wrong of [
    { kind: 'other' },
    { more: 1 },
    { prompt: {} },
    { metadata: { ...metadata, name: 'A B' } },
  ]) {
    assert.equal(isManifest({ ...manifest, ...wrong }), false, JSON.stringify(wrong))
  }
})
