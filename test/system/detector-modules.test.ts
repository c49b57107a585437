import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ModuleSetting } from '../../packages/server/src/kernel/config/detector-keys.ts'
import { ModulePlugin } from '../../packages/server/src/privacy/plugins/module-plugin.ts'
import { PluginFailure } from '../../packages/server/src/privacy/plugins/plugin.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold-modules-'))
})
after(() => rm(folder, { recursive: true, force: true }))

/** Finds a word, and does what else it is told by the text. */
const OBEDIENT = `
let kept = []
export async function createDetector() {
  return {
    id: 'obedient',
    async detect(text, { key }) {
      if (text === 'throw') throw new TypeError('about ' + text)
      if (text === 'hang') for (;;) {}
      if (text === 'wait') await new Promise(() => setInterval(() => {}, 1000))
      if (text === 'eat') for (;;) kept.push({ more: Array.from({ length: 1000 }, (_, n) => n + 0.5) })
      if (text === 'exit') process.exit(7)
      if (text === 'wrong') return [{ start: 0, end: 99, type: 'PERSON', score: 1 }]
      if (text === 'strange') return 'PERSON'
      if (text === 'print') console.log(text), console.error(text)
      if (text === 'env') return Object.keys(process.env).length === 0 ? [] : 'leaked'
      if (key === 'staff') return [{ start: 0, end: text.length, type: 'PERSON', score: 1 }]
      const start = text.indexOf('Zorblax')
      return start < 0 ? [] : [{ start, end: start + 7, type: 'PERSON', score: 0.9, source: 'x' }]
    },
  }
}
`

async function plugin(source: string, more: Partial<ModuleSetting> = {}) {
  const module = join(folder, `${Math.random()}.mjs`)
  await writeFile(module, source)
  const broke: string[] = []
  const made = new ModulePlugin(
    {
      name: 'mine',
      kind: 'module',
      enabled: true,
      required: true,
      entities: {},
      minScore: 0.5,
      timeoutMs: 10_000,
      module,
      mark: '',
      memoryMb: 64,
      startMs: 30_000,
      ...more,
    },
    { broke: (name) => broke.push(name) },
  )
  const find = (...texts: string[]) =>
    made.find(texts.map((text) => ({ text, context: { language: null, key: null } })))
  return { made, find, broke }
}
const fails = (code: string, isOfDetector: boolean) => (error: unknown) => {
  assert.ok(error instanceof PluginFailure, String(error))
  assert.deepEqual([error.code, error.isOfDetector], [code, isOfDetector])
  return true
}
/** On a machine with much else to do a thread may need more than the time it has: then it is asked again. */
async function inTime<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      if (tries === 20 || !(error instanceof PluginFailure)) throw error
    }
  }
}
const ZORBLAX = [{ start: 3, end: 10, type: 'PERSON', score: 0.9 }]

test('a module finds what it is made for, knows what a text is the value of, and sees no environment', async () => {
  const { made, find } = await plugin(OBEDIENT)
  assert.deepEqual(await find('Dr Zorblax', 'nobody', 'env', 'print'), [ZORBLAX, [], [], []])
  assert.equal(made.state, 'ready')
  const value = { text: 'Anna 😀', context: { language: null, key: 'staff' } }
  assert.deepEqual(await made.find([value]), [[{ start: 0, end: 7, type: 'PERSON', score: 1 }]])
  await made.close()
})

test('a module that throws or answers nonsense fails for that text only', async () => {
  const { made, find, broke } = await plugin(OBEDIENT)
  await assert.rejects(find('throw'), fails('threw', false))
  await assert.rejects(find('fine', 'wrong'), fails('answer', false))
  await assert.rejects(find('strange'), fails('answer', false))
  assert.deepEqual(await find('Dr Zorblax'), [ZORBLAX])
  assert.deepEqual(broke, ['TypeError', 'spans', 'spans'])
  await made.close()
})

test('half of a character is never marked', async () => {
  const { made, find } = await plugin(`
    export const createDetector = () => ({
      id: 'half', detect: () => [{ start: 1, end: 3, type: 'PERSON', score: 1 }],
    })`)
  assert.deepEqual(await find('😀😀'), [[{ start: 0, end: 4, type: 'PERSON', score: 1 }]])
  await made.close()
})

test('a module that hangs, waits for ever, ends itself or eats memory is started anew', async () => {
  for (const [word, code] of [
    ['hang', 'timeout'],
    ['wait', 'timeout'],
    ['exit', 'ended'],
    ['eat', 'ended'],
  ] as const) {
    const { made, find } = await plugin(OBEDIENT, { timeoutMs: code === 'timeout' ? 2000 : 60_000 })
    try {
      await inTime(() => find('warm'))
      await assert.rejects(find(word), fails(code, true), word)
      assert.deepEqual(await inTime(() => find('Dr Zorblax')), [ZORBLAX], word)
    } finally {
      await made.close()
    }
  }
})

test('while a module loads, whoever asks waits no longer than the time there is', async () => {
  const { made, find } = await plugin(
    `await new Promise((resolve) => setTimeout(resolve, 600_000))
     export const createDetector = () => ({ id: 'late', detect: () => [] })`,
    { timeoutMs: 100 },
  )
  await assert.rejects(find('text'), fails('starting', false))
  assert.equal(made.state, 'starting')
  await made.close()
})

test('a module that cannot be loaded, or is none, says so', async () => {
  const sources = [
    ['import "./nowhere.mjs"', 'ERR_MODULE_NOT_FOUND'],
    ['export const createDetector = () => { throw new RangeError("x") }', 'RangeError'],
    ['export const createDetector = () => ({ id: "x" })', 'ZodError'],
    ['export const detect = () => []', 'ZodError'],
    ['process.exit(1)', 'start'],
  ] as const
  for (const [source, name] of sources) {
    const { made, find, broke } = await plugin(source)
    await assert.rejects(find('text'), fails('start', true), source)
    assert.equal(broke[0], name)
    await made.close()
  }
})

test('what is under way is ended before a module is closed', async () => {
  const { made, find } = await plugin(OBEDIENT)
  const found = find('Dr Zorblax')
  await made.close()
  assert.deepEqual(await found, [ZORBLAX])
})
