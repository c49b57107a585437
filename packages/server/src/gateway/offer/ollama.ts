import { z } from 'zod'
import type { Enquire } from './enquiry.ts'
import type { Listing, Offered } from './listing.ts'
import { apiPath, MOST_MODELS, NoListing, offeredName, shortWord } from './listing.ts'
import { parsedOrNull } from './said.ts'

/** Ollama's own API (github.com/ollama/ollama, docs/api.md) lies beside its OpenAI dialect. */
export const ollamaPath = (url: string): string => `${apiPath(new URL(url)).replace(/\/v1$/, '')}/api`

const figure = z.number().min(0).max(Number.MAX_SAFE_INTEGER).nullable().default(null).catch(null)
const time = z.iso.datetime({ offset: true }).nullable().default(null).catch(null)
const models = z.object({ models: z.array(z.unknown()) })
const tag = z.object({
  name: offeredName,
  modified_at: time,
  size: figure,
  digest: z.string().max(256).default(''),
  details: z
    .object({ family: shortWord, parameter_size: shortWord, quantization_level: shortWord })
    .nullable()
    .default(null)
    .catch(null),
})
const running = z.object({ name: offeredName, size_vram: figure, expires_at: time })
const shown = z.object({
  model_info: z.record(z.string(), z.unknown()).nullable().default(null).catch(null),
  capabilities: z
    .array(z.string().regex(/^[\w-]{1,40}$/))
    .max(20)
    .default([])
    .catch([]),
})
const version = z.object({ version: z.string().regex(/^[\w.+-]{1,40}$/) })

/** A model that lies on the disk of an Ollama. */
export interface Local extends Offered {
  readonly sizeBytes: number | null
  readonly digest: string
  readonly family: string | null
  readonly parameters: string | null
  readonly quantisation: string | null
}

/** @throws NoListing, Fault `upstream_…` */
export async function localModels(
  enquire: Enquire,
  url: string,
): Promise<{ readonly models: readonly Local[]; readonly leftOut: number }> {
  const path = `${ollamaPath(url)}/tags`
  const told = await enquire({ path })
  const list = told.status === 200 ? models.safeParse(parsedOrNull(told.body)) : null
  if (!list?.success) throw new NoListing(told, path)
  const found = new Map<string, Local>()
  for (const one of list.data.models) {
    if (found.size === MOST_MODELS) break
    const parsed = tag.safeParse(one)
    if (!parsed.success || found.has(parsed.data.name)) continue
    const { name, modified_at: at, size, digest, details } = parsed.data
    found.set(name, {
      id: name,
      ownedBy: null,
      createdS: at === null ? null : Math.max(0, Math.floor(Date.parse(at) / 1000)),
      sizeBytes: size,
      digest,
      family: details?.family ?? null,
      parameters: details?.parameter_size ?? null,
      quantisation: details?.quantization_level ?? null,
    })
  }
  return { models: [...found.values()], leftOut: list.data.models.length - found.size }
}

/** As `localModels`, of which only the names count. */
export const ollamaListing = (enquire: Enquire, url: string): Promise<Listing> => localModels(enquire, url)

/** A model that is in memory. */
export interface Loaded {
  readonly vramBytes: number | null
  readonly until: string | null
}

/** By name; empty where the server does not say. @throws Fault `upstream_…` */
export async function loadedModels(enquire: Enquire, url: string): Promise<ReadonlyMap<string, Loaded>> {
  const told = await enquire({ path: `${ollamaPath(url)}/ps` })
  const list = models.safeParse(told.status === 200 ? parsedOrNull(told.body) : null)
  const found = new Map<string, Loaded>()
  for (const one of list.data?.models.slice(0, MOST_MODELS) ?? []) {
    const parsed = running.safeParse(one)
    if (!parsed.success) continue
    const { name, size_vram: vramBytes, expires_at: until } = parsed.data
    found.set(name, { vramBytes, until })
  }
  return found
}

/** What a model can do. */
export interface Ability {
  readonly contextTokens: number | null
  readonly capabilities: readonly string[]
}

/** Null where the server does not say. @throws Fault `upstream_…` */
export async function abilityOf(enquire: Enquire, url: string, model: string): Promise<Ability | null> {
  const body = Buffer.from(JSON.stringify({ model }))
  const told = await enquire({ path: `${ollamaPath(url)}/show`, method: 'POST', body })
  const parsed = shown.safeParse(told.status === 200 ? parsedOrNull(told.body) : null)
  if (!parsed.success) return null
  const { model_info: facts, capabilities } = parsed.data
  const length = facts?.[`${String(facts['general.architecture'])}.context_length`]
  return { contextTokens: figure.parse(length), capabilities }
}

/** Null where the server does not say. @throws Fault `upstream_…` */
export async function ollamaVersion(enquire: Enquire, url: string): Promise<string | null> {
  const told = await enquire({ path: `${ollamaPath(url)}/version` })
  return version.safeParse(told.status === 200 ? parsedOrNull(told.body) : null).data?.version ?? null
}
