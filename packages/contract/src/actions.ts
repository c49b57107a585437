/** What an API key can be limited to. `*` stands for everything its creator may do. */
export const SCOPES = [
  'model',
  'service',
  'knowledge',
  'conversations',
  'skills',
  'requests',
  'keys',
  'people',
  'audit',
  'scim',
  'tenants',
] as const
export type Scope = (typeof SCOPES)[number]

export const DEFAULT_SCOPES = [
  'model',
  'service',
  'knowledge',
  'conversations',
  'skills',
  'requests',
] as const satisfies readonly Scope[]

/** Who may take an action: anyone at all, every identified caller, the operator's own socket, or callers with a scope. */
export type Grant = 'anyone' | 'caller' | 'operator' | Scope

/** Every authorisation action of the platform and who may take it. */
export const ACTIONS = {
  'platform.read': 'anyone',
  'metrics.read': 'operator',
  'owner.claim': 'anyone',
  'session.open': 'anyone',
  'session.read': 'caller',
  'session.close': 'caller',
  'model.use': 'model',
  'model.list': 'model',
  'knowledge.read': 'knowledge',
  'knowledge.write': 'knowledge',
  'source.read': 'knowledge',
  'source.write': 'operator',
  'embeddings.read': 'operator',
  'invitation.accept': 'anyone',
  'factor.read': 'caller',
  'factor.write': 'caller',
  'password.change': 'caller',
  'session.list': 'caller',
  'session.end': 'caller',
  'connection.test': 'people',
  'application.enter': 'caller',
  'people.read': 'people',
  'people.write': 'people',
  'scim.provision': 'scim',
  'person.export': 'people',
  'person.export_own': 'caller',
  'person.erase': 'people',
  'hold.read': 'audit',
  'hold.write': 'audit',
  'skill_review.read': 'operator',
  'skill_review.decide': 'operator',
  'break_glass.read': 'people',
  'break_glass.write': 'operator',
  'break_glass.use': 'anyone',
  'role.write': 'operator',
  'policies.read': 'operator',
  'policies.write': 'operator',
  'key.read': 'keys',
  'key.write': 'keys',
  'audit.read': 'audit',
  'service.use': 'service',
  /** Each tool asks for what it needs besides. */
  'mcp.use': 'caller',
  'routing.explain': 'caller',
  'routing.read': 'operator',
  'routing.write': 'operator',
  'privacy.detect': 'caller',
  'privacy.read': 'operator',
  'privacy.preview': 'model',
  'privacy.forget': 'model',
  'egress.read': 'requests',
  'dictionary.read': 'operator',
  'dictionary.write': 'operator',
  'cache.read': 'operator',
  'cache.purge': 'operator',
  'kek.read': 'operator',
  'kek.write': 'operator',
  'request.read': 'requests',
  'usage.read': 'requests',
  'approval.read': 'conversations',
  'approval.decide': 'conversations',
  'conversation.read': 'conversations',
  'conversation.write': 'conversations',
  'run.read': 'conversations',
  'run.write': 'conversations',
  'skill.read': 'skills',
  'skill.use': 'skills',
  'skill.manage': 'operator',
  'tenant.read': 'tenants',
  'tenant.write': 'tenants',
  'tenant.export': 'tenants',
} as const satisfies Readonly<Record<string, Grant>>
export type Action = keyof typeof ACTIONS

/**
 * What concerns the installation and so every tenant: for callers of the home tenant alone, whatever another tenant's
 * roles and scopes say.
 */
export const PLATFORM_ACTIONS: ReadonlySet<Action> = new Set<Action>([
  'metrics.read',
  'connection.test',
  'routing.read',
  'routing.write',
  'privacy.read',
  'tenant.read',
  'tenant.write',
])
