import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import type { NeighboursView } from '@freehold/contract/neighbours.ts'
import type { TargetInput } from '@freehold/contract/routing.ts'
import type { Caller } from '../../identity/caller.ts'
import type { ProviderKey } from '../../kernel/config/provider-keys.ts'
import { PROVIDER_KEYS } from '../../kernel/config/provider-keys.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import { Fault } from '../../kernel/fault.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import { targetOf } from '../routing/compile.ts'
import type { Routing } from '../routing/routing.ts'
import type { Bounds } from '../targets.ts'
import { openWay } from '../targets.ts'
import type { EnquiringParts } from './enquiry.ts'
import { enquirer } from './enquiry.ts'
import { listModels, NoListing } from './listing.ts'

type SeenPlace = NeighboursView['places'][number]
type Proposal = NonNullable<SeenPlace['proposal']>
type SeenKey = NeighboursView['keys'][number]

/** Where a program of this kind listens unless it is told otherwise. Never where a client says. */
export interface Place {
  readonly program: SeenPlace['program']
  readonly name: string
  readonly url: string
  readonly native?: 'ollama'
}

export const PLACES: readonly Place[] = [
  { program: 'ollama', name: 'ollama', url: 'http://127.0.0.1:11434/v1', native: 'ollama' },
  { program: 'lm-studio', name: 'lm-studio', url: 'http://127.0.0.1:1234/v1' },
  { program: 'llama.cpp', name: 'llama-cpp', url: 'http://127.0.0.1:8080/v1' },
  { program: 'vllm', name: 'vllm', url: 'http://127.0.0.1:8000/v1' },
]

/** A person waits, and on loopback who is there answers at once. */
const SOON: Bounds = { connectMs: 500, firstByteMs: 2000, idleMs: 1000, totalMs: 3000 }
/** What a rule may name. */
const MOST_NAMED = 100

interface LookingParts extends EnquiringParts {
  readonly dialler: Pick<Dialler, 'open' | 'examine'>
  readonly routing: () => Routing
}

interface Looking {
  readonly caller: Caller
  readonly keys: readonly ProviderKey[]
  readonly places?: readonly Place[]
}

/** What of model servers there is on this machine and could be used, and what is used already. Nothing is kept. */
export async function lookAround(
  parts: LookingParts,
  { caller, keys, places = PLACES }: Looking,
): Promise<NeighboursView> {
  const routing = parts.routing()
  const seen = await Promise.all(places.map((place) => lookAt(parts, caller, place)))
  return { places: seen.map((one) => proposed(one, routing)), keys: keys.map((name) => keyOf(name, routing)) }
}

interface Seen extends Pick<SeenPlace, 'state' | 'models'> {
  readonly place: Place
}

async function lookAt(parts: LookingParts, caller: Caller, place: Place): Promise<Seen> {
  const { name, url } = place
  const dialect = 'openai'
  const written: TargetInput = { kind: 'model', zone: 'private', dialect, models: ['*'], name, url }
  const target = targetOf(guardTarget(written), 'settings')
  const open = openWay(parts.dialler, target, SOON)
  try {
    const listing = await listModels(enquirer(open, parts, caller), { url, dialect })
    const models = listing.models.map(({ id }) => id)
    return { place, models, state: models.length === 0 ? 'empty' : 'models' }
  } catch (error) {
    if (error instanceof NoListing) return { place, models: [], state: 'other' }
    if (!(error instanceof Fault)) throw error
    return { place, models: [], state: error.code === 'upstream_down' ? 'nothing' : 'other' }
  } finally {
    await open.line.destroy()
  }
}

function proposed({ place, state, models }: Seen, routing: Routing): SeenPlace {
  const { program, url, native } = place
  const inUse = leadingTo(url, routing)
  const name = freeName(place.name, routing)
  const named = models.slice(0, MOST_NAMED)
  const proposal: SeenPlace['proposal'] =
    inUse !== null || named.length === 0
      ? null
      : {
          target: {
            name,
            kind: 'model',
            zone: 'private',
            dialect: 'openai',
            url,
            models: named,
            ...(native && { native }),
          },
          route: { when: { model: named }, to: [name] },
        }
  return { program, url, state, models, inUse, proposal }
}

function keyOf(variable: ProviderKey, routing: Routing): SeenKey {
  const { provider, dialect, url, models, name: usual } = PROVIDER_KEYS[variable]
  const inUse = leadingTo(url, routing)
  const name = freeName(usual, routing)
  const target: Proposal['target'] = {
    name,
    kind: 'model',
    zone: 'managed',
    dialect,
    url,
    models: [...models],
  }
  const route: Proposal['route'] = {
    when: { class: mayLeave(routing), model: [...models] },
    to: [name],
    desensitise: 'strict',
  }
  const auth = { apiKey: `\${env:${variable}}` }
  // JSON is YAML: a list of one target and a list of one rule, to be added to those of the file.
  const yaml = `targets:\n  - ${JSON.stringify({ ...target, auth })}\nroutes:\n  - ${JSON.stringify(route)}\n`
  return { variable, provider, inUse, proposal: inUse === null ? { target, route } : null, yaml }
}

const mayLeave = ({ privateOnly }: Routing): DataClass[] =>
  DATA_CLASSES.filter((one) => one !== 'restricted' && !privateOnly.has(one))

/** Whatever the path: what listens there is one program. */
function leadingTo(url: string, { targets }: Routing): string | null {
  const { port, hostname } = new URL(url)
  const isSame = (other: URL | null): boolean =>
    other !== null &&
    other.port === port &&
    (other.hostname === hostname || (isOwn(other.hostname) && isOwn(hostname)))
  return [...targets.values()].find((one) => isSame(URL.parse(one.definition.url)))?.name ?? null
}

const isOwn = (hostname: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)

function freeName(usual: string, { targets }: Routing): string {
  let name = usual
  for (let n = 2; targets.has(name); n += 1) name = `${usual}-${n}`
  return name
}
