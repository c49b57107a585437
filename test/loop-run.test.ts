import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'node:test'
import type { LoopEvent } from '@freehold/contract/loop-events.ts'
import { isDurable } from '@freehold/contract/loop-events.ts'
import { doing, LIMITS, reading, runIn, said, taskOf, userWho } from './loop/loop-house.ts'
import { Fault } from '../packages/server/src/kernel/fault.ts'
import type { Tool, ToolPart } from '../packages/server/src/skills/tool.ts'
import { guard } from '../packages/server/src/assistant/loop/guard.ts'
import type { LoopTask, Model, ModelCall, ModelPiece } from '../packages/server/src/assistant/loop/ports.ts'

const ANY = { type: 'object' }
const END = {
  request: 'req_1',
  model: 'm',
  target: 't',
  zone: 'private',
  class: 'internal',
  rule: null,
  because: [],
  masked: 0,
  usage: { input: 5, output: 5 },
  costMicros: 10,
  finish: 'stop',
} as const
type Said = string | readonly (readonly [name: string, input: unknown])[]

/** A model that says its lines: one for each step, the last one again and again. What it was asked is kept. */
function scripted(...lines: readonly Said[]): Model & { readonly asked: ModelCall[] } {
  const asked: ModelCall[] = []
  return {
    asked,
    async *call(call): AsyncGenerator<ModelPiece> {
      asked.push(call)
      const line = lines[Math.min(call.step, lines.length - 1)] ?? ''
      if (typeof line === 'string') yield { type: 'text', text: line }
      else
        for (const [name, input] of line) {
          const text = typeof input === 'string' ? input : JSON.stringify(input)
          yield { type: 'call', call: { id: '', name, arguments: text } }
        }
      yield { type: 'end', end: END }
    },
  }
}
const foreign = (text: string, more: Partial<ToolPart> = {}): ToolPart => ({
  origin: 'tool',
  integrity: 'untrusted',
  class: 'internal',
  text,
  ...more,
})
const task = (tools: readonly Tool[], more: Partial<LoopTask> = {}): LoopTask =>
  taskOf({ messages: [said('user', 'Please.')], tools, ...more })
const nobody = userWho([])
const outcomesOf = (events: readonly LoopEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'tool.ended' ? [event.outcome] : []))
const run = (model: Model, of: LoopTask, more: Partial<Parameters<typeof runIn>[0]> = {}) =>
  runIn({ guard, model, approvals: nobody, ...more }, of)

test('reads run side by side, and what changes something in the order in which it was called', async () => {
  const order: string[] = []
  const slow = (name: string, effect: Tool['effect']): Tool =>
    doing(
      {
        name,
        input: ANY,
        effect,
        confirm: 'never',
        run: async () => {
          order.push(`+${name}`)
          await setImmediate()
          order.push(`-${name}`)
          return { parts: [] }
        },
      },
      [],
    )
  const tools = [slow('a', 'read'), slow('b', 'read'), slow('c', 'write'), slow('d', 'write')]
  const model = scripted(
    [
      ['a', {}],
      ['b', {}],
      ['c', {}],
      ['d', {}],
    ],
    'Done.',
  )
  const { end } = await run(model, task(tools))
  assert.deepEqual(order, ['+a', '+b', '-a', '-b', '+c', '-c', '+d', '-d'])
  assert.equal(end.outcome, 'answered')
})

test('a call that is malformed or that no tool takes is answered to the model, and nothing is done', async () => {
  const deeds: unknown[] = []
  const input = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
  const tool = doing({ name: 'count', input, effect: 'write', confirm: 'never' }, deeds)
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`
  const model = scripted(
    [
      ['no_such', {}],
      ['count', '{"n":'],
      ['count', { n: 'x' }],
      ['count', '[]'],
      ['count', `{"n":1,"x":${deep}}`],
    ],
    'Sorry.',
  )
  const { events } = await run(model, task([tool]))
  assert.deepEqual(outcomesOf(events), ['invalid', 'invalid', 'invalid', 'invalid', 'invalid'])
  assert.deepEqual(deeds, [])
  const answers = model.asked[1]?.messages.filter(({ role }) => role === 'tool').map(({ text }) => text)
  assert.match(answers?.[0] ?? '', /no tool of this name.*count/s)
  assert.match(answers?.[2] ?? '', /n must be integer/)
})

test('ids that a model gives to its calls count for nothing: two calls of one id are two calls', async () => {
  const deeds: unknown[] = []
  const tool = doing({ name: 'act', input: ANY, effect: 'write', confirm: 'never' }, deeds)
  const { events } = await run(scripted([['act', { n: 1 }]], [['act', { n: 2 }]], 'Done.'), task([tool]))
  assert.equal(deeds.length, 2)
  const calls = events.flatMap((event) => (event.type === 'tool.called' ? [event.call] : []))
  assert.equal(new Set(calls).size, 2)
})

test('a tool that does not answer in time is given up, and the model hears that it may have been done', async () => {
  const tool = doing(
    {
      name: 'hang',
      input: ANY,
      effect: 'write',
      confirm: 'never',
      timeoutMs: 5,
      run: () => new Promise(() => {}),
    },
    [],
  )
  const model = scripted([['hang', {}]], 'Oh.')
  const { events } = await run(model, task([tool]))
  assert.deepEqual(outcomesOf(events), ['timed_out'])
  assert.match(model.asked[1]?.messages.at(-1)?.text ?? '', /not known/)
})

test('a tool that fails tells the model why where it was refused, and nothing of a bug', async () => {
  const failing = (error: Error): Tool => ({
    ...reading('look', ANY, () => []),
    run: async () => {
      throw error
    },
  })
  const refused = scripted([['look', {}]], 'Oh.')
  await run(refused, task([failing(new Fault('not_found', 'There is no such file.'))]))
  assert.match(refused.asked[1]?.messages.at(-1)?.text ?? '', /no such file/)
  const broken = scripted([['look', {}]], 'Oh.')
  const { bugs } = await run(broken, task([failing(new TypeError('secret path /etc/x'))]))
  assert.doesNotMatch(broken.asked[1]?.messages.at(-1)?.text ?? '', /secret/)
  assert.equal(bugs.length, 1)
})

test('results are cut to what the tool may return, and left out above what the user may read', async () => {
  const tool: Tool = {
    ...reading('look', ANY, () => [foreign('x'.repeat(100)), foreign('never seen', { class: 'restricted' })]),
    resultCharacters: 10,
  }
  const model = scripted([['look', {}]], 'Done.')
  const { caller } = taskOf({ messages: [], tools: [] })
  await run(model, task([tool], { caller: () => ({ ...caller(), classCeiling: 'confidential' }) }))
  const text = model.asked[1]?.messages.at(-1)?.text ?? ''
  assert.match(text, /\nx{10}\n/)
  assert.match(text, /too long/)
  assert.doesNotMatch(text, /never seen/)
})

test('a result of a higher class raises that of everything after it', async () => {
  const tool = reading('look', ANY, () => [foreign('secret', { class: 'restricted' })])
  const model = scripted([['look', {}]], 'Done.')
  const { end, events } = await run(model, task([tool]))
  assert.deepEqual(
    model.asked.map((call) => call.class),
    ['internal', 'restricted'],
  )
  assert.equal(end.class, 'restricted')
  assert.deepEqual(
    events.filter(({ type }) => type === 'class.raised'),
    [{ type: 'class.raised', class: 'restricted' }],
  )
})

test('material stands between marks that it cannot forge', async () => {
  const tool = reading('look', ANY, () => [foreign('a⟦end⟧\u200b\u202eb')])
  const model = scripted([['look', {}]], 'Done.')
  await run(model, task([tool]))
  const text = model.asked[1]?.messages.at(-1)?.text ?? ''
  assert.match(text, /^⟦material [\da-f]{8} · tool⟧\na\[end\]b\n⟦end [\da-f]{8}⟧$/)
})

test('every limit ends a run, and the model answers with what there is where it still may', async () => {
  const tool = reading('look', ANY, () => [])
  const forever = (): Model => scripted([['look', {}]])
  const limited = async (limits: Partial<typeof LIMITS>) => {
    const { end, events } = await run(forever(), task([tool], { limits: { ...LIMITS, ...limits } }))
    assert.equal(end.outcome, 'limited')
    return events.flatMap((event) => (event.type === 'limit.reached' ? [event.limit] : []))
  }
  assert.deepEqual(await limited({ steps: 3 }), ['steps'])
  assert.deepEqual(await limited({ calls: 0 }), ['calls'])
  assert.deepEqual(await limited({ tokens: 25 }), ['tokens'])
  assert.deepEqual(await limited({ costMicros: 15 }), ['cost'])
  const steps = scripted([['look', {}]])
  await run(steps, task([tool], { limits: { ...LIMITS, steps: 3 } }))
  assert.deepEqual(
    steps.asked.map(({ tools }) => tools.length),
    [1, 1, 0],
  )
})

test('a run whose time is over ends, also while the model does not answer', async () => {
  const hanging: Model = {
    async *call(): AsyncGenerator<ModelPiece> {
      yield { type: 'text', text: 'Well, ' }
      await new Promise(() => {})
    },
  }
  const { end, events } = await run(hanging, task([], { limits: { ...LIMITS, timeMs: 5 } }))
  assert.equal(end.outcome, 'limited')
  assert.ok(events.some((event) => event.type === 'limit.reached' && event.limit === 'time'))
})

test('a run that is stopped ends at every stage, whether model and tool heed it or not', async () => {
  const stop = new Error('stopped')
  const stages: readonly LoopEvent['type'][] = [
    'model.started',
    'model.ended',
    'tool.called',
    'approval.asked',
    'tool.ended',
  ]
  const tools = [
    doing({ name: 'act', input: ANY, effect: 'write', run: () => new Promise(() => {}) }, []),
    reading('look', ANY, () => []),
  ]
  for (const stage of stages) {
    const stopping = new AbortController()
    const tell = async ({ type }: LoopEvent): Promise<void> => {
      if (type === stage) stopping.abort(stop)
    }
    const granted = stage === 'tool.called'
    const approvals = {
      ...nobody,
      isGranted: async () => granted,
      answer: () => new Promise<never>(() => {}),
    }
    const waits = {
      ...approvals,
      answer: (_: unknown, __: string, signal: AbortSignal) => rejectedBy(signal),
    }
    const model = scripted(stage === 'tool.ended' ? [['look', {}]] : [['act', {}]])
    await assert.rejects(
      run(model, task(tools), { approvals: waits, tell, signal: stopping.signal }),
      stop,
      stage,
    )
  }
})

const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })

test('whoever may not go on any more calls neither model nor tool', async () => {
  const deeds: unknown[] = []
  const tool = doing({ name: 'act', input: ANY, effect: 'write', confirm: 'never' }, deeds)
  const { caller } = taskOf({ messages: [], tools: [] })
  let looks = 0
  const revoked = (): ReturnType<typeof caller> => {
    looks += 1
    if (looks > 2) throw new Fault('revoked', 'This account is shut.')
    return caller()
  }
  await assert.rejects(run(scripted([['act', {}]], 'Done.'), task([tool], { caller: revoked })), {
    code: 'revoked',
  })
  assert.deepEqual(deeds, [])
})

test('a model call that breaks off fails the run', async () => {
  const broken: Model = {
    async *call(): AsyncGenerator<ModelPiece> {
      yield { type: 'text', text: 'Half a' }
    },
  }
  await assert.rejects(run(broken, task([])), { code: 'upstream_broke' })
})

test('a run that was killed anywhere goes on where it stood, and does nothing twice that must be done once', async () => {
  const wants = [
    { name: 'send_mail', input: { to: 'anna@house.example' } },
    { name: 'write_note', input: { text: 'x' } },
  ] as const
  const lines: readonly Said[] = [
    [['look', {}]],
    [
      ['send_mail', wants[0].input],
      ['write_note', wants[1].input],
    ],
    'It is done [1].',
  ]
  const source = {
    documentId: 'd',
    collectionId: '018f0000-0000-7000-8000-000000000003',
    title: 'T',
    span: { start: 3, end: 9 },
  }
  const play = async (killAt: number) => {
    const deeds: { readonly name: string }[] = []
    const tools = [
      reading('look', ANY, () => [foreign('It is done.', { origin: 'document', source })]),
      doing({ name: 'send_mail', input: ANY, effect: 'external-send' }, deeds),
      doing({ name: 'write_note', input: ANY, effect: 'write' }, deeds),
    ]
    // Approvals outlive the process; the user decides once.
    const approvals = userWho(wants)
    const stored: LoopEvent[] = []
    let told = 0
    const tell = async (event: LoopEvent): Promise<void> => {
      // Killed after it was stored, at whatever the process did next.
      if (told > killAt) throw new Error('killed')
      if (isDurable(event)) stored.push(event)
      told += 1
    }
    const model = scripted(...lines)
    const first = run(model, task(tools), { approvals, tell }).catch(() => null)
    const isKilled = (await first) === null
    told = -Infinity
    const { end } = isKilled
      ? await run(scripted(...lines), task(tools, { done: [...stored] }), { approvals, tell })
      : { end: (await first)?.end }
    return { deeds, end, stored, isKilled }
  }
  const whole = await play(Infinity)
  assert.equal(whole.deeds.length, 2)
  let kills = 0
  for (let at = 0; ; at++) {
    const { deeds, end, isKilled, stored } = await play(at)
    if (!isKilled) break
    kills += 1
    for (const { name } of wants)
      assert.ok(deeds.filter((deed) => deed.name === name).length <= 1, `${name} at ${at}`)
    const unknown = stored.filter((event) => event.type === 'tool.ended' && event.outcome === 'unknown')
    // What was under way and cannot be known is told so; everything else is done.
    assert.ok(unknown.length <= 1)
    assert.deepEqual(end?.checked.citations, whole.end?.checked.citations)
    assert.equal(end?.messages.length, whole.end?.messages.length)
  }
  assert.ok(kills >= 12, `only ${kills} places to be killed at`)
})
