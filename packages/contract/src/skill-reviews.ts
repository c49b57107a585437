import { z } from 'zod'
import { reason } from './keeping.ts'
import { page } from './platform.ts'
import { skillReport } from './skill-report.ts'

export const SKILL_DECISIONS = ['approve', 'reject'] as const
export const skillDecision = z.enum(SKILL_DECISIONS)
export type SkillDecision = z.infer<typeof skillDecision>

export const skillReviewPage = page.extend({
  /** Only those that wait. */
  waiting: z.stringbool().default(false),
})

/** A skill that a person has to decide about, or has. */
export const skillReviewView = z.object({
  id: z.uuid(),
  skill: z.string(),
  version: z.string(),
  publisher: z.string(),
  /** SHA-256 of the bundle, and of the report. */
  digest: z.string(),
  report: z.string(),
  /** Why it waits. */
  reasons: z.array(z.object({ en: z.string(), zh: z.string() })),
  creator: z.string(),
  createdAt: z.iso.datetime(),
  /** Null while it waits, like all that follows. */
  decision: skillDecision.nullable(),
  reason: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.iso.datetime().nullable(),
})
export type SkillReviewView = z.output<typeof skillReviewView>

export const skillReviewDetail = skillReviewView.extend({ full: skillReport })
export const skillReviewInput = z.strictObject({
  decision: skillDecision,
  /** What the reviewer saw and why that is enough. It is stored encrypted. */
  reason,
})
