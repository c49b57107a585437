import type { Operation } from './operation.ts'
import { byUuid, list, NO_BODY, SMALL } from './operation-parts.ts'
import { skillReviewDetail, skillReviewInput, skillReviewPage, skillReviewView } from './skill-reviews.ts'

/** Skills whose check asks for a person. */
export const SKILL_REVIEW_OPERATIONS = {
  'skill_review.list': {
    method: 'GET',
    path: '/api/skill-reviews',
    surface: 'api',
    summary: 'List skills that a person has to decide about, or has, newest first',
    input: { query: skillReviewPage },
    output: list(skillReviewView),
    action: 'skill_review.read',
    fields: {},
    limits: NO_BODY,
  },
  'skill_review.get': {
    method: 'GET',
    path: '/api/skill-reviews/{id}',
    surface: 'api',
    summary: 'One of them with the whole report',
    input: { params: byUuid },
    output: skillReviewDetail,
    action: 'skill_review.read',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
  'skill_review.decide': {
    method: 'POST',
    path: '/api/skill-reviews/{id}/decide',
    surface: 'api',
    summary: 'Approve a skill for installation, or reject it, with the reason',
    input: { params: byUuid, body: skillReviewInput },
    output: skillReviewView,
    action: 'skill_review.decide',
    audit: 'skill_review.decided',
    fields: { id: 'id', reason: 'text' },
    limits: SMALL,
  },
} as const satisfies Readonly<Record<string, Operation>>
