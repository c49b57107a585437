import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import type { HealthView } from '@freehold/sdk'
import { i18n } from '../../language/language.ts'
import { healthLine } from './health-lines.ts'

type Line = HealthView['lines'][number]
const JUDGES = join(import.meta.dirname, '../../../../server/src/ops/health-lines.ts')

afterEach(() => i18n.activate('en'))

test('whatever the server says of its health is said in both languages', async () => {
  const source = await readFile(JUDGES, 'utf8')
  // Each judge begins a line of the table; what it can say follows until the next one.
  const judges = [...source.matchAll(/^ {2}'?([a-z-]+)'?(?:: flag\(|\(read)([\s\S]*?)(?=^ {2}\S|^\})/gm)]
  const said = judges.flatMap(([, id = '', body = '']) => {
    const states = Array.from(body.matchAll(/'(ok|warning|failed)'/g), ([, state]) => state)
    if (!body.includes('judged(')) states.push('ok')
    return states.map((state) => [id, state] as const)
  })
  assert.ok(said.length > 25, `${said.length}`)
  for (const [id, state] of said) {
    // Words of the server's own table.
    const line = { id, state, message: 'as the server says it', figures: {} } as unknown as Line
    for (const language of ['en', 'zh-CN']) {
      i18n.activate(language)
      assert.notEqual(healthLine(line), 'as the server says it', `${id} ${state}`)
    }
  }
})

test('figures stand in the sentence, in units that people read', () => {
  const figures = { freeBytes: 24 * 1024 ** 3, reserveBytes: 64 * 1024 ** 2 }
  const line: Line = { id: 'disk', state: 'warning', message: '', figures }
  assert.equal(healthLine(line), '24 GiB are free. Below 64 MiB nothing is stored any more.')
  i18n.activate('zh-CN')
  assert.equal(healthLine(line), '剩余 24 GiB。低于 64 MiB 时将停止写入。')
  const newer = { id: 'moon', state: 'ok', message: 'It is full.', figures: {} } as unknown as Line
  assert.equal(healthLine(newer), 'It is full.')
})
