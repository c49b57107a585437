import type { SkillTest } from '@freehold/contract/skill-operation.ts'
import { z } from 'zod'
import { isWithin } from '@freehold/contract/data-class.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { TenantId } from '../../store/store.ts'
import type { SqlAnswer } from '../connectors/sql.ts'
import type { CheckedOperation } from '../kinds/checked.ts'
import { checkedOperations } from '../kinds/checked.ts'
import type { KindPorts } from '../kinds/kind-ports.ts'
import { assertConnected } from '../connectors/connectors.ts'
import { openKind } from '../kinds/kinds.ts'
import type { CallContext, SkillPackage, SkillRunner } from '../runner.ts'
import type { ScriptedBroker } from './scripted-broker.ts'
import { scriptedBroker } from './scripted-broker.ts'
import { unlike } from './subset.ts'

export interface SkillTestResult {
  readonly name: string
  readonly operation: string
  /** Null where it went as it should. */
  readonly failure: string | null
}

export interface SkillTestReport {
  readonly results: readonly SkillTestResult[]
  readonly passed: number
  readonly failed: number
}

const LONGEST_MS = 30_000
/** What a refusal before anything leaves looks like. */
const DENIALS: ReadonlySet<string> = new Set(['skill_denied', 'invalid', 'stays_home', 'above_ceiling'])

/**
 * Runs a skill's own tests against what they say that the world answers: no network, no server, nothing stored.
 * @throws Fault where the skill cannot be opened at all
 */
export async function runSkillTests(skill: SkillPackage, ports: KindPorts): Promise<SkillTestReport> {
  const runner = await openKind(skill, ports)
  try {
    const operations = checkedOperations(skill)
    const results: SkillTestResult[] = []
    for (const [at, test] of skill.manifest.tests.entries()) {
      const name = test.name ?? `${test.operation} ${at + 1}`
      results.push({
        name,
        operation: test.operation,
        failure: await failureOf(test, { skill, runner, operations }),
      })
    }
    const failed = results.filter(({ failure }) => failure !== null).length
    return { results, passed: results.length - failed, failed }
  } finally {
    await runner.close()
  }
}

interface Testing {
  readonly skill: SkillPackage
  readonly runner: SkillRunner
  readonly operations: ReadonlyMap<string, CheckedOperation>
}

async function failureOf(test: SkillTest, testing: Testing): Promise<string | null> {
  const broker = scriptedBroker(testing.skill.manifest, test.mock)
  const outcome = await outcomeOf(test, testing, broker)
  if (broker.surprise !== null) return broker.surprise
  if (outcome instanceof Fault) return wrongFault(test, outcome, broker)
  if (test.expectDenied === true) return 'was not refused'
  if (test.expectFault !== undefined) return `did not fail with ${test.expectFault}`
  if (broker.left > 0) return `${broker.left} of the expected requests were not made`
  const wrong = unlike(test.expect, outcome.value)
  return wrong === null ? null : `${wrong} is not as expected`
}

function wrongFault(test: SkillTest, fault: Fault, broker: ScriptedBroker): string | null {
  if (test.expectDenied === true) {
    if (!DENIALS.has(fault.code)) return `failed with ${fault.code} and was not refused: ${fault.message}`
    return broker.made === 0 ? null : 'was refused only after something had left'
  }
  if (test.expectFault === fault.code) return null
  const wanted = test.expectFault === undefined ? '' : `, not with ${test.expectFault}`
  return `failed with ${fault.code}${wanted}: ${fault.message}`
}

/** What a call comes to, by the way that every call goes. A bug of the skill's own is a failure of the test. */
async function outcomeOf(
  test: SkillTest,
  { skill, runner, operations }: Testing,
  broker: ScriptedBroker,
): Promise<{ readonly value: unknown } | Fault> {
  const operation = operations.get(test.operation)
  try {
    if (operation === undefined) {
      throw new Fault('no_such_operation', 'This skill has no such operation.', { param: 'operation' })
    }
    const input = operation.takeInput(test.input)
    const result = await runner.run(test.operation, input, contextOf(skill, broker))
    operation.takeOutput(result.value)
    return result
  } catch (error) {
    if (error instanceof Fault) return error
    return new Fault('skill_failed', error instanceof Error ? error.name : 'something was thrown', {
      cause: error,
    })
  }
}

const TESTER: Caller = {
  // Nothing is stored, so that it is nobody's.
  tenant: '00000000-0000-0000-0000-000000000000' as TenantId,
  principal: { kind: 'operator', id: 'skill-tests', name: null },
  groups: [],
  roles: [],
  scopes: null,
  baseClass: 'public',
  classCeiling: 'restricted',
  budgets: [],
}

function contextOf({ manifest }: SkillPackage, broker: ScriptedBroker): CallContext {
  const kept = new Map<string, string>()
  const dataClass = isWithin('internal', manifest.permissions.data.in) ? 'internal' : 'public'
  return {
    caller: TESTER,
    call: 'skill-test',
    class: dataClass,
    broker,
    storage: {
      get: async (key) => kept.get(key) ?? null,
      async set(key, value) {
        const { bytes } = manifest.permissions.storage
        const others = [...kept].filter(([name]) => name !== key)
        const used = [...others, ...(value === null ? [] : [[key, value] as const])]
        const sum = used.reduce(
          (total, [name, text]) => total + Buffer.byteLength(name) + Buffer.byteLength(text),
          0,
        )
        if (sum > bytes) throw new Fault('too_large', `The skill may keep ${bytes} bytes.`)
        if (value === null) kept.delete(key)
        else kept.set(key, value)
      },
    },
    model: {
      async complete() {
        if (manifest.permissions.model.maxTokens === 0) {
          throw new Fault(
            'skill_denied',
            'The skill asked for a model, which permissions.model does not declare.',
          )
        }
        return broker.text('model')
      },
    },
    connectors: {
      async sql({ url, text, values }) {
        assertConnected(manifest.permissions.network, 'postgres', url)
        return rowsIn(await broker.call(url, { text, values }))
      },
      async mail(message) {
        assertConnected(manifest.permissions.network, 'smtp', message.url)
        const { url, ...letter } = message
        await broker.call(url, letter)
        return { accepted: [...message.to, ...message.cc] }
      },
    },
    log: () => undefined,
    callSkill: (skill, operation, input) => broker.call(`${skill}/${operation}`, input),
    signal: AbortSignal.timeout(Math.min(manifest.limits.wallMs, LONGEST_MS)),
  }
}

const answered = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.unknown())),
  isCut: z.boolean().default(false),
})

/** What a test says that the database answers. */
function rowsIn(body: unknown): SqlAnswer {
  const read = answered.safeParse(body)
  if (read.success) return read.data
  throw new Fault('skill_failed', 'In this test the database answers with no {columns, rows}.')
}
