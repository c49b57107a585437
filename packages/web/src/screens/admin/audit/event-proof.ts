import type { AuditEventView, ProofView } from '@freehold/sdk'
import type { Checkpoint } from './log-proof.ts'
import { canonicalJson, commitmentOf, isIncluded, openCheckpoint, readProof } from './log-proof.ts'

/** What was checked, in this order; what failed is false. */
export interface Verified {
  readonly signature: boolean
  readonly inclusion: boolean
  /** Every field is what the entry committed to, but for those that were erased. */
  readonly fields: boolean
  /** The event that is shown is the one that the entry speaks of. */
  readonly shown: boolean
  readonly erased: readonly string[]
  readonly checkpoint: Checkpoint | null
}

/** Checks the proof of one event against the key that the reader trusts. */
export async function verifyEvent(event: AuditEventView, proof: ProofView, key: string): Promise<Verified> {
  const { index, hashes, note } = readProof(proof.proof)
  const checkpoint = await openCheckpoint(note, key)
  const entry: unknown = JSON.parse(proof.entry)
  const said = isRecord(entry) ? entry : {}
  const committed = isRecord(said['fields']) ? said['fields'] : {}
  const erased: string[] = []
  let areFieldsSame = canonicalJson(entry) === proof.entry
  for (const [name, commitment] of Object.entries(committed)) {
    const salt = proof.salts[name]
    const hasValue = name in proof.values
    if (salt === undefined && !hasValue) erased.push(name)
    else if (salt === undefined || !hasValue) areFieldsSame = false
    else if ((await commitmentOf(name, proof.values[name], salt)) !== commitment) areFieldsSame = false
  }
  for (const [name, value] of Object.entries(proof.values))
    if (!(name in committed) && canonicalJson(said[name]) !== canonicalJson(value)) areFieldsSame = false
  return {
    signature: checkpoint !== null,
    inclusion:
      checkpoint !== null &&
      index === proof.leaf &&
      (await isIncluded(proof.entry, { index, hashes }, checkpoint)),
    fields: areFieldsSame,
    shown: isShown(event, said, proof.values),
    erased,
    checkpoint,
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether everything on the screen stands in the entry, or in the values that it committed to. */
function isShown(
  event: AuditEventView,
  entry: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, unknown>>,
): boolean {
  const open =
    entry['id'] === event.id && entry['action'] === event.action && entry['outcome'] === event.outcome
  const rest = (['subject', 'from', 'through', 'reason', 'before', 'after', 'breakGlass'] as const).every(
    (name) => event[name] === null || canonicalJson(values[name]) === canonicalJson(event[name]),
  )
  const isActor = event.actor === 'erased' || values['actor'] === event.actor
  const hasDetail =
    event.detail === null ||
    Object.keys(event.detail).length === 0 ||
    canonicalJson(values['detail']) === canonicalJson(event.detail)
  return open && rest && isActor && hasDetail
}
