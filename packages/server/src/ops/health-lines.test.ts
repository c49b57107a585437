import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bounds, Read } from './health-lines.ts'
import { healthLines } from './health-lines.ts'
import type { SetupFacts } from './setup-steps.ts'
import { setupSteps } from './setup-steps.ts'

const DAY_MS = 86_400_000
const BOUNDS: Bounds = {
  nowMs: 1000 * DAY_MS,
  reserveBytes: 1000,
  maxUnshippedBytes: 1000,
  keepsLog: true,
}
type Values = Readonly<Partial<Record<Parameters<Read>[0], readonly number[]>>>
const WELL: Values = {
  freehold_database_up: [1],
  freehold_storage_free_bytes: [10_000],
  freehold_records_healthy: [1],
  freehold_audit_sound: [1],
  freehold_config_reload_success: [1],
}

/** The states of all lines, with these values instead of good ones. */
function states(values: Values, bounds: Partial<Bounds> = {}): Readonly<Record<string, string>> {
  const all = { ...WELL, ...values }
  const lines = healthLines((name) => all[name] ?? [], { ...BOUNDS, ...bounds })
  return Object.fromEntries(lines.map(({ id, state }) => [id, state]))
}

test('where all is well every line says so, and there is none of what is not there', () => {
  const well = states({})
  assert.deepEqual([...new Set(Object.values(well))], ['ok'])
  for (const id of ['objects', 'certificates', 'targets', 'detectors', 'emergency'])
    assert.ok(!(id in well), id)
})

for (const [what, values, id, state] of [
  ['a database that does not answer', { freehold_database_up: [0] }, 'database', 'failed'],
  ['a disk that is full', { freehold_storage_free_bytes: [999] }, 'disk', 'failed'],
  ['a disk that is filling', { freehold_storage_free_bytes: [3999] }, 'disk', 'warning'],
  ['records that cannot be written', { freehold_records_healthy: [0] }, 'records', 'failed'],
  ['records that pile up', { freehold_records_unshipped_bytes: [501] }, 'records', 'warning'],
  ['a log that is another one', { freehold_audit_sound: [0] }, 'audit-log', 'failed'],
  ['a file that was refused', { freehold_config_reload_success: [0] }, 'configuration', 'warning'],
  ['one target of two that is unwell', { freehold_target_healthy: [1, 0] }, 'targets', 'warning'],
  ['no target that is well', { freehold_target_healthy: [0, 0] }, 'targets', 'failed'],
  [
    'a model that is left alone',
    { freehold_target_healthy: [1], freehold_target_circuits_open: [1] },
    'targets',
    'warning',
  ],
  ['a detector that is left alone', { freehold_privacy_detector_open: [1] }, 'detectors', 'warning'],
  ['an emergency session', { freehold_break_glass_active: [1] }, 'emergency', 'warning'],
  [
    'a certificate that ended',
    { freehold_certificate_expiry_seconds: [999 * 86_400] },
    'certificates',
    'failed',
  ],
  [
    'a certificate that ends soon',
    { freehold_certificate_expiry_seconds: [1003 * 86_400] },
    'certificates',
    'warning',
  ],
] as const satisfies readonly (readonly [string, Values, string, string])[]) {
  test(`${what} is seen`, () => assert.equal(states(values)[id], state))
}

test('an audit log that is switched off is no small thing', () => {
  assert.equal(states({}, { keepsLog: false })['audit-log'], 'warning')
})

const FACTS: SetupFacts = {
  administrators: 2,
  passwordAlone: 0,
  isEmergencyArmed: true,
  rootKey: 'vault-transit',
  isTransportSafe: true,
  targets: 1,
  managedTargets: 1,
  rulesThatLeave: 1,
  documents: 1,
  connections: 1,
  witnesses: 1,
}
const left = (facts: Partial<SetupFacts>): string[] =>
  setupSteps({ ...FACTS, ...facts }).flatMap(({ id, state }) => (state === 'done' ? [] : [`${id} ${state}`]))

test('nothing is left to set up where everything was done', () => assert.deepEqual(left({}), []))

test('what is left to set up follows from what there is', () => {
  assert.deepEqual(left({ passwordAlone: 1 }), ['second-factor open'])
  assert.deepEqual(left({ administrators: 1 }), ['second-administrator open'])
  assert.deepEqual(left({ rootKey: 'file' }), ['root-key unknown'])
  assert.deepEqual(left({ isTransportSafe: false }), ['transport open'])
  assert.deepEqual(left({ targets: 0, managedTargets: 0, rulesThatLeave: 0 }), ['target open'])
  assert.deepEqual(left({ rulesThatLeave: 0 }), ['leaving open'])
})
