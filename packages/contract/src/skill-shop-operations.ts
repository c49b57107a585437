import type { Operation } from './operation.ts'
import { MIB, NO_BODY } from './operation-parts.ts'
import { skillDraft, skillDraftInput, skillTrial, skillTryInput } from './skill-drafts.ts'
import { catalogueQuery, skillCatalogue } from './skill-shop.ts'

/** Before a skill is installed: what there is, and what somebody makes. */
export const SKILL_SHOP_OPERATIONS = {
  'skill.catalogue': {
    method: 'GET',
    path: '/api/skills/catalogue',
    surface: 'api',
    summary:
      'List the skills that can be installed by name: those that come along, and those of repositories',
    input: { query: catalogueQuery },
    output: skillCatalogue,
    action: 'skill.manage',
    fields: { query: 'query' },
    limits: NO_BODY,
  },
  'skill.draft': {
    method: 'POST',
    path: '/api/skills/draft',
    surface: 'api',
    summary: 'Make a skill of an OpenAPI document, or look at one that was changed; nothing is kept',
    input: { body: skillDraftInput },
    output: skillDraft,
    action: 'skill.manage',
    readOnly: 'a document is too long for a URL, and nothing of it is kept',
    fields: { document: 'code', manifest: 'code' },
    limits: { bodyBytes: 6 * MIB },
  },
  'skill.try': {
    method: 'POST',
    path: '/api/skills/try',
    surface: 'api',
    summary: 'Call an operation of a skill once that is not installed; nothing of it is kept',
    input: { body: skillTryInput },
    output: skillTrial,
    action: 'skill.manage',
    audit: 'skill.tried',
    fields: { manifest: 'code', operation: 'id' },
    limits: { bodyBytes: 6 * MIB },
  },
} as const satisfies Readonly<Record<string, Operation>>
