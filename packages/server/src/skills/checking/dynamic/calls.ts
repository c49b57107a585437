import { isWithin } from '@freehold/contract/data-class.ts'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { Fault } from '../../../kernel/fault.ts'
import { tenantId } from '../../../store/tenant-id.ts'
import { assertAllowed } from '../../broker/allowed.ts'
import type { CheckedOperation } from '../../kinds/checked.ts'
import type { CallContext, SkillRunner } from '../../runner.ts'
import type { Canaries } from './canaries.ts'
import { inputsOf } from './inputs.ts'
import type { Shown } from './recorded.ts'

const INPUTS = 24
const LONGEST_MS = 10_000
const NOBODY = tenantId('00000000-0000-0000-0000-000000000000')

interface Trying {
  readonly manifest: SkillManifest
  readonly runner: SkillRunner
  readonly canaries: Canaries
}

/** Calls an operation with inputs that its schema allows. The world answers everything with `{}`, and hears what was asked. */
export async function tryOperation(operation: CheckedOperation, trying: Trying): Promise<readonly Shown[]> {
  const found: Shown[] = []
  const { manifest } = trying
  // What is made of an answer of nothing says little of a skill that lives on answers.
  const isAlone = manifest.permissions.network.length === 0 && manifest.kind === 'code'
  for (const made of inputsOf(operation.input, INPUTS, operation.id)) {
    const input = taken(operation, made)
    if (input === null) continue
    const heard: string[] = []
    try {
      const { value } = await trying.runner.run(operation.id, input, contextOf(manifest, heard, found))
      if (leaks(JSON.stringify(value ?? null), trying.canaries))
        found.push({ rule: 'dynamic.canary-leaked', what: `${operation.id}: in its result` })
      if (isAlone) check(operation, value, found)
    } catch (error) {
      const shown = shownBy(error, operation.id, isAlone)
      if (shown) found.push(shown)
    }
    if (leaks(heard.join('\n'), trying.canaries))
      found.push({ rule: 'dynamic.canary-leaked', what: `${operation.id}: in a request` })
  }
  return found
}

/** Null for what was made and does not fit after all. */
function taken(operation: CheckedOperation, made: unknown): Readonly<Record<string, unknown>> | null {
  try {
    return operation.takeInput(made)
  } catch (error) {
    if (error instanceof Fault) return null
    throw error
  }
}

function check(operation: CheckedOperation, value: unknown, found: Shown[]): void {
  try {
    operation.takeOutput(value)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    found.push({ rule: 'dynamic.wrong-output', what: `${operation.id}: ${error.message}` })
  }
}

function shownBy(error: unknown, id: string, isAlone: boolean): Shown | null {
  if (!(error instanceof Fault)) return { rule: 'dynamic.crashes', what: id }
  if (error.code === 'timed_out') return { rule: 'dynamic.hangs', what: id }
  return error.code === 'skill_failed' && isAlone
    ? { rule: 'dynamic.crashes', what: `${id}: ${error.message}` }
    : null
}

const leaks = (text: string, { words }: Canaries): boolean => words.some((word) => text.includes(word))

function contextOf(manifest: SkillManifest, heard: string[], found: Shown[]): CallContext {
  const kept = new Map<string, string>()
  return {
    caller: {
      tenant: NOBODY,
      principal: { kind: 'operator', id: 'skill-check', name: null },
      groups: [],
      roles: [],
      scopes: null,
      baseClass: 'public',
      classCeiling: 'restricted',
      budgets: [],
    },
    call: 'skill-check',
    class: isWithin('internal', manifest.permissions.data.in) ? 'internal' : 'public',
    broker: {
      async send(request) {
        heard.push(request.url, JSON.stringify(request.headers), request.body?.toString('utf8') ?? '')
        try {
          assertAllowed(manifest, request)
        } catch (error) {
          found.push({ rule: 'dynamic.undeclared-request', what: hostOf(request.url) })
          throw error
        }
        return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') }
      },
    },
    storage: {
      get: async (key) => kept.get(key) ?? null,
      async set(key, value) {
        heard.push(value ?? '')
        if (value === null) kept.delete(key)
        else kept.set(key, value)
      },
    },
    model: {
      async complete(prompt) {
        heard.push(prompt)
        return ''
      },
    },
    log: (line) => void heard.push(line),
    callSkill: () => Promise.reject(new Fault('skill_denied', 'No other skill is here.')),
    signal: AbortSignal.timeout(Math.min(manifest.limits.wallMs, LONGEST_MS)),
  }
}

function hostOf(url: string): string {
  try {
    return new URL(url).host
  } catch {
    return 'no address'
  }
}
