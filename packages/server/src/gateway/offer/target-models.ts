import type { TargetModels } from '@freehold/contract/offer.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Enquire } from './enquiry.ts'
import { exposedAs } from './exposed.ts'
import type { ModelDefinition, Offered } from './listing.ts'
import { listModels } from './listing.ts'
import type { Ability, Loaded, Local } from './ollama.ts'
import { abilityOf, loadedModels, localModels, ollamaVersion } from './ollama.ts'

type Models = Pick<TargetModels, 'version' | 'data' | 'leftOut'>
type Model = TargetModels['data'][number]

/** Models of one server that are asked about one by one. */
const MOST_ASKED = 100
const AT_A_TIME = 4
/** A person waits; what was not asked by then is asked the next time. */
const LONGEST_MS = 10_000
const MOST_REMEMBERED = 2000
/** What a model can do does not change as long as its digest does not. */
export type Abilities = Map<string, Ability>

/** What a target offers now, and which of it clients reach. @throws NoListing, Fault `upstream_…` */
export async function modelsNow(
  enquire: Enquire,
  definition: ModelDefinition,
  abilities: Abilities,
): Promise<Models> {
  if (definition.native !== 'ollama') {
    const { models, leftOut } = await listModels(enquire, definition)
    return { version: null, leftOut, data: models.map((one) => plain(one, definition)) }
  }
  const { url } = definition
  const { models, leftOut } = await localModels(enquire, url)
  const [version, loaded] = await Promise.all([
    ollamaVersion(enquire, url).catch(untold),
    loadedModels(enquire, url).catch(untold),
    learn(models, abilities, (model) => abilityOf(enquire, url, model).catch(untold)),
  ])
  return {
    version,
    leftOut,
    data: models.map((one) => detailed(one, definition, { loaded: loaded ?? NOTHING, abilities })),
  }
}

const NOTHING: ReadonlyMap<string, Loaded> = new Map()

/** The list is what counts: what the server does not tell beside it is shown as not known. */
function untold(error: unknown): null {
  if (error instanceof Fault) return null
  throw error
}

const plain = ({ id, ownedBy, createdS }: Offered, definition: ModelDefinition): Model => ({
  id,
  ownedBy,
  created: createdS === null ? null : new Date(createdS * 1000).toISOString(),
  askedAs: exposedAs(definition, id),
  sizeBytes: null,
  family: null,
  parameters: null,
  quantisation: null,
  contextTokens: null,
  capabilities: [],
  loaded: null,
})

interface Known {
  readonly loaded: ReadonlyMap<string, Loaded>
  readonly abilities: Abilities
}

function detailed(one: Local, definition: ModelDefinition, { loaded, abilities }: Known): Model {
  const { sizeBytes, family, parameters, quantisation } = one
  const ability = abilities.get(one.digest)
  return {
    ...plain(one, definition),
    askedAs: [...new Set([...exposedAs(definition, one.id), ...exposedAs(definition, untagged(one.id))])],
    sizeBytes,
    family,
    parameters,
    quantisation,
    contextTokens: ability?.contextTokens ?? null,
    capabilities: [...(ability?.capabilities ?? [])],
    loaded: loaded.get(one.id) ?? null,
  }
}

/** Ollama's own short form: a name without a tag means the latest. */
const untagged = (name: string): string => name.replace(/:latest$/, '')

async function learn(
  models: readonly Local[],
  abilities: Abilities,
  ask: (model: string) => Promise<Ability | null>,
): Promise<void> {
  if (abilities.size > MOST_REMEMBERED) abilities.clear()
  const unknown = models.filter(({ digest }) => digest !== '' && !abilities.has(digest)).slice(0, MOST_ASKED)
  const next = unknown.values()
  const untilMs = performance.now() + LONGEST_MS
  const worker = async (): Promise<void> => {
    for (const { id, digest } of next) {
      if (performance.now() > untilMs) return
      const ability = await ask(id)
      if (ability !== null) abilities.set(digest, ability)
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
}
