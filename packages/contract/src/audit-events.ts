import { z } from 'zod'
import { dataClass } from './data-class.ts'
import { approvalDecision, askedBecause, toolEffect } from './loop-events.ts'
import { tenantIsolation } from './tenants.ts'
import { zone } from './zone.ts'

const count = z.number().int().nonnegative()
/** A closed word of ours (code, scope, state); never text that a person wrote. */
const word = z.string().regex(/^[\w.:*-]{1,64}$/)
/** SHA-256 of a bundle. */
const digest = z.string().regex(/^[0-9a-f]{64}$/)
/** The name of a model of a public library. */
const modelWord = z.string().regex(/^[\w.:/@-]{1,128}$/)

const members = z.array(word).max(100).nullable()
const aclChange = { before: members, after: members }

const account = {
  role: word,
  scopes: z.array(word),
  class: dataClass,
  ceiling: dataClass,
  limits: z.array(word),
  /** How many public keys it may prove itself with, and for how many services it may get tokens. */
  keys: count,
  certificate: z.boolean(),
  resources: count,
  /** Where people are taken back whom it has signed in here, and whether it can keep no key. */
  redirectUris: count,
  public: z.boolean(),
}

/**
 * Every audit event and the detail it carries. A detail holds ids, counts, classes and words of ours only:
 * the record is not encrypted, so content and personal data have no place in it.
 */
export const AUDIT_EVENTS = {
  'server.started': z.strictObject({ version: word, schema: count }),
  'config.reloaded': z.strictObject({ outcome: z.enum(['applied', 'refused']), changed: z.array(word) }),
  'owner.claimed': z.strictObject({}),
  'session.opened': z.strictObject({ method: word }),
  /** `count`: how many there were since the last such event, which is written at most once a minute. */
  'session.refused': z.strictObject({ reason: word, count }),
  /** `reason`: signed out, ended by somebody, or what happened to the account. */
  'session.closed': z.strictObject({ reason: word }),
  /** `subject` is the invitation; whom it names is not on record. */
  'invitation.created': z.strictObject({ role: word, groups: count, purpose: z.enum(['join', 'password']) }),
  'invitation.withdrawn': z.strictObject({}),
  /** `subject` is the account that came of it, or whose password it was. */
  'invitation.accepted': z.strictObject({ invitation: word, purpose: z.enum(['join', 'password']) }),
  'user.role_changed': z.strictObject({ before: word, after: word }),
  'user.disabled': z.strictObject({ sessions: count }),
  'user.enabled': z.strictObject({}),
  'user.deleted': z.strictObject({ role: word, sessions: count, keys: count }),
  /** By a directory, over SCIM. `subject` is the account; what the directory calls it is not on record. */
  'user.provisioned': z.strictObject({ role: word, active: z.boolean() }),
  /** `changed`: names of SCIM attributes. */
  'user.synchronised': z.strictObject({ changed: z.array(word) }),
  /** `added` and `removed`: members; each has an event of its own too. */
  'group.synchronised': z.strictObject({ renamed: z.boolean(), added: count, removed: count }),
  'password.changed': z.strictObject({ sessions: count }),
  /** `count`: of recovery codes that came with it. */
  'totp.confirmed': z.strictObject({ count }),
  'totp.removed': z.strictObject({}),
  'recovery_codes.made': z.strictObject({ count }),
  'recovery_code.used': z.strictObject({ left: count }),
  'passkey.added': z.strictObject({ backedUp: z.boolean() }),
  'passkey.removed': z.strictObject({}),
  /** By somebody who looks after the account, for whom lost the device. */
  'factors.reset': z.strictObject({ passkeys: count, totp: z.boolean() }),
  /** `subject` is the account; what the provider calls it is not on record. */
  'identity.created': z.strictObject({ connection: word, role: word }),
  'identity.linked': z.strictObject({ connection: word }),
  'identity.unlinked': z.strictObject({ connection: word }),
  /** What the provider's groups changed at a sign-in. */
  'identity.mapped': z.strictObject({ connection: word, role: word, added: count, removed: count }),
  /** Of somebody who came back from the provider; nothing came of it. */
  'identity.refused': z.strictObject({ connection: word, reason: word }),
  'group.created': z.strictObject({ roles: z.array(word) }),
  'group.changed': z.strictObject({ roles: z.array(word) }),
  'group.deleted': z.strictObject({ members: count }),
  /** `subject` is the group. */
  'group.member_added': z.strictObject({ account: word }),
  'group.member_removed': z.strictObject({ account: word }),
  /** `subject` is the role, whose name the operator chose. */
  'role.put': z.strictObject({ scopes: z.array(word) }),
  'role.deleted': z.strictObject({}),
  /** `limits`: which there are, not what they are. */
  'service_account.created': z.strictObject(account),
  'service_account.changed': z.strictObject({ ...account, renamed: z.boolean() }),
  'service_account.disabled': z.strictObject({}),
  'service_account.enabled': z.strictObject({}),
  'service_account.deleted': z.strictObject({ role: word, keys: count }),
  /** `added` and `removed`: against the version before. Their names stand in the sealed part. */
  'policies.put': z.strictObject({ policies: count, version: count, added: count, removed: count }),
  'policies.restored': z.strictObject({
    from: count,
    policies: count,
    version: count,
    added: count,
    removed: count,
  }),
  'key.created': z.strictObject({
    /** The service account that it belongs to. */
    service: word.optional(),
    scopes: z.array(word),
    class: dataClass,
    ceiling: dataClass,
    expires: z.boolean(),
    limits: z.array(word),
  }),
  'key.revoked': z.strictObject({}),
  'collection.created': z.strictObject({}),
  'collection.renamed': z.strictObject({}),
  'collection.deleted': z.strictObject({ documents: count }),
  /** Who may read it: ids as `user:…`, `group:…`, `service:…`, `key:…`; null for everybody. The first hundred. */
  'collection.acl_changed': z.strictObject(aclChange),
  'document.acl_changed': z.strictObject(aclChange),
  /** `subject` is the collection. */
  'question.created': z.strictObject({ question: word }),
  'question.deleted': z.strictObject({ question: word }),
  'question.ran': z.strictObject({ questions: count, found: count }),
  'documents.added': z.strictObject({
    documents: count,
    passages: count,
    sizeBytes: count,
    class: dataClass,
  }),
  /** By the operator of the machine. */
  'document.read': z.strictObject({}),
  'document.deleted': z.strictObject({}),
  /** `subject` is the approval; what the call would do is not on record. `grant`: of an `always`. */
  'approval.decided': z.strictObject({
    decision: approvalDecision,
    tool: word,
    effect: toolEffect,
    because: askedBecause,
    run: word,
    grant: word.optional(),
  }),
  /** `subject` is the skill, of these. */
  'mcp.connection_begun': z.strictObject({}),
  'mcp.connected': z.strictObject({}),
  'mcp.connection_removed': z.strictObject({}),
  /** The pins are of the tools as somebody saw them. */
  'mcp.tools_approved': z.strictObject({ pins: z.array(word).max(256) }),
  /**
   * Over the Model Context Protocol; written before the tool is begun. `subject` is its name, `confirmed`: the user of the
   * client was asked first.
   */
  'mcp.tool_called': z.strictObject({ effect: toolEffect, confirmed: z.boolean() }),
  'tool_grant.revoked': z.strictObject({ tool: word }),
  'conversation.created': z.strictObject({ class: dataClass, temporary: z.boolean() }),
  /** `changed`: names of fields. */
  'conversation.changed': z.strictObject({ changed: z.array(word) }),
  /** `messages`: how many went with it. */
  'conversation.deleted': z.strictObject({ messages: count }),
  /** `from`: the conversation that it is a copy of. */
  'conversation.forked': z.strictObject({ from: word, messages: count }),
  'conversation.imported': z.strictObject({ messages: count }),
  /** `subject` is the file, of which neither name nor content is on record. */
  'attachment.added': z.strictObject({ conversation: word, sizeBytes: count, class: dataClass }),
  'attachment.deleted': z.strictObject({ conversation: word }),
  /** `subject` is the document. `run`: of a model that wrote it. */
  'artifact.written': z.strictObject({
    conversation: word,
    version: count,
    sizeBytes: count,
    class: dataClass,
    run: word.optional(),
  }),
  'artifact.deleted': z.strictObject({ conversation: word, versions: count }),
  'project.created': z.strictObject({}),
  'project.changed': z.strictObject({}),
  'project.deleted': z.strictObject({ conversations: count }),
  /** Something to remember, or a prompt template. */
  'note.created': z.strictObject({ kind: word, class: dataClass }),
  'note.changed': z.strictObject({ kind: word }),
  'note.deleted': z.strictObject({ kind: word }),
  /** `subject` is the share. */
  'share.created': z.strictObject({
    conversation: word,
    messages: count,
    days: count,
    audience: z.enum(['tenant', 'anyone']),
  }),
  'share.revoked': z.strictObject({ conversation: word }),
  /** `subject` is the run. Each request to a model that it makes has a record of its own. */
  'run.started': z.strictObject({
    conversation: word,
    because: z.enum(['sent', 'regenerated', 'continued']),
    class: dataClass,
    /** Ids of the files that its message names. */
    attachments: z.array(word).optional(),
  }),
  'run.stopped': z.strictObject({}),
  'source.created': z.strictObject({ kind: word, collection: word }),
  /** `changed`: names of fields, never what stands in them. */
  'source.changed': z.strictObject({ changed: z.array(word) }),
  'source.deleted': z.strictObject({ documents: z.enum(['delete', 'keep']) }),
  'source.sync_asked': z.strictObject({}),
  /** A run that changed something came to its end; what it did to documents has events of its own. */
  'source.synced': z.strictObject({ added: count, changed: count, removed: count, failed: count }),
  /** `subject` is the skill, of all of these. `digest`: of the version; `grows`: how much more it may do than before. */
  'skill.installed': z.strictObject({
    digest,
    kind: word,
    level: word,
    verdict: word.nullable(),
    approved: z.boolean(),
  }),
  'skill.updated': z.strictObject({
    digest,
    level: word,
    verdict: word.nullable(),
    grows: count,
    approved: z.boolean(),
    active: z.boolean(),
  }),
  /** `changed`: names of fields. */
  'skill.changed': z.strictObject({ changed: z.array(word), digest: digest.nullable() }),
  'skill.approved': z.strictObject({ digest }),
  'skill.canary_started': z.strictObject({ digest, share: count, principals: count }),
  /** `because`: somebody asked, or calls went worse. `calls`: of the version that was taken back, while it was tried. */
  'skill.rolled_back': z.strictObject({
    from: digest,
    to: digest.nullable(),
    because: z.enum(['asked', 'failures', 'latency']),
    calls: count,
    failed: count,
  }),
  'skill.revoked': z.strictObject({ digest }),
  'skill.removed': z.strictObject({ versions: count }),
  /** `secret` is a name that the skill's author chose. */
  'skill.secret_set': z.strictObject({ secret: word }),
  'skill.secret_forgotten': z.strictObject({ secret: word }),
  /** Of what is more than a read. `call`: the caller's own id of it, hashed. */
  'skill.called': z.strictObject({
    digest,
    operation: word,
    effect: toolEffect,
    class: dataClass,
    call: word,
  }),
  /** Of a skill that is not installed: `subject` is the name that it gives itself. */
  'skill.tried': z.strictObject({
    digest,
    operation: word,
    effect: toolEffect,
    class: dataClass,
    call: word,
  }),
  /** Something left for a host that the skill declares. */
  'skill.egress': z.strictObject({
    digest,
    host: z.string().max(260),
    method: word,
    zone: z.enum(['private', 'managed']),
    bytes: count,
    masked: count,
    call: word,
  }),
  /** `fixtures`: calls with what was asked and answered in them. */
  'skill.exported': z.strictObject({ digest, fixtures: count }),
  /** What an upgrade would break and is made all the same. `finding`: a hash of it. */
  'upgrade.excepted': z.strictObject({ finding: digest }),
  'skill.policy_set': z.strictObject({ level: word }),
  /** `subject` is the target's name, which the operator chose. */
  'target.put': z.strictObject({ zone: z.enum(['private', 'managed']), kind: word, version: count }),
  'target.deleted': z.strictObject({ version: count }),
  'target.drained': z.strictObject({ version: count }),
  'target.resumed': z.strictObject({ version: count }),
  /** Written before anything is dialled. `call`: a text was to be sent too, which has a record of its own. */
  'target.tested': z.strictObject({ zone, kind: word, call: z.boolean() }),
  /** Written before anything is dialled: programs that were looked for, and variables of the environment that hold a key. */
  'target.discovered': z.strictObject({ places: z.array(word), keys: z.array(word) }),
  /** `model` is a name that the operator chose. */
  'target.pull_started': z.strictObject({ model: modelWord }),
  'target.pull_cancelled': z.strictObject({ model: modelWord }),
  'routes.replaced': z.strictObject({ routes: count, version: count }),
  'shadow.set': z.strictObject({ routes: count, version: count }),
  'shadow.removed': z.strictObject({ version: count }),
  'shadow.promoted': z.strictObject({ routes: count, version: count }),
  'routing.restored': z.strictObject({ from: count, version: count }),
  /** `subject` says of what: `all`, or a rule, a target, or both. `entries` counts those of the process that was asked. */
  'privacy.forgotten': z.strictObject({}),
  /** `subject` is the name of the dictionary; its terms are never on record. */
  'dictionary.put': z.strictObject({ values: count, patterns: count, version: count }),
  'dictionary.deleted': z.strictObject({}),
  /** By the operator of the machine. */
  'dictionary.read': z.strictObject({}),
  /** Of somebody else's request. */
  'egress.read': z.strictObject({}),
  'cache.purged': z.strictObject({ entries: count }),
  /** `subject` is the budget; so much of it was spent, and of which limit. */
  'budget.alert': z.strictObject({ limit: word, period: word, percent: z.number().nonnegative() }),
  'signing_key.created': z.strictObject({}),
  /** It last signed a day ago or longer. */
  'signing_key.retired': z.strictObject({}),
  /** `subject` is the client. `own`: for this installation, not for a service behind it. `authorisation`: of the person. */
  'token.issued': z.strictObject({ grant: word, own: z.boolean(), authorisation: word.optional() }),
  /** By the person; `subject` is the application. `authorisation`: what came of it, where it was allowed. */
  'authorisation.decided': z.strictObject({
    allowed: z.boolean(),
    scopes: z.array(word),
    authorisation: word.optional(),
  }),
  /**
   * A code or a refresh token came a second time: what the first came to is good for nothing any more. `subject`: the application.
   */
  'authorisation.replayed': z.strictObject({ authorisation: word }),
  /** The person ended that a program acts in their name. `subject`: the application. */
  'authorisation.revoked': z.strictObject({ authorisation: word }),
  /**
   * The issuer refused what a client asked for; `subject` is the client where there is one. `count`: how many there were
   * since the last such event of this client for this reason, which is written at most once a minute.
   */
  'oidc.refused': z.strictObject({
    endpoint: z.enum(['authorize', 'token', 'userinfo']),
    reason: word,
    count,
  }),
  /** By a command while the program was stopped; written at the next start. */
  'root_key.passphrase': z.strictObject({ change: z.enum(['set', 'changed', 'removed']), atMs: count }),
  /** In the record of the home tenant; `subject` is the tenant. */
  'tenant.created': z.strictObject({ isolation: tenantIsolation }),
  /** The link is for its first owner. */
  'tenant.invited': z.strictObject({ hours: count }),
  /** `bounded`: what it is bounded in now; the values before and after are sealed with the event. */
  'tenant.bounded': z.strictObject({ bounded: z.array(word) }),
  'tenant.suspended': z.strictObject({}),
  'tenant.resumed': z.strictObject({}),
  'tenant.deletion_set': z.strictObject({ graceDays: count }),
  /** In the record of the tenant, and in that of whoever asked. */
  'tenant.exported': z.strictObject({}),
  /** How much was destroyed after its keys were. */
  'tenant.deleted': z.strictObject({ rows: count, objects: count }),
  /** `subject` is the tenant, of these three. */
  'tenant_key.rotated': z.strictObject({ version: count }),
  /** Old versions, which nothing was wrapped under any more. */
  'tenant_key.retired': z.strictObject({ versions: count, version: count }),
  'tenant_key.shredded': z.strictObject({ versions: count }),
  'root_key.move_started': z.strictObject({ from: word, to: word }),
  /** `keys`: how many were wrapped anew since the start of this process. */
  'root_key.moved': z.strictObject({ to: word, keys: count }),
  /** What these entries of the audit log commit to was deleted: it was kept its time, or a person was erased. */
  'audit.erased': z.strictObject({ leaves: z.array(count).max(1000), because: z.enum(['age', 'person']) }),
  /** Somebody was handed what is held of a person. `subject` is the account. */
  'person.exported': z.strictObject({ own: z.boolean() }),
  /** `subject` is the erasure; whose it is is not on record. */
  'person.erasure_started': z.strictObject({}),
  /** How much was erased, by room and kind. */
  'person.erased': z.strictObject({ counts: z.record(word, count) }),
  'hold.added': z.strictObject({ scope: word }),
  'hold.lifted': z.strictObject({ scope: word }),
  /** `digest`: of the bundle; `report`: of what was decided about. Why it was is sealed. */
  'skill_review.opened': z.strictObject({ digest: word }),
  'skill_review.decided': z.strictObject({
    decision: z.enum(['approve', 'reject']),
    digest: word,
    report: word,
  }),
  /** `subject` is the use of break-glass that it makes possible. */
  'break_glass.armed': z.strictObject({ minutes: count }),
  'break_glass.disarmed': z.strictObject({}),
  'break_glass.used': z.strictObject({ minutes: count }),
  /** `count`: how many there were since the last such event, which is written at most once a minute. */
  'break_glass.refused': z.strictObject({ reason: word, count }),
  /** Something was read in such a session: the operation, and the id that it was asked for. */
  'break_glass.read': z.strictObject({ operation: word }),
  'server.stopped': z.strictObject({ reason: word }),
} as const
export type AuditEventName = keyof typeof AUDIT_EVENTS
export type AuditDetail<N extends AuditEventName> = z.input<(typeof AUDIT_EVENTS)[N]>

/** Those that record that something was not done. */
export const REFUSED_EVENTS: ReadonlySet<AuditEventName> = new Set([
  'session.refused',
  'break_glass.refused',
  'oidc.refused',
])
