import { loopSubjects } from './assistant/loop/subjects.ts'
import type { Assistant } from './assistant/assistant.ts'
import { assistantSubjects } from './assistant/subjects.ts'
import { auditSubjects } from './audit/keeping/own-events.ts'
import { oldEvents } from './audit/keeping/old-events.ts'
import { createRetention } from './audit/keeping/retention.ts'
import type { Gateway } from './gateway/gateway.ts'
import { gatewaySubjects, privacySubjects } from './gateway/subjects.ts'
import { oldInvitations, oldKeys } from './identity/ended.ts'
import type { Identity } from './identity/identity.ts'
import { identitySubjects } from './identity/subjects/own-account.ts'
import { PeopleData } from './identity/subjects/people-data.ts'
import { causeOf } from './kernel/cause.ts'
import type { Clock } from './kernel/clock.ts'
import type { Log } from './kernel/log.ts'
import type { Metrics } from './kernel/metrics.ts'
import { knowledgeSubjects } from './knowledge/subjects.ts'
import { sweepReaders } from './knowledge/unused-readers.ts'
import { keepHouse } from './ops/housekeeping.ts'
import { skillSubjects } from './skills/subjects.ts'
import type { SubjectRoom } from './store/subject.ts'
import type { Store } from './store/store.ts'

/**
 * Every room that holds something of people: one line for each. They are erased in this order, and the record comes last,
 * because what the others do may stand in it.
 */
export const subjectRooms = ({ blobs }: Pick<Store, 'blobs'>): readonly SubjectRoom[] => [
  gatewaySubjects,
  privacySubjects,
  knowledgeSubjects,
  skillSubjects,
  loopSubjects,
  assistantSubjects(blobs),
  identitySubjects,
  auditSubjects,
]

/** Why a table, or a column of one, has no exporter and no eraser. Whoever adds one that holds nothing of people adds a line. */
export const NOTHING_OF_PEOPLE: Readonly<Record<string, string>> = {
  'skill_review.report_sealed': 'what a check says of a program',
  'skill_review.reason_sealed': 'why a program was let in, as long as the decision',
  schema_checksum: 'of the program',
  kysely_migration: 'of the program',
  kysely_migration_lock: 'of the program',
  tenant: 'ids of tenants',
  tenant_key: 'keys of the tenant',
  key_state: 'keys of the tenant',
  key_rewrap: 'keys of the tenant',
  installation_key: 'keys of the installation',
  signing_key: 'keys of the installation',
  'policy_version.document_sealed': 'policies of the tenant; whoever they name is named by an id',
  provisioned_group: 'what a directory says of groups; who is in them stands elsewhere',
  service_account: 'programs of the tenant',
  custom_role: 'words that the operator chose',
  index_segment: 'the index of documents, without those who added them',
  embedding_lot: 'vectors of documents, which go with them',
  embedded_document: 'which documents have vectors',
  embedding_state: 'how far the vectors of the tenant are',
  source_item: 'what sources brought: documents of the tenant',
  'source.definition_sealed': 'where documents of the tenant come from',
  'source.cursor_sealed': 'how far a source was read',
  'source.fault_sealed': 'why a source could not be read',
  'skill_version.bundle_sealed': 'programs and descriptions that were taken in',
  'skill_version.report_sealed': 'what a check says of a program',
  'skill.settings_sealed': 'where servers of the tenant are',
  'skill_secret.value_sealed': 'what servers of the tenant are opened with',
  skill_item: 'what programs keep; whoever removes the skill removes it',
  skill_figure: 'counts',
  skill_change: 'counts',
  skill_fixture:
    'the last calls of a skill, where an operator asked for them; a few, and they go with the skill',
  'skill_exception.reason_sealed': 'why an upgrade was made all the same',
  mcp_tool: 'what servers say of their tools',
  mcp_connection: 'how skills of the tenant are let in elsewhere',
  used_challenge: 'hashes of random bytes, for minutes',
  audit_pending: 'ids of events and requests that are about to be logged',
  audit_staged: 'entries on their way into the log, for a moment: what is erased waits for them',
  audit_carried: 'counts',
  audit_tile: 'hashes',
  audit_checkpoint: 'sizes and hashes',
  audit_delivery: 'how far receivers were served',
  audit_key: 'the key of the log',
  cache_purge: 'counts',
  dictionary: 'terms of the tenant, which it deletes as a whole',
  dictionary_change: 'counts',
  'erasure.account_id': 'of an account that is gone: by it whoever asks again learns that it is done',
  'erasure.principals': 'dropped an hour after the end',
  'routing_version.document_sealed': 'targets and rules of the tenant',
  conversation_class:
    'a class behind a blind index of the person and an id of the client: nobody finds whose it is',
  budget_process: 'processes',
  break_glass:
    'who armed it and why it was used stay as long as the record: a way in that leaves no traces is none',
}

interface Around {
  readonly store: Store
  readonly data: string
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly identity: Identity
  readonly gateway: Gateway
  readonly assistant: Pick<Assistant, 'tidy'>
  readonly config: () => {
    readonly audit: { readonly keepDays: number }
    readonly identity: { readonly endedDays: number }
  }
}

/** Goes on at once with erasures that an earlier process left half done, and does from time to time what has to be. */
export function openKeeping(
  { store, data, clock, log, metrics, identity, gateway, assistant, config }: Around,
  undo: (() => Promise<void>)[],
): PeopleData {
  const { people } = identity
  const peopleData = new PeopleData({
    store,
    clock,
    rooms: subjectRooms(store),
    personOf: (caller) => people.personOf(caller),
    refresh: () => people.refresh(),
    flush: () => gateway.flush(),
  })
  const resume = async (): Promise<void> => {
    try {
      await peopleData.resume()
    } catch (error) {
      const { name, code } = causeOf(error)
      log.warn('erasure.failed', { name, code })
    }
  }
  const retention = createRetention({
    store,
    clock,
    log,
    metrics,
    terms: [
      ...gateway.terms,
      { kept: oldInvitations, days: () => config().identity.endedDays },
      { kept: oldKeys, days: () => config().identity.endedDays },
      { kept: oldEvents, days: () => config().audit.keepDays },
    ],
  })
  void resume()
  undo.push(() => peopleData.close())
  const tidy = async (): Promise<void> => {
    await gateway.tidy()
    await identity.breakGlass.tidy()
    await assistant.tidy()
    await sweepReaders(store)
    await resume()
    await retention()
  }
  undo.push(keepHouse({ store, data, log, metrics, tidy }))
  return peopleData
}
