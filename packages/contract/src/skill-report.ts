import { z } from 'zod'
import { skillKind } from './skill-manifest.ts'

export const SKILL_REPORT_VERSION = 'freehold.dev/skill-report/v1'

/** `pass`: may be certified. `review`: a person decides. `block`: never. */
export const SKILL_VERDICTS = ['pass', 'review', 'block'] as const
export const skillVerdict = z.enum(SKILL_VERDICTS)
export type SkillVerdict = z.infer<typeof skillVerdict>

/**
 * What a finding does to the verdict. `block` alone blocks. `suspect` asks for a review, and blocks together with one of
 * another sort of evidence. `review` asks for a review. `note` is only shown.
 */
export const FINDING_ACTS = ['block', 'suspect', 'review', 'note'] as const
export const findingAct = z.enum(FINDING_ACTS)
export type FindingAct = z.infer<typeof findingAct>

/** What was looked at: texts that people and models read, code, what is declared against what is used, or a run. */
export const FINDING_EVIDENCE = ['prose', 'code', 'declared', 'supply', 'dynamic'] as const
export const findingEvidence = z.enum(FINDING_EVIDENCE)
export type FindingEvidence = z.infer<typeof findingEvidence>

const bilingual = z.strictObject({ en: z.string().max(1024), zh: z.string().max(1024) })
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const skillFinding = z.strictObject({
  rule: z.string().max(64),
  act: findingAct,
  evidence: findingEvidence,
  /** Empty where it concerns the skill as a whole. */
  path: z.string().max(512),
  /** From 1; 0 where there is no place. */
  line: z.int().min(0),
  column: z.int().min(0),
  /** The words themselves, shortened; never a whole secret, never a character that cannot be seen. */
  excerpt: z.string().max(200),
  /** Stands where things like it are described or tested for, so that it weighs less. */
  quoted: z.boolean(),
  says: bilingual,
  advice: bilingual,
})
export type SkillFinding = z.infer<typeof skillFinding>

export const skillReport = z.strictObject({
  version: z.literal(SKILL_REPORT_VERSION),
  scanner: z.strictObject({
    version: z.string().max(64),
    /** SHA-256 of the table of rules. */
    rules: sha256,
  }),
  skill: z.strictObject({
    name: z.string().max(128),
    version: z.string().max(64),
    publisher: z.string().max(128),
    kind: skillKind.nullable(),
    /** SHA-256 of the bundle. */
    digest: sha256,
  }),
  verdict: skillVerdict,
  reasons: z.array(bilingual).max(64),
  findings: z.array(skillFinding).max(500),
  /** Findings over those that are listed. */
  unlisted: z.int().min(0),
  permissions: z.array(bilingual).max(256),
  files: z.array(z.strictObject({ path: z.string().max(512), bytes: z.int().min(0), sha256 })).max(4096),
  /** What a run in the strong sandbox showed; null where none was asked for. */
  dynamic: z
    .strictObject({
      ran: z.boolean(),
      /** Why it could not, or what it did. */
      notes: z.array(z.string().max(512)).max(64),
    })
    .nullable(),
})
export type SkillReport = z.infer<typeof skillReport>
