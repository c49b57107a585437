import { z } from 'zod'
import { dataClass } from './data-class.ts'
import { toolEffect } from './loop-events.ts'
import { skillAccess, skillGrant } from './skill-access.ts'
import { bundledPath, semver } from './skill-manifest.ts'
import { operationId } from './skill-operation.ts'
import { remark } from './remark.ts'
import { apiKeyPlace, clientCredentials, skillName } from './skill-permissions.ts'
import { skillReport } from './skill-report.ts'
import { settingValues } from './skill-settings.ts'
import { shownOperation, skillDigest } from './skills.ts'

/** Of an OpenAPI document, in characters. */
export const MOST_DOCUMENT_CHARACTERS = 2 * 1024 * 1024
const MOST_MANIFEST_CHARACTERS = 512 * 1024

const documentText = z.string().min(1).max(MOST_DOCUMENT_CHARACTERS)
const manifestText = z.string().min(1).max(MOST_MANIFEST_CHARACTERS)
/** Path: text. */
const draftFiles = z
  .record(bundledPath, documentText)
  .refine((files) => Object.keys(files).length <= 16, 'has more than 16 files')

/** How hosts are told who asks; the name of the secret follows from that of the skill. */
const draftAuth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('bearer') }),
  z.strictObject({ type: z.literal('basic') }),
  z.strictObject({
    type: z.literal('apiKey'),
    ...apiKeyPlace,
  }),
  z.strictObject({
    type: z.literal('oauth2'),
    ...clientCredentials,
  }),
])
export type DraftAuth = z.output<typeof draftAuth>

/** An OpenAPI document and what is wanted of it, or a manifest as somebody has changed it. */
export const skillDraftInput = z
  .strictObject({
    /** OpenAPI 3.0 or 3.1, JSON or YAML. */
    document: documentText.optional(),
    name: skillName.optional(),
    publisher: skillName.default('local'),
    /** Operation ids of the document; without them those that only read. */
    include: z.array(z.string().min(1).max(256)).min(1).max(100).optional(),
    /** In place of the document's first server. */
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .optional(),
    /** Where that is; without it the name of the host is gone by. */
    zone: z.enum(['private', 'managed']).optional(),
    /** In place of the first way that the document names. */
    auth: draftAuth.optional(),
    /** `skill.yaml`, and the files beside it. */
    manifest: manifestText.optional(),
    files: draftFiles.optional(),
  })
  .refine(({ document, manifest }) => (document === undefined) !== (manifest === undefined), {
    message: 'must say a document or a manifest, and not both',
    path: ['document'],
  })
export type SkillDraftInput = z.output<typeof skillDraftInput>

/** An operation of the document, whether it was taken or not. */
const foundOperation = z.object({
  /** Of the document: what `include` names. */
  id: z.string(),
  method: z.string(),
  path: z.string(),
  summary: z.string().nullable(),
  effect: toolEffect,
  isTaken: z.boolean(),
  /** Why it has no counterpart here; null where it has. */
  problem: z.string().nullable(),
  /** The same by its code, as in `OPENAPI_REMARKS`. */
  problemRemark: remark.nullable(),
})

/** What the check said, without what else is in the answer. */
export const shownReport = skillReport.pick({
  verdict: true,
  reasons: true,
  findings: true,
  unlisted: true,
})

export const skillDraft = z.object({
  name: skillName,
  version: semver,
  manifest: z.string(),
  files: z.record(z.string(), z.string()),
  /** The same packed, as `skill.install` takes it. */
  bundle: z.string(),
  digest: skillDigest,
  /** Of the document; empty where a manifest was sent. */
  found: z.array(foundOperation),
  operations: z.array(shownOperation),
  permissions: z.array(skillGrant),
  access: skillAccess,
  /** What could not be taken over as it was, or has to be done yet. */
  notes: z.array(
    /** By its code, too, as in `OPENAPI_REMARKS`. */
    z.object({ rule: z.string(), message: z.string(), remark: remark.optional() }),
  ),
  report: shownReport,
})
export type SkillDraft = z.output<typeof skillDraft>

/** One call of a skill that nobody has installed. */
export const skillTryInput = z.strictObject({
  manifest: manifestText,
  files: draftFiles.default({}),
  /** Of the settings that the manifest declares. */
  values: settingValues.default({}),
  operation: operationId,
  input: z.record(z.string(), z.unknown()).default({}),
  /** Of what the input says. */
  class: dataClass.optional(),
  /** Yes to what is more than a read. */
  confirmed: z.boolean().default(false),
  /** Name: value. They are for this call, and are kept nowhere. */
  secrets: z
    .record(skillName, z.string().min(1).max(32_768))
    .default({})
    .refine((secrets) => Object.keys(secrets).length <= 16, 'has more than 16 secrets'),
})
export type SkillTryInput = z.output<typeof skillTryInput>

export const skillTrial = z.object({
  value: z.unknown(),
  text: z.string(),
  class: dataClass,
  durationMs: z.int().nonnegative(),
  isCut: z.boolean(),
  /** What left for it, in order. */
  requests: z.array(
    z.object({
      method: z.string(),
      host: z.string(),
      zone: z.enum(['private', 'managed']),
      bytesOut: z.int(),
      /** Values that were replaced before it left. */
      masked: z.int(),
      /** Null where no answer came. */
      status: z.int().nullable(),
      ms: z.int().nullable(),
    }),
  ),
})
export type SkillTrial = z.output<typeof skillTrial>
