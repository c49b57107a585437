import type { StoredApprovals } from '../../assistant/loop/approvals.ts'
import type { Assistant } from '../../assistant/assistant.ts'
import type { AuditLog } from '../../audit/opening.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Identity } from '../../identity/identity.ts'
import type { Knowledge } from '../../knowledge/knowledge.ts'
import type { Sources } from '../../knowledge/sources/sources.ts'
import type { OpenDetection } from '../../privacy/detect/opening.ts'
import type { PeopleData } from '../../identity/subjects/people-data.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import type { Kek } from '../../ops/keys/kek.ts'
import type { Reloading } from '../../ops/reloading.ts'
import type { OpenSkills } from '../../skills/open-skills.ts'
import type { Store } from '../../store/store.ts'
import { attachmentHandlers } from './attachments.ts'
import { approvalHandlers } from './approvals.ts'
import { auditHandlers } from './audit.ts'
import { conversationHandlers } from './conversations.ts'
import { authorisationHandlers } from './authorisations.ts'
import { cacheHandlers } from './cache.ts'
import { dictionaryHandlers } from './dictionaries.ts'
import { desensitiseHandlers } from './desensitise.ts'
import { foreseeingHandlers } from './foreseeing.ts'
import { factorHandlers } from './factors.ts'
import { federationHandlers } from './federation.ts'
import type { Handlers } from './handlers.ts'
import { healthHandlers } from './health.ts'
import { identityHandlers } from './identity.ts'
import { keepingHandlers } from './keeping.ts'
import { kekHandlers } from './kek.ts'
import { knowledgeHandlers } from './knowledge.ts'
import { noteHandlers } from './notes.ts'
import { offerHandlers } from './offer.ts'
import { peopleHandlers } from './people.ts'
import { platformHandlers } from './platform.ts'
import { policyHandlers } from './policies.ts'
import { privacyHandlers } from './privacy.ts'
import { questionHandlers } from './questions.ts'
import { readingHandlers } from './reading.ts'
import { requestHandlers } from './requests.ts'
import { routingHandlers } from './routing.ts'
import { scimHandlers } from './scim.ts'
import { serviceAccountHandlers } from './service-accounts.ts'
import { mcpSkillHandlers } from './mcp-skills.ts'
import { skillHandlers } from './skills.ts'
import { skillReviewHandlers } from './skill-reviews.ts'
import { sourceHandlers } from './sources.ts'
import { tenantHandlers } from './tenants.ts'

interface Behind {
  readonly version: string
  readonly store: Store
  readonly auditLog: Pick<AuditLog, 'reading'>
  readonly identity: Identity
  readonly gateway: Gateway
  readonly knowledge: Knowledge
  readonly assistant: Assistant
  readonly sources: Sources
  readonly skills: OpenSkills
  readonly detection: OpenDetection
  readonly kek: Kek
  readonly approvals: StoredApprovals
  readonly peopleData: PeopleData
  readonly following: Reloading
  readonly metrics: Metrics
}

/** What answers each operation of the platform API. */
export const allHandlers = ({
  version,
  store,
  auditLog,
  identity,
  gateway,
  knowledge,
  assistant,
  sources,
  skills,
  detection,
  kek,
  approvals,
  peopleData,
  following,
  metrics,
}: Behind): Handlers => ({
  ...identityHandlers(identity),
  ...peopleHandlers(identity),
  ...serviceAccountHandlers(identity),
  ...authorisationHandlers(identity),
  ...tenantHandlers(identity, store),
  ...factorHandlers(identity),
  ...policyHandlers(identity, gateway.routing),
  ...approvalHandlers(approvals, assistant),
  ...kekHandlers(kek),
  ...keepingHandlers(store, peopleData, identity),
  ...skillReviewHandlers(store),
  ...federationHandlers(identity),
  ...scimHandlers(identity),
  ...knowledgeHandlers(knowledge, store),
  ...questionHandlers(knowledge, store),
  ...conversationHandlers(assistant),
  ...foreseeingHandlers({
    assistant,
    previewing: gateway.privacy.previewing,
    config: following.config,
  }),
  ...readingHandlers(assistant, identity),
  ...attachmentHandlers(assistant),
  ...noteHandlers(assistant),
  ...sourceHandlers(sources),
  ...skillHandlers(skills),
  ...mcpSkillHandlers(skills.agreeing),
  ...routingHandlers(gateway.routing, gateway),
  ...offerHandlers(gateway.offer, following),
  ...requestHandlers(gateway),
  ...cacheHandlers(gateway.cache),
  ...privacyHandlers(detection, gateway.privacy),
  ...desensitiseHandlers(gateway),
  ...dictionaryHandlers(gateway),
  ...auditHandlers(store, auditLog.reading),
  ...healthHandlers({ version, store, metrics, following, gateway }),
  ...platformHandlers({
    version,
    isClaimed: () => identity.isClaimed(),
    recognise: (asking) => identity.recognise(asking),
  }),
})
