import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { SkillHouse } from './skill-house.ts'
import { openSkillHouse } from './skill-house.ts'

let house: SkillHouse
before(async () => {
  house = await openSkillHouse()
})
after(() => house.close())

test('a skill of text is taken in, and returns its instructions', async () => {
  const manifest = {
    apiVersion: 'freehold.dev/v1',
    kind: 'prompt',
    metadata: {
      name: 'minutes-of-meetings',
      version: '1.0.0',
      publisher: 'acme',
      title: 'Minutes',
      description: 'How minutes of meetings are written here',
      licence: 'Apache-2.0',
    },
    prompt: { instructions: './instructions.md' },
  }
  const detail = await house.install({ manifest, files: { 'instructions.md': 'Write who decided what.' } })
  assert.equal(detail.isUsable, true)
  const [operation] = detail.operations
  const { text } = await house.call('minutes-of-meetings', operation?.id ?? '')
  assert.equal(text, 'Write who decided what.')
})
