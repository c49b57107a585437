import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallContext } from '../runner.ts'
import { Passage } from './workflow-passage.ts'
import type { RunJournal } from './workflow-passage.ts'
import type { KnownStep } from './workflow-rows.ts'
import { stepKey } from './workflow-rows.ts'

const step = (id: string) => ({
  id,
  skill: 'shop',
  operation: id,
  input: {},
  retry: { attempts: 1, backoffMs: 1 },
})
const WORKFLOW = { operation: 'fulfil', steps: [step('reserve'), step('charge'), step('ship')] }

/** What is written down of a run, as the database keeps it; `isKept` false: nothing is, and the net is off. */
class Written {
  readonly steps = new Map<string, KnownStep>()
  readonly journal: RunJournal

  constructor(isKept: boolean) {
    const keep = (key: string, found: KnownStep): void => void (isKept && this.steps.set(key, found))
    this.journal = {
      async begin({ step: name, compensates, attempts }) {
        const key = stepKey(name, compensates)
        keep(key, { id: key, state: 'begun', attempts, output: null, fault: null })
        return key
      },
      async end({ step: key, state, output = null, fault = null }) {
        keep(key, { id: key, state, attempts: 1, output, fault })
      },
      async close() {},
    }
  }
}

class Killed extends Error {}

/** Walks until the process is killed in the middle of `charge`, and once more from what was written down. */
async function killedAndAgain(written: Written): Promise<readonly string[]> {
  const made: string[] = []
  const walk = async (isKilled: boolean): Promise<unknown> => {
    const context = {
      call: 'c-1',
      signal: new AbortController().signal,
      async callSkill(_skill: string, operation: string) {
        made.push(operation)
        if (isKilled && operation === 'charge') throw new Killed()
        return { ok: true }
      },
      // No more of it is used by a walk.
    } as Partial<CallContext> as CallContext
    const isRepeatable = async (_: CallContext, _skill: string, operation: string): Promise<boolean> =>
      operation !== 'charge'
    const { journal, steps } = written
    const known = new Map(steps)
    return new Passage({ journal, isRepeatable, workflow: WORKFLOW, input: {}, context, known }).walk()
  }
  await assert.rejects(walk(true), Killed)
  await walk(false).catch(() => null)
  return made
}

test('a step that was under way when the server was killed is not made again where that could do it twice', async () => {
  assert.deepEqual(await killedAndAgain(new Written(true)), ['reserve', 'charge'])
})

test('the same finds it when nothing is written down', async () => {
  assert.deepEqual(await killedAndAgain(new Written(false)), [
    'reserve',
    'charge',
    'reserve',
    'charge',
    'ship',
  ])
})
