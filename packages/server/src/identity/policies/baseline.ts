import type { Scope } from '@freehold/contract/actions.ts'
import { SCOPES } from '@freehold/contract/actions.ts'
import { ROLES } from '@freehold/contract/people.ts'
import { builtInRole, hasPrivilege } from '../roles.ts'

/** A role that the operator made. */
export interface OwnRole {
  readonly name: string
  readonly scopes: readonly Scope[]
}

const uid = (type: string, id: string): string => `${type}::${JSON.stringify(id)}`
const list = (items: readonly string[]): string => `[${items.join(', ')}]`

/**
 * What roles, scopes and ceilings say, as Cedar. It is shown and asked about, never changed: the program itself decides
 * by its tables, and a test holds both against each other.
 */
export function baselineText(own: readonly OwnRole[]): string {
  const builtIn = ROLES.map((name) =>
    roleText(name, [...(builtInRole(name) ?? [])], hasPrivilege([name], 'settings')),
  )
  return `// Nothing is allowed that is not permitted here. The operator of the machine, over its own socket, is bound by none of it.

@id("every-caller")
permit (principal, action in ${uid('Action', 'caller')}, resource);

${builtIn.join('\n')}${own.map(({ name, scopes }) => `\n${roleText(name, scopes, false)}`).join('')}
${SCOPES.map(scopeText).join('\n')}
@id("limited-keys-do-not-run-the-house")
forbid (principal, action in ${uid('Action', 'operator')}, resource) when { principal.limited };

@id("documents-within-the-ceiling")
forbid (principal, action, resource is Document) when { resource.level > principal.ceiling };

@id("content-within-the-ceiling")
forbid (principal, action in ${list(['model.use', 'service.use'].map((id) => uid('Action', id)))}, resource)
when { context has level && context.level > principal.ceiling };
`
}

function roleText(name: string, scopes: readonly Scope[], runsTheHouse: boolean): string {
  const groups = [
    ...scopes.map((scope) => uid('Action', `scope:${scope}`)),
    ...(runsTheHouse ? [uid('Action', 'operator')] : []),
  ]
  if (groups.length === 0) return ''
  return `@id("role-${name}")
permit (principal in ${uid('Role', name)}, action in ${list(groups)}, resource);
`
}

const scopeText = (scope: Scope): string => `@id("keys-need-scope-${scope}")
forbid (principal, action in ${uid('Action', `scope:${scope}`)}, resource)
when { principal.limited && !principal.scopes.contains(${uid('Scope', scope)}) };
`
