import { z } from 'zod'
import { list } from './operation-parts.ts'
import { skillAccess } from './skill-access.ts'
import { semver, skillKind } from './skill-manifest.ts'
import { skillName } from './skill-permissions.ts'
import { skillDigest, skillLevel, skillState, skillVerdict } from './skills.ts'

/** What comes along with Freehold; other sources have the names of `skillRepositories`. */
export const BUILT_IN = 'built-in'
/** What was sent as a bundle came from no place of these. */
export const SENT = 'sent'

const bilingual = z.object({ en: z.string(), zh: z.string() })

export const catalogueQuery = z.strictObject({
  /** Words that must all be found. */
  query: z.string().max(200).default(''),
  after: z.string().max(140).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type CatalogueQuery = z.output<typeof catalogueQuery>

/** A skill that can be installed by its name. */
export const catalogueEntry = z.object({
  name: skillName,
  source: z.string(),
  title: bilingual,
  description: bilingual,
  kind: skillKind,
  version: semver,
  publisher: z.string(),
  digest: skillDigest,
  /** What vouches for it as far as its catalogue says; it is proven at installation. Null: the catalogue does not say. */
  level: skillLevel.nullable(),
  verdict: skillVerdict.nullable(),
  access: skillAccess.nullable(),
  /** Why nobody may install it any more. */
  revoked: z.string().nullable(),
  /** Null where it is not installed. */
  installed: z
    .object({
      version: semver.nullable(),
      digest: skillDigest.nullable(),
      state: skillState,
      /** What the catalogue has is newer. */
      isOlder: z.boolean(),
    })
    .nullable(),
})
export type CatalogueEntry = z.output<typeof catalogueEntry>

export const skillCatalogue = list(catalogueEntry).extend({
  /** Where was looked. `problem`: why it could not be asked; what was known of it is shown all the same. */
  sources: z.array(z.object({ name: z.string(), problem: z.string().nullable() })),
})
export type SkillCatalogueView = z.output<typeof skillCatalogue>
