import type { Action } from '@freehold/contract/actions.ts'
import { ACTIONS, SCOPES } from '@freehold/contract/actions.ts'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import { TOOL_EFFECTS } from '@freehold/contract/loop-events.ts'
import { ZONES } from '@freehold/contract/zone.ts'
import { actionGroup } from './entities.ts'

/** What an action may be about besides the platform itself, and whether content of a class goes with it. */
interface Subject {
  readonly resources: readonly string[]
  readonly sends: boolean
}
const SUBJECTS: Readonly<Partial<Record<Action, Subject>>> = {
  'knowledge.read': { resources: ['Collection', 'Document'], sends: false },
  'knowledge.write': { resources: ['Collection', 'Document'], sends: false },
  'model.use': { resources: ['Target'], sends: true },
  'service.use': { resources: ['Service'], sends: true },
  'skill.use': { resources: ['Tool'], sends: true },
}

const PRINCIPALS = ['User', 'ServiceAccount', 'ApiKey', 'Skill']

const words = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ')

const ENTITIES = `// Closed lists: a word that is not in them is a mistake, and is found.
entity DataClass enum [${words(DATA_CLASSES)}];
entity Zone enum [${words(ZONES)}];
entity Scope enum [${words(SCOPES)}];
entity Effect enum [${words(TOOL_EFFECTS)}];

entity Tenant;
entity Role, Group;

// \`limited\`: it does no more than its scopes say. \`ceiling\`: the level of the highest class, 0 (${DATA_CLASSES[0]}) to ${DATA_CLASSES.length - 1} (${DATA_CLASSES.at(-1)}).
entity User in [Tenant, Role, Group] { limited: Bool, scopes: Set<Scope>, ceiling: Long };
entity ServiceAccount in [Tenant, Role, Group] { limited: Bool, scopes: Set<Scope>, ceiling: Long };
// A key is in who made it, and may nothing that its maker may not.
entity ApiKey in [Tenant, Role, Group, User, ServiceAccount, ApiKey] { limited: Bool, scopes: Set<Scope>, ceiling: Long };
// Nothing is one yet.
entity Skill in [Tenant, Role, Group] { limited: Bool, scopes: Set<Scope>, ceiling: Long };

entity Collection in [Tenant];
entity Document in [Tenant, Collection] { class: DataClass, level: Long };
// \`name\` as in the configuration; the built-in engine is "local", in the zone "local".
entity Target in [Tenant] { name: String, zone: Zone };
entity Service in [Tenant] { name: String, zone: Zone };
// Operations of the skill \`name\` that do this.
entity Tool in [Tenant] { name: String, effect: Effect };
`

/** What policies may speak of, as a Cedar schema: every action of the platform stands in it. */
export function cedarSchema(): string {
  // The table is closed, so its keys are exactly these; Object.keys only says string.
  const actions = Object.keys(ACTIONS) as readonly Action[]
  const groups = [...new Set(actions.flatMap((action) => actionGroup(action) ?? []))]
  return `${ENTITIES}
// Groups of actions, by what it takes to be allowed one.
action ${words(groups)};

${actions.map(declaration).join('\n')}
`
}

function declaration(action: Action): string {
  const group = actionGroup(action)
  // Whoever does this is not known yet, so no policy can be about it.
  if (group === null) return `action ${words([action])};`
  const { resources, sends } = SUBJECTS[action] ?? { resources: [], sends: false }
  const context = sends ? ', context: { class?: DataClass, level?: Long }' : ''
  return `action ${words([action])} in [${words([group])}] appliesTo { principal: [${PRINCIPALS.join(', ')}], resource: [${['Tenant', ...resources].join(', ')}]${context} };`
}
