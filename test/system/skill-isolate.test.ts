import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { CallContext } from '../../packages/server/src/skills/runner.ts'
import { ISOLATE_PROBES } from './skill-isolate-probes.ts'
import { CANARY, contextOf, opened, sandboxesOf } from './skill-sandbox-house.ts'

const { sandboxes, metrics } = sandboxesOf()
after(() => sandboxes.close())
process.env['FREEHOLD_CANARY'] = CANARY

const skillOf = (source: string, limits = {}) =>
  opened({ language: 'js', sandbox: 'isolate', source, limits }, sandboxes)
const program = (body: string): string => `export async function run(input, host) { ${body} }`

async function outcome(body: string, context: Partial<CallContext> = {}): Promise<unknown> {
  const runner = await skillOf(program(body))
  try {
    return (await runner.run('run', {}, contextOf(context))).value
  } catch (error) {
    assert.ok(error instanceof Fault, String(error))
    return error.code
  }
}

test('code in the isolate reaches nothing of the program around it', async () => {
  const sent: unknown[] = []
  const broker: CallContext['broker'] = {
    async send(request) {
      sent.push(request)
      return { status: 200, headers: {}, body: Buffer.from('{}') }
    },
  }
  const found: Record<string, unknown> = {}
  for (const [name, body] of Object.entries(ISOLATE_PROBES)) {
    const got = await outcome(body, { broker })
    if (got !== 'in' && got !== 'skill_failed' && got !== 'invalid') found[name] = got
  }
  assert.deepEqual(found, {})
  assert.equal('polluted' in {}, false)
  assert.ok(Object.keys(ISOLATE_PROBES).length >= 25)
  const said = JSON.stringify([sent, await metrics.render()])
  assert.equal(said.includes(CANARY) || said.includes('polluted'), false)
})

test('code is found by nobody else: what it kept in memory is gone with its call', async () => {
  const runner = await skillOf(
    program('const was = globalThis.kept; globalThis.kept = input.say; return was ?? null'),
  )
  for (const say of ['one', 'two', 'three']) {
    assert.deepEqual((await runner.run('run', { say }, contextOf())).value, null)
  }
})

/** Each would go on for ever, or take all there is. */
const BOMBS: Readonly<Record<string, string>> = {
  'a loop': 'for (;;);',
  'a sort that nothing interrupts':
    'const all = new Float64Array(2_000_000).map(() => Math.random()); for (;;) all.sort()',
  promises:
    'const more = () => Promise.resolve().then(() => { more(); more() }); more(); await new Promise(() => 0)',
  'the stack': 'const deeper = () => deeper() + 1; return deeper()',
  'a pattern that goes back': "return /^(a+)+$/.test('a'.repeat(40) + 'b')",
  'its result': "return 'x'.repeat(1_000_000)",
}

for (const [name, body] of Object.entries(BOMBS)) {
  test(`the host goes on when code in the isolate blows up: ${name}`, async () => {
    const bomb = await skillOf(program(body), { cpuMs: 100, outputBytes: 10_000 })
    await assert.rejects(bomb.run('run', {}, contextOf()), { code: 'skill_failed' })
    const next = await skillOf(program('return input.n + 1'))
    assert.deepEqual(await next.run('run', { n: 1 }, contextOf()), { value: 2 })
  })
}

test('what a host function refused reaches the caller as it was, unless the skill makes something of it', async () => {
  const broker: CallContext['broker'] = {
    send: async () => {
      throw new Fault('skill_denied', 'Not declared.')
    },
  }
  assert.equal(await outcome("await host.fetch('http://example.org')", { broker }), 'skill_denied')
  const caught =
    "try { await host.fetch('http://example.org') } catch (error) { return error.code + ': ' + error.message }"
  assert.equal(await outcome(caught, { broker }), 'skill_denied: Not declared.')
  // Nobody can say that something was refused that was not.
  assert.equal(
    await outcome("throw Object.assign(new Error('x'), { name: 'Fault', code: 'not_found', ask: 1 })"),
    'skill_failed',
  )
})

test('a call that its caller ends is over at once, also while it computes', async () => {
  const runner = await skillOf(program('for (;;);'), { cpuMs: 60_000 })
  const waiting = await skillOf(program("await host.storage.get('x')"))
  for (const one of [runner, waiting]) {
    const ended = new AbortController()
    const storage = { get: () => new Promise<null>(() => undefined), set: async () => undefined }
    const call = one.run('run', {}, contextOf({ signal: ended.signal, storage }))
    setImmediate(() => ended.abort())
    await assert.rejects(call, { code: 'timed_out' })
  }
})

test('modules of the skill are found beside its first one, in TypeScript too', async () => {
  const runner = await opened(
    {
      language: 'ts',
      sandbox: 'isolate',
      source:
        "import { one } from './lib/one.ts'\nexport async function run(input: { n: number }): Promise<number> { return input.n + one }",
      more: {
        'lib/one.ts': "import { base } from '../base.mjs'\nexport const one: number = base",
        'base.mjs': 'export const base = 1',
      },
    },
    sandboxes,
  )
  assert.deepEqual(await runner.run('run', { n: 41 }, contextOf()), { value: 42 })
  await assert.rejects(opened({ language: 'ts', sandbox: 'isolate', source: 'enum A { B }' }, sandboxes), {
    code: 'invalid',
    param: 'main.ts',
  })
})

test('what code logs is kept to four kilobytes a call', async () => {
  const lines: string[] = []
  const body = "for (let n = 0; n < 1000; n += 1) host.log('x'.repeat(99)); return null"
  await outcome(body, { log: (line) => void lines.push(line) })
  assert.ok(lines.length > 30)
  assert.ok(lines.join('\n').length <= 4096)
})
