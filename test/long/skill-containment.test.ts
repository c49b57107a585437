import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { openIsolate } from '../../packages/server/src/skills/isolate/isolate.ts'
import type { Sandboxes } from '../../packages/server/src/skills/sandboxes.ts'
import type { StrongProcess, StrongSandbox } from '../../packages/server/src/skills/strong/strong.ts'
import { BOMBS } from '../system/skill-bombs.ts'
import { codeSkill, contextOf, opened, sandboxesOf, withoutStrong } from '../system/skill-sandbox-house.ts'

const skip = await withoutStrong()
const CPU_MS = 400
/** How much more processor time than its limit a call may have had when it is over. */
const KILL_MS = 150

const { sandboxes } = sandboxesOf()
after(() => sandboxes.close())

/** The boxes that were opened, and the most processor time that each was seen to have. */
const boxes: { readonly box: StrongProcess; cpuMs: number }[] = []
const seen = setInterval(() => {
  for (const one of boxes) one.cpuMs = Math.max(one.cpuMs, one.box.cpuMs())
  for (const [task, ms] of threadTimes()) threads.set(task, ms)
}, 5)
after(() => clearInterval(seen))
/** Processor time of each thread when it was seen last: what compiles or collects garbage beside a call is none of its own. */
const threads = new Map<string, number>()
function threadTimes(): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  for (const task of readdirSync('/proc/self/task')) {
    try {
      const [ns] = readFileSync(`/proc/self/task/${task}/schedstat`, 'latin1').split(' ')
      if (task !== String(process.pid)) times.set(task, Number(ns) / 1e6)
    } catch {
      // It ended meanwhile.
    }
  }
  return times
}

const watched: Sandboxes = {
  ...sandboxes,
  async strong() {
    const found = await sandboxes.strong()
    if (found.backend === null) return found
    const watching: StrongSandbox = {
      backend: found.backend,
      hasPython: found.hasPython,
      canRecord: found.canRecord,
      canKnock: found.canKnock,
      close: () => found.close(),
      async open(options) {
        const box = await found.open(options)
        boxes.push({ box, cpuMs: 0 })
        return box
      },
    }
    return watching
  },
}

const GOOD = {
  js: 'export async function run() { return 1 }',
  ts: 'export async function run() { return 1 }',
  python: 'def run(input, host):\n    return 1',
  binary: '',
} as const

async function ready(): Promise<void> {
  const good = await opened({ language: 'js', sandbox: 'isolate', source: GOOD.js }, sandboxes)
  for (let round = 0; round < 3; round += 1) {
    await Promise.all([good.run('run', {}, contextOf()), good.run('run', {}, contextOf())])
  }
}

const excess: number[] = []
for (const [name, tiers] of Object.entries(BOMBS)) {
  for (const bomb of tiers) {
    const where = bomb.sandbox === 'isolate' ? 'the isolate' : `a program in ${bomb.language}`
    test(
      `${name} in ${where} ends at its limit and the host goes on`,
      { skip: bomb.sandbox === 'process' && skip },
      async () => {
        const runner = await opened({ ...bomb, limits: { cpuMs: CPU_MS, ...bomb.limits } }, watched)
        // Neither the start of a program nor that of a thread is the call's.
        boxes.length = 0
        await ready()
        const before = threadTimes()
        threads.clear()
        const result = await runner.run('run', {}, contextOf({ signal: AbortSignal.timeout(60_000) })).then(
          () => 'done',
          (error: unknown) => error,
        )
        assert.ok(result instanceof Fault, String(result))
        assert.ok(['skill_failed', 'invalid'].includes(result.code), result.code)
        const used =
          bomb.sandbox === 'isolate'
            ? Math.max(0, ...[...threads].map(([task, ms]) => ms - (before.get(task) ?? 0)))
            : Math.max(0, ...boxes.map(({ cpuMs }) => cpuMs))
        excess.push(used - CPU_MS)
        // Python and Node take processor time for their own start, too, before the call begins.
        assert.ok(used <= CPU_MS + KILL_MS + (bomb.sandbox === 'isolate' ? 0 : 120), `${used} ms`)
        await runner.close()
        const next = await opened({ ...bomb, source: GOOD[bomb.language] }, sandboxes)
        assert.deepEqual(await next.run('run', {}, contextOf()), { value: 1 })
        await next.close()
      },
    )
  }
}

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b)
const quantile = (values: readonly number[], share: number): string =>
  (sorted(values)[Math.floor((values.length - 1) * share)] ?? Number.NaN).toFixed(2)

function writtenTo(): number {
  const found = /^Anonymous:\s+(\d+)/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))?.[1]
  return Number(found) / 1024
}

test('what calls and starts take is measured', { skip }, async (t) => {
  // To look at every thread takes longer than a call.
  clearInterval(seen)
  const input = { rows: Array.from({ length: 50 }, (_, n) => ({ a: n, b: `name ${n}` })) }
  const source =
    'export function run({ rows }) { return rows.map(({ a, b }) => ({ i: a * 2, n: b })).sort((x, y) => y.i - x.i) }'
  for (const [name, skill] of [
    ['isolate', { language: 'js', sandbox: 'isolate', source }],
    ['strong, Node', { language: 'js', sandbox: 'process', source }],
    [
      'strong, Python',
      {
        language: 'python',
        sandbox: 'process',
        source:
          'def run(input, host):\n    return sorted(({"i": row["a"] * 2, "n": row["b"]} for row in input["rows"]), key=lambda one: -one["i"])',
      },
    ],
  ] as const) {
    const runner = await opened(skill, sandboxes)
    const took: number[] = []
    for (let n = 0; n < 500; n += 1) {
      const begin = performance.now()
      await runner.run('run', input, contextOf())
      took.push(performance.now() - begin)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await runner.close()
    t.diagnostic(`${name}: a call p50 ${quantile(took, 0.5)} ms, p95 ${quantile(took, 0.95)} ms`)
  }
  const starts: number[] = []
  for (let n = 0; n < 50; n += 1) {
    const begin = performance.now()
    const runner = await opened({ language: 'js', sandbox: 'process', source }, sandboxes)
    await runner.run('run', input, contextOf())
    starts.push(performance.now() - begin)
    await runner.close()
  }
  t.diagnostic(
    `strong: start and first call p50 ${quantile(starts, 0.5)} ms, p95 ${quantile(starts, 0.95)} ms`,
  )
  t.diagnostic(`processor time beyond the limit of ${CPU_MS} ms, most: ${quantile(excess, 1)} ms`)
})

test('a thread of the isolate takes few megabytes', async (t) => {
  const figures = { ended: () => undefined, threads: () => undefined }
  const skill = codeSkill({ language: 'js', sandbox: 'isolate', source: GOOD.js })
  const code = { digest: skill.digest, entry: 'main.mjs', modules: new Map([['main.mjs', GOOD.js]]) }
  const held: number[] = []
  for (const workers of [2, 10]) {
    const isolate = await openIsolate({ workers, figures })
    const call = () =>
      isolate.run({
        code,
        operation: 'run',
        input: '{}',
        limits: { cpuMs: 1000, memoryMb: 32, outputBytes: 1000 },
        ask: async () => null,
        signal: AbortSignal.timeout(60_000),
      })
    for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: workers }, call))
    held.push(writtenTo())
    await isolate.close()
  }
  const [few = 0, many = 0] = held
  const each = (many - few) / 8
  t.diagnostic(`a thread of the isolate takes ${each.toFixed(1)} MB (${tmpdir()})`)
  assert.ok(each <= 15, `${each} MB`)
})
