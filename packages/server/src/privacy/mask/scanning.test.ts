import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FaultCode } from '../../kernel/fault.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Detector } from '../detect/detector.ts'
import type { Span } from '../detect/span.ts'
import type { FailureCode, PluginText } from '../plugins/plugin.ts'
import type { Finder, Missing } from '../plugins/plugins.ts'
import { Scanning } from './scanning.ts'

const nothing: Detector = { id: 'nothing', detect: () => [] }
const text = (value: string) => ({ value, role: 'text', key: null }) as const
const NAME = 'Zorblax'

/** Finds one name, unless it is told to fail. */
class OneName implements Finder {
  isOn = true
  generation = 1
  missing: Missing[] = []
  readonly asked: string[] = []
  before: () => unknown = () => null

  async find(texts: readonly PluginText[]) {
    this.before()
    this.asked.push(...texts.map((one) => one.text))
    const spans = texts.map((one): Span[] => {
      const start = one.text.indexOf(NAME)
      if (start < 0 || this.missing.length > 0) return []
      return [{ start, end: start + NAME.length, type: 'PERSON', score: 0.85, source: 'names' }]
    })
    return { spans, missing: this.missing }
  }

  fails(code: FailureCode, isRequired: boolean): void {
    this.missing = [{ name: 'names', code, isRequired }]
  }
}

function house() {
  const names = new OneName()
  const scanning = new Scanning(nothing, { others: names })
  const count = async (value: string): Promise<number> =>
    (await scanning.read('tenant', [text(value)])).found.flat().length
  return { names, count }
}

test('what others found is remembered, also of short texts', async () => {
  const { names, count } = house()
  assert.deepEqual([await count('Dr Zorblax'), await count('Dr Zorblax')], [1, 1])
  assert.deepEqual(names.asked, ['Dr Zorblax'])
})

test('what was found without one of them is not remembered', async () => {
  const { names, count } = house()
  names.fails('timeout', false)
  assert.equal(await count('Dr Zorblax'), 0)
  names.missing = []
  assert.equal(await count('Dr Zorblax'), 1)
})

test('without one that is required the text is not read, and the refusal says who is missing', async () => {
  const { names, count } = house()
  names.fails('timeout', true)
  const refusal = (error: unknown): boolean =>
    error instanceof Fault &&
    error.code === 'stays_home' &&
    /detector names did not answer in time/.test(error.message)
  await assert.rejects(count('Dr Zorblax'), refusal)
  names.before = () => {
    throw new TypeError('a bug')
  }
  await assert.rejects(count('Dr Zorblax'), (error) => error instanceof Fault && error.code === 'stays_home')
})

test('what others than now have found is forgotten, also when it comes in late', async () => {
  const { names, count } = house()
  // Others are configured while the first read is under way.
  names.before = () => (names.generation = 2)
  await count('Dr Zorblax of before')
  await count('Dr Zorblax of before')
  assert.deepEqual(names.asked, ['Dr Zorblax of before', 'Dr Zorblax of before'])
  names.isOn = false
  names.generation = 3
  assert.equal(await count('Dr Zorblax of before'), 0)
})

test('a placeholder is no value and says nothing of what stands beside it, and nothing hides in what looks like one', async () => {
  const read: string[] = []
  const scanning = new Scanning({
    id: 'x',
    detect(value) {
      read.push(value)
      return []
    },
  })
  const hidden = '[PHONE_abcd_13812345678] [NOTE_abcd_1]'
  await scanning.read('t', [text('born [PLATE_k7f2_12] or [EMAIL].'), text(hidden)])
  assert.deepEqual(read, ['born [             ] or [     ].', hidden])
})

test('what is not searched in time, or not for all the others, stays home, and the end of the server is told as such', async () => {
  const codeOf = async (code: FaultCode): Promise<string> => {
    const afar = async () => {
      throw new Fault(code, 'not now')
    }
    const long = text('a'.repeat(1_000_000))
    const error: unknown = await new Scanning(nothing, { afar })
      .read('t', [long])
      .catch((cause: unknown) => cause)
    assert.ok(error instanceof Fault)
    return error.code
  }
  assert.equal(await codeOf('unavailable'), 'stays_home')
  assert.equal(await codeOf('too_many'), 'stays_home')
  assert.equal(await codeOf('draining'), 'draining')
})
