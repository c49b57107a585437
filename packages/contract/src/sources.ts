import { z } from 'zod'
import { dataClass } from './data-class.ts'
import { documentAcl } from './knowledge.ts'
import { restSource } from './rest-source.ts'
import { httpUrl, secretText, shortText, signedIn } from './source-parts.ts'

export const SOURCE_KINDS = ['folder', 's3', 'git', 'webdav', 'imap', 'web', 'rest'] as const
export const sourceKind = z.enum(SOURCE_KINDS)

const hostName = z
  .string()
  .max(253)
  .regex(/^(?:\*\.)?[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d{1,5})?$/, 'must be a host, as in docs.example.org')

/** Where documents come from, and how to get in there. What is secret is never shown again. */
export const sourceOrigin = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('folder'),
    /** Below a directory of `sources.folders`. */
    path: z.string().min(1).max(4096).startsWith('/', 'must be an absolute path'),
  }),
  z.strictObject({
    kind: z.literal('s3'),
    endpoint: httpUrl,
    region: shortText.default('us-east-1'),
    bucket: z.string().regex(/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/, 'must be the name of a bucket'),
    prefix: z.string().max(1024).default(''),
    pathStyle: z.boolean().default(true),
    accessKeyId: shortText,
    secret: secretText,
  }),
  z.strictObject({
    kind: z.literal('git'),
    url: httpUrl,
    /** The default branch of the repository when absent. */
    branch: z
      .string()
      .max(255)
      .regex(/^[^\s\p{Cc}~^:?*[\\]+$/u, 'must be the name of a branch')
      .optional(),
    /** Only files below it. */
    path: z.string().max(1024).default(''),
    ...signedIn,
  }),
  z.strictObject({ kind: z.literal('webdav'), url: httpUrl, ...signedIn }),
  z.strictObject({
    kind: z.literal('imap'),
    host: hostName,
    port: z.int().min(1).max(65_535).default(993),
    /** Off only for a server of the operator's own network. */
    tls: z.boolean().default(true),
    mailbox: z.string().min(1).max(255).default('INBOX'),
    user: shortText,
    secret: secretText,
  }),
  z.strictObject({
    kind: z.literal('web'),
    start: z.array(httpUrl).min(1).max(20),
    /** Besides those of `start`; `*.example.org` stands for every host below it. */
    hosts: z.array(hostName).max(50).default([]),
    /** How many links away from a start; 0: only these pages. */
    depth: z.int().min(0).max(20).default(3),
    maxPages: z.int().min(1).max(20_000).default(500),
    /** Between two requests to one host; robots.txt may ask for more. */
    pauseMs: z.int().min(0).max(60_000).default(500),
  }),
  restSource,
])
export type SourceOrigin = z.output<typeof sourceOrigin>

const name = z.string().trim().min(1).max(128)
/** Null: only when somebody asks for it. */
const everyMinutes = z.int().min(1).max(43_200).nullable()

export const sourceInput = z.strictObject({
  name,
  collection: z.uuid(),
  from: sourceOrigin,
  everyMinutes: everyMinutes.default(60),
  /** Of every document that the source does not classify itself. */
  class: dataClass.default('internal'),
  /** Who may read the documents that the source says nothing of; absent: as their collection says. */
  acl: documentAcl.optional(),
})
export type SourceInput = z.output<typeof sourceInput>

/** What is left out stays as it is. A secret has to be sent again only when `from` leads elsewhere. */
export const sourceChange = z
  .strictObject({
    name: name.optional(),
    from: z.record(z.string(), z.unknown()).optional(),
    everyMinutes: everyMinutes.optional(),
    class: dataClass.optional(),
    acl: documentAcl.optional(),
    paused: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'says nothing to change')

export const sourceRemoval = z.strictObject({ documents: z.enum(['delete', 'keep']).default('delete') })

const count = z.int().nonnegative()
const trouble = z.object({ code: z.string(), message: z.string() })

export const sourceView = z.object({
  id: z.uuid(),
  name: z.string(),
  collectionId: z.uuid(),
  kind: sourceKind,
  /** As it was sent, without what is secret. */
  from: z.record(z.string(), z.unknown()),
  hasSecret: z.boolean(),
  everyMinutes: z.int().nullable(),
  class: dataClass,
  acl: documentAcl.optional(),
  state: z.enum(['waiting', 'running', 'paused', 'removing']),
  /** Why the last run did not come to its end; null when it did. */
  error: trouble.nullable(),
  /** Documents that are kept, and those that could not be read. */
  items: count,
  failed: count,
  /** Of the run that goes on, or of the last one. */
  progress: z.object({
    seen: count,
    added: count,
    changed: count,
    unchanged: count,
    removed: count,
    failed: count,
  }),
  /** The principal whose rights it has: whoever made it, or changed it last. */
  actsAs: z.string(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  succeededAt: z.string().nullable(),
  nextAt: z.string().nullable(),
})
export type SourceView = z.output<typeof sourceView>

export const sourceItemView = z.object({
  id: z.uuid(),
  /** As the source calls it; null where the caller may not know, as the title is. */
  item: z.string().nullable(),
  title: z.string().nullable(),
  /** Of the first document that it became and the caller may read. */
  documentId: z.string().nullable(),
  /** All of them: a message brings what is attached to it, an archive what is in it. */
  documents: z.array(z.string()),
  /** Files in it that did not become documents. */
  inside: z.array(z.object({ name: z.string(), error: trouble })),
  outcome: z.enum(['kept', 'failed']),
  error: trouble.nullable(),
  changedAt: z.string(),
})
