import type { ModelFields, ModelOperation } from '../model-operations.ts'

/** What the answer to a request depends on, apart from who asks and where it goes. */
export interface Sameness {
  /** Path of the operation: each has its own form of answer. */
  readonly operation: string
  /** Those that may reach a target, in a fixed order of their names; null where one was not sent. */
  readonly headers: readonly (string | null)[]
  readonly conversation: string | null
  /** As it came: a byte that differs may mean something else. */
  readonly body: Buffer
}

/** Fields of requests whose answers are made of the caller's documents, or belong to something that lies at the target. */
const BOUND = ['freehold', 'previous_response_id', 'audio', 'container'] as const
const isSaid = (value: unknown): boolean => value !== undefined && value !== null

/**
 * Whether an answer can serve the same request again. Not where it is made of the caller's documents, is itself stored at
 * the target, or goes on from one that is.
 */
export function isRepeatable({ continued }: ModelOperation, fields: ModelFields): boolean {
  if (BOUND.some((name) => isSaid(fields[name]))) return false
  // A Responses answer is stored at the target unless the request says otherwise; a chat completion where it says so.
  const isStored = continued ? fields['store'] !== false : fields['store'] === true
  return !isStored && fields['background'] !== true
}

/** What a client says about kept answers, in the words of RFC 9111 section 5.2.1. */
export interface Demand {
  /** It may be given a kept answer. */
  readonly mayTake: boolean
  /** Its answer may be kept. */
  readonly mayKeep: boolean
  readonly maxAgeMs: number
}

const ANYTHING: Demand = { mayTake: true, mayKeep: true, maxAgeMs: Number.POSITIVE_INFINITY }
const MAX_AGE = /^max-age="?(\d{1,10})"?$/

/** `cache-control` of a request: `no-store`, `no-cache` and `max-age` are followed, the rest means nothing here. */
export function demandOf(header: string | readonly string[] | undefined): Demand {
  if (header === undefined) return ANYTHING
  let { mayTake, mayKeep, maxAgeMs } = ANYTHING
  for (const word of [header].flat().join(',').toLowerCase().split(',')) {
    const directive = word.trim()
    const seconds = MAX_AGE.exec(directive)?.[1]
    if (directive === 'no-store') mayTake = mayKeep = false
    else if (directive === 'no-cache') mayTake = false
    else if (seconds !== undefined) maxAgeMs = Math.min(maxAgeMs, Number(seconds) * 1000)
  }
  return { mayTake, mayKeep, maxAgeMs }
}
