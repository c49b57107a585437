import type { ColumnType, Generated } from 'kysely'
import type { MaybeStamp, Stamp } from './identity-tables.ts'

type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>
type DataClassWord = 'public' | 'internal' | 'confidential' | 'restricted'

interface SkillVersionTable {
  tenant_id: string
  /** SHA-256 of the bundle. */
  digest: string
  name: string
  version: string
  publisher: string
  kind: 'openapi' | 'http' | 'mcp' | 'code' | 'prompt' | 'workflow'
  level: 'dev' | 'signed' | 'certified'
  verdict: 'pass' | 'review' | 'block' | null
  /** `built-in`, a repository by its name, or `sent`; null where that was not kept yet. */
  source: Maybe<string>
  dek: Buffer
  bundle_sealed: Buffer
  /** JSON of the check at installation. */
  report_sealed: Maybe<Buffer>
  size_bytes: number
  creator: string
  created_at: Stamp
  approved_by: Maybe<string>
  approved_at: MaybeStamp
  revoked_by: Maybe<string>
  revoked_at: MaybeStamp
}

interface SkillTable {
  tenant_id: string
  name: string
  dek: Buffer
  settings_sealed: Buffer
  state: 'enabled' | 'disabled' | 'quarantined'
  why: Maybe<string>
  /** Null: everybody who may use skills. */
  audience: Maybe<string[]>
  active: Maybe<string>
  previous: Maybe<string>
  candidate: Maybe<string>
  canary_share: Maybe<number>
  canary_principals: Maybe<string[]>
  canary_since: MaybeStamp
  creator: string
  created_at: Stamp
  changed_at: Stamp
}

interface SkillSecretTable {
  tenant_id: string
  id: string
  skill: string
  name: string
  dek: Buffer
  value_sealed: Buffer
  creator: string
  changed_at: Stamp
}

interface SkillItemTable {
  tenant_id: string
  id: string
  skill: string
  /** Blind index of the skill's own key. */
  key_index: Buffer
  dek: Buffer
  item_sealed: Buffer
  size_bytes: number
  changed_at: Stamp
}

interface SkillFigureTable {
  tenant_id: string
  digest: string
  minute: Date
  calls: number
  failed: number
  buckets: number[]
}

interface SkillChangeTable {
  tenant_id: string
  changes: string
  at: Stamp
}

interface SkillPolicyTable {
  tenant_id: string
  level: 'dev' | 'signed' | 'certified'
  creator: string
  changed_at: Stamp
}

interface WorkflowRunTable {
  tenant_id: string
  id: string
  skill: string
  digest: string
  operation: string
  call_index: Buffer
  owner: string
  class: DataClassWord
  state: 'running' | 'done' | 'failed' | 'undone' | 'asking'
  dek: Buffer
  input_sealed: Buffer
  output_sealed: Maybe<Buffer>
  fault_sealed: Maybe<Buffer>
  runner: Maybe<string>
  runner_seen_at: MaybeStamp
  created_at: Stamp
  finished_at: MaybeStamp
}

interface WorkflowStepTable {
  tenant_id: string
  run_id: string
  id: string
  step: string
  compensates: boolean
  state: 'begun' | 'done' | 'failed' | 'skipped' | 'unknown'
  attempts: Generated<number>
  output_sealed: Maybe<Buffer>
  fault_sealed: Maybe<Buffer>
  begun_at: Stamp
  ended_at: MaybeStamp
}

interface SkillFixtureTable {
  tenant_id: string
  id: string
  skill: string
  digest: string
  operation: string
  dek: Buffer
  exchange_sealed: Buffer
  created_at: Stamp
}

interface SkillExceptionTable {
  tenant_id: string
  id: string
  finding: Buffer
  skill: string
  dek: Buffer
  reason_sealed: Buffer
  creator: string
  created_at: Stamp
}

export interface SkillTables {
  skill_version: SkillVersionTable
  skill: SkillTable
  skill_secret: SkillSecretTable
  skill_item: SkillItemTable
  skill_figure: SkillFigureTable
  skill_change: SkillChangeTable
  skill_policy: SkillPolicyTable
  workflow_run: WorkflowRunTable
  workflow_step: WorkflowStepTable
  skill_fixture: SkillFixtureTable
  skill_exception: SkillExceptionTable
}
