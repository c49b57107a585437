import { z } from 'zod'
import { dataClass } from './data-class.ts'

export const MOST_ARTIFACT_CHARACTERS = 200_000

const title = z.string().trim().min(1).max(200)
const mediaType = z
  .string()
  .max(100)
  .regex(/^[a-z]+\/[a-z\d][a-z\d.+-]*$/, 'must be a media type, such as text/markdown')
const text = z.string().min(1).max(MOST_ARTIFACT_CHARACTERS)
/** A message of its conversation that it belongs to. */
const message = z.uuid().optional()

export const artifactInput = z.strictObject({
  title,
  mediaType: mediaType.default('text/markdown'),
  text,
  class: dataClass.optional(),
  message,
})

/** What is absent stays as it was. */
export const artifactVersionInput = z.strictObject({
  title: title.optional(),
  mediaType: mediaType.optional(),
  text,
  class: dataClass.optional(),
  message,
})

export const artifactVersion = z.object({
  version: z.number().int(),
  title: z.string(),
  mediaType: z.string(),
  class: dataClass,
  sizeBytes: z.number().int(),
  /** Who wrote it: a model in a run, or somebody over the API. */
  by: z.enum(['model', 'user']),
  /** The run that it was written in; null where somebody wrote it. */
  run: z.uuid().nullable(),
  /** The answer of that run, or the message that whoever wrote it named. */
  message: z.uuid().nullable(),
  createdAt: z.iso.datetime(),
})

/** The newest version stands for all. */
export const artifactView = artifactVersion.extend({ id: z.uuid(), conversation: z.uuid() })
export const artifactList = z.object({ data: z.array(artifactView) })

export const artifactQuery = z.strictObject({
  /** Absent: the newest. */
  version: z.coerce.number().int().min(1).max(1_000_000).optional(),
})

/** One version with its text, and what there is besides. */
export const artifactText = artifactView.extend({
  text: z.string(),
  versions: z.array(artifactVersion),
})

/** As an export has it. */
export const artifactExported = z.object({
  id: z.uuid(),
  versions: z.array(artifactVersion.extend({ text: z.string() })),
})
