import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { nearest } from '../../../kernel/config/nearest.ts'
import { FAULT_CODES } from '../../../kernel/fault.ts'
import type { Refuse } from '../manifest-problem.ts'

/** A test says one thing about one operation; one that is not there is no mistake, and somebody should know. */
export function checkTests({ kind, tests, operations }: SkillManifest, refuse: Refuse): void {
  const ids = operations.map(({ id }) => id)
  // What else there is stands in the document or on the server.
  const isOpen = kind === 'openapi' || kind === 'mcp'
  for (const [at, test] of tests.entries()) {
    if (!isOpen && !ids.includes(test.operation)) {
      refuse('test-form', ['tests', at, 'operation'], 'is no operation of this skill', {
        suggestion: nearest(test.operation, ids),
      })
    }
    const said = [test.expect, test.expectDenied, test.expectFault].filter((one) => one !== undefined)
    if (said.length !== 1) {
      refuse('test-form', ['tests', at], 'needs exactly one of expect, expectDenied and expectFault')
    }
    if (test.expectFault !== undefined && !FAULT_CODES.some((code) => code === test.expectFault)) {
      refuse('test-form', ['tests', at, 'expectFault'], 'is no code of a refusal', {
        suggestion: nearest(test.expectFault, FAULT_CODES),
      })
    }
  }
  // Those of a document are asked for beside it.
  for (const [at, id] of kind === 'openapi' ? [] : ids.entries()) {
    if (!tests.some(({ operation }) => operation === id)) {
      refuse('test-missing', ['operations', at, 'id'], 'has no test: add one to tests')
    }
  }
  if (kind !== 'prompt' && !tests.some(({ expectDenied }) => expectDenied === true)) {
    refuse('test-denied-missing', ['tests'], 'no test shows what is refused: add one with expectDenied')
  }
}
