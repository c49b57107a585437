import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { TargetDefinition } from '../../kernel/target-definition.ts'
import type { Enquire, Told } from './enquiry.ts'
import { parsedOrNull } from './said.ts'

/** A model as its target tells of it. */
export interface Offered {
  readonly id: string
  readonly ownedBy: string | null
  /** Seconds since the epoch; null where the target does not say. */
  readonly createdS: number | null
}

export interface Listing {
  readonly models: readonly Offered[]
  /** Entries that were left out: not readable, twice, or beyond the most that are kept. */
  readonly leftOut: number
}

/** A target that answered, but not with a list. */
export class NoListing extends Error {
  readonly told: Told
  readonly path: string

  constructor(told: Told, path: string) {
    super(`no list of models: status ${told.status}`)
    this.name = 'NoListing'
    this.told = told
    this.path = path
  }
}

export type ModelDefinition = Extract<TargetDefinition, { readonly kind: 'model' }>

export const MOST_MODELS = 1000
const MOST_PAGES = 10
export const ANTHROPIC_HEADERS = ['anthropic-version', '2023-06-01']
/** Names are shown to people: nothing invisible, and no star, which would look like a pattern. */
export const offeredName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{C}\p{Z}*]+$/u)
/** What a target says in a word or two; null for what cannot be shown. */
export const shortWord = z
  .string()
  .max(128)
  .regex(/^[^\p{C}]+$/u)
  .nullable()
  .default(null)
  .catch(null)
const entry = z.object({
  id: offeredName,
  owned_by: shortWord,
  created: z.int().min(0).max(253_402_300_799).nullable().default(null).catch(null),
  created_at: z.iso.datetime({ offset: true }).nullable().default(null).catch(null),
})
/** Some compatible servers send the list itself. */
const list = z.union([
  z.object({
    data: z.array(z.unknown()),
    has_more: z.boolean().default(false).catch(false),
    last_id: offeredName.nullable().default(null).catch(null),
  }),
  z.array(z.unknown()).transform((data) => ({ data, has_more: false, last_id: null })),
])

/** Where the API of a target lies; an address without a path means `/v1`. */
export function apiPath({ pathname }: URL): string {
  return pathname === '/' ? '/v1' : pathname.replace(/\/$/, '')
}

/**
 * What a target says that it offers, by the list of its API.
 * @throws NoListing where it answers otherwise, Fault `upstream_…` where it does not answer
 */
export async function listModels(
  enquire: Enquire,
  { url, dialect }: Pick<ModelDefinition, 'url' | 'dialect'>,
): Promise<Listing> {
  const path = `${apiPath(new URL(url))}/models`
  if (dialect === 'openai') return kept((await page(enquire, { path, asked: path, headers: [] })).data)
  const entries: unknown[] = []
  let after: string | null = null
  for (let pages = 0; pages < MOST_PAGES && entries.length <= MOST_MODELS; pages += 1) {
    const cursor: string = after === null ? '' : `&after_id=${encodeURIComponent(after)}`
    const asked = `${path}?limit=1000${cursor}`
    const answer = await page(enquire, { path, asked, headers: ANTHROPIC_HEADERS })
    const { data, has_more: hasMore, last_id: last } = answer
    entries.push(...data)
    if (!hasMore || last === null || last === after) break
    after = last
  }
  return kept(entries)
}

interface Page {
  readonly path: string
  /** With what chooses the page. */
  readonly asked: string
  readonly headers: readonly string[]
}

async function page(enquire: Enquire, { path, asked, headers }: Page): Promise<z.output<typeof list>> {
  const told = await enquire({ path: asked, headers })
  const parsed = told.status === 200 ? list.safeParse(parsedOrNull(told.body)) : null
  if (!parsed?.success) throw new NoListing(told, path)
  return parsed.data
}

function kept(entries: readonly unknown[]): Listing {
  const models = new Map<string, Offered>()
  for (const one of entries) {
    if (models.size === MOST_MODELS) break
    const parsed = entry.safeParse(one)
    if (!parsed.success) continue
    const { id, owned_by: ownedBy, created, created_at: createdAt } = parsed.data
    const createdS =
      created ?? (createdAt === null ? null : Math.max(0, Math.floor(Date.parse(createdAt) / 1000)))
    if (!models.has(id)) models.set(id, { id, ownedBy, createdS })
  }
  return { models: [...models.values()], leftOut: entries.length - models.size }
}

/** A listing that could not be had, as a refusal for whoever asked. @throws what is no such thing */
export function listingFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  if (!(error instanceof NoListing)) throw error
  const { status } = error.told
  const why = status === 200 ? 'its answer is no list of models' : `it answered with status ${status}`
  return new Fault('upstream_broke', `The target does not list its models at ${error.path}: ${why}.`, {
    cause: error,
  })
}
