import type { AuditRecord } from './audit-record.ts'

/** Version of the Open Cybersecurity Schema Framework whose classes these are. */
const OCSF_VERSION = '1.9.0'

const CLASSES = {
  account: { category: 3, uid: 3001, name: 'Account Change' },
  authentication: { category: 3, uid: 3002, name: 'Authentication' },
  entity: { category: 3, uid: 3004, name: 'Entity Management' },
  lifecycle: { category: 6, uid: 6002, name: 'Application Lifecycle' },
  api: { category: 6, uid: 6003, name: 'API Activity' },
} as const
type ClassName = keyof typeof CLASSES

const OTHER = 99
const [CREATE, READ, UPDATE, DELETE] = [1, 2, 3, 4]

/** Which class an action is of, and which activity; the first whose beginning fits. What fits nowhere is API activity. */
const MAPPING: readonly (readonly [beginning: string, of: ClassName, activity: number])[] = [
  ['session.opened', 'authentication', 1],
  ['session.refused', 'authentication', 1],
  ['session.closed', 'authentication', 2],
  ['owner.claimed', 'account', 1],
  ['invitation.created', 'entity', CREATE],
  ['invitation.withdrawn', 'entity', DELETE],
  ['invitation.accepted', 'account', 1],
  // Account Change: 3 password change, 2 enable, 5 disable, 6 delete, 7 attach policy.
  ['password.', 'account', 3],
  ['user.provisioned', 'account', 1],
  ['user.enabled', 'account', 2],
  ['user.disabled', 'account', 5],
  ['user.deleted', 'account', 6],
  ['user.role_changed', 'account', 7],
  ['group.created', 'entity', CREATE],
  ['group.deleted', 'entity', DELETE],
  ['group.', 'entity', UPDATE],
  ['role.put', 'entity', UPDATE],
  ['role.deleted', 'entity', DELETE],
  ['key.created', 'entity', CREATE],
  ['key.revoked', 'entity', DELETE],
  ['signing_key.created', 'entity', CREATE],
  ['root_key.', 'entity', UPDATE],
  ['server.started', 'lifecycle', 3],
  ['server.stopped', 'lifecycle', 4],
  ['config.reloaded', 'lifecycle', OTHER],
  ['target.put', 'entity', UPDATE],
  ['target.deleted', 'entity', DELETE],
  ['target.drained', 'entity', UPDATE],
  ['target.resumed', 'entity', UPDATE],
  ['routes.', 'entity', UPDATE],
  ['routing.', 'entity', UPDATE],
  ['shadow.', 'entity', UPDATE],
  ['dictionary.put', 'entity', UPDATE],
  ['dictionary.deleted', 'entity', DELETE],
  ['dictionary.read', 'entity', READ],
  ['collection.created', 'api', CREATE],
  ['collection.deleted', 'api', DELETE],
  ['documents.added', 'api', CREATE],
  ['document.read', 'api', READ],
  ['document.deleted', 'api', DELETE],
  ['egress.read', 'api', READ],
  ['request.left', 'api', CREATE],
]

/** Informational, or low where something was refused. */
const severityOf = ({ outcome }: AuditRecord): number => (outcome === 'refused' ? 2 : 1)

/** What each class wants to be told, beside what all are. */
const PARTS: Readonly<Record<ClassName, (record: AuditRecord) => object>> = {
  account: ({ subject }) => ({ user: { uid: subject ?? 'unknown' } }),
  authentication: ({ actor, subject }) => ({
    user: { uid: actor ?? 'unknown' },
    session: { uid: subject ?? 'unknown' },
  }),
  entity: ({ action, subject }) => ({
    entity: { uid: subject ?? 'unknown', type: action.slice(0, action.indexOf('.')) },
  }),
  lifecycle: () => ({ app: { name: 'Freehold', vendor_name: 'Freehold' } }),
  api: ({ action, request, subject }) => ({
    api: { operation: action, ...(request !== null && { request: { uid: request } }) },
    ...(subject !== null && { resources: [{ uid: subject }] }),
  }),
}

/** One event of the Open Cybersecurity Schema Framework. */
export function ocsf(record: AuditRecord, version: string): object {
  const { action, outcome, actor, from, reason, detail, id, leaf, tenant, at } = record
  const [, of, activity] = MAPPING.find(([beginning]) => action.startsWith(beginning)) ?? [
    action,
    'api',
    OTHER,
  ]
  const { category, uid, name } = CLASSES[of]
  return {
    category_uid: category,
    class_uid: uid,
    class_name: name,
    activity_id: activity,
    ...(activity === OTHER && { activity_name: action }),
    type_uid: uid * 100 + activity,
    time: Date.parse(at),
    severity_id: severityOf(record),
    status_id: outcome === 'done' ? 1 : 2,
    status: outcome === 'done' ? 'Success' : 'Failure',
    message: action,
    ...(reason !== null && { comment: reason }),
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Freehold', vendor_name: 'Freehold', version },
      uid: id,
      sequence: leaf,
      tenant_uid: tenant,
      log_name: 'audit',
    },
    actor: { user: { uid: actor ?? 'unknown' } },
    src_endpoint: from === null ? { name: 'local' } : { ip: from },
    ...PARTS[of](record),
    unmapped: { action, detail },
  }
}
