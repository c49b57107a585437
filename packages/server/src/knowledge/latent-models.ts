import type { TenantId } from '../store/store.ts'
import type { TrainingSet } from './latent.ts'
import { LatentModel, trainingSetOf } from './latent.ts'
import type { LatentBasis, TermMatrix } from './latent-training.ts'
import type { SearchView } from './search-view.ts'
import { REMOVED } from './visible-groups.ts'

/** Fewer passages teach nothing of what words go together. */
const FEWEST_PASSAGES = 200
/** A view that grew by this much is learned anew; until then new passages are placed by what is known. */
const GROWTH = 1.2
/** The model of the view that was asked for longest ago is given up. Each takes some megabytes. */
const MOST_MODELS = 8
/** Learning takes at most this share of a core. */
const DUTY = 0.5

/** Learns the directions of a matrix, somewhere else; where that fails, searches go on by words alone. */
export type Train = (matrix: TermMatrix) => Promise<LatentBasis>

/** When and how much is learned. */
export interface LearningBounds {
  /** Visible passages from which on it is worth it. */
  readonly fewest?: number
  /** Share of a core. */
  readonly duty?: number
}

interface Coming {
  readonly set: TrainingSet
  readonly done: Promise<void>
  isWanted: boolean
}

/**
 * A model for each set of groups that somebody may see, learned from these alone. One for all would tell of words that
 * stand together in documents that the asker may not see. Nothing of it is stored: it is learned again after a start.
 */
export class LatentModels {
  readonly #train: Train
  readonly #fewest: number
  readonly #duty: number
  readonly #models = new Map<string, LatentModel>()
  readonly #coming = new Map<string, Coming>()
  #restUntilMs = -Infinity

  constructor(train: Train, { fewest = FEWEST_PASSAGES, duty = DUTY }: LearningBounds = {}) {
    this.#train = train
    this.#fewest = fewest
    this.#duty = duty
  }

  /** The model of a view, and a promise where one is being learned. */
  of(
    tenant: TenantId,
    view: SearchView,
  ): { readonly model: LatentModel | null; readonly coming: Promise<void> | null } {
    if (view.passages < this.#fewest) return { model: null, coming: null }
    const key = keyOf(tenant, view)
    const model = this.#models.get(key) ?? null
    if (model) {
      this.#models.delete(key)
      this.#models.set(key, model)
    }
    if (!model || view.passages > GROWTH * model.passages) this.#learn(key, view)
    return { model, coming: this.#coming.get(key)?.done ?? null }
  }

  /** Whatever was learned from the document is forgotten: it is deleted, or others may see it from now on. */
  gone(document: string): void {
    for (const [key, model] of this.#models) if (model.documents.has(document)) this.#models.delete(key)
    for (const coming of this.#coming.values())
      if (coming.set.documents.has(document)) coming.isWanted = false
  }

  forget(tenant: TenantId): void {
    for (const key of this.#models.keys()) if (key.startsWith(tenant)) this.#models.delete(key)
    for (const [key, coming] of this.#coming) if (key.startsWith(tenant)) coming.isWanted = false
  }

  #learn(key: string, view: SearchView): void {
    if (this.#coming.size > 0 || performance.now() < this.#restUntilMs) return
    const fromMs = performance.now()
    const set = trainingSetOf(view)
    const learn = async () => {
      const basis = await this.#train(set.matrix).catch(() => null)
      if (basis && coming.isWanted) this.#put(key, new LatentModel(set, basis))
      this.#coming.delete(key)
      this.#restUntilMs = performance.now() + (performance.now() - fromMs) * (1 / this.#duty - 1)
    }
    const coming: Coming = { set, done: Promise.resolve().then(learn), isWanted: true }
    this.#coming.set(key, coming)
  }

  #put(key: string, model: LatentModel): void {
    this.#models.delete(key)
    this.#models.set(key, model)
    for (const oldest of this.#models.keys()) {
      if (this.#models.size <= MOST_MODELS) break
      this.#models.delete(oldest)
    }
  }
}

/** Two views of the same key see the same documents, unless some were added or are gone. */
function keyOf(tenant: TenantId, { parts }: SearchView): string {
  const groups = new Set<string>()
  for (const { held, isSeen } of parts)
    held.loaded.groups.forEach((group, number) => {
      if (number === REMOVED || !isSeen[number]) return
      const { passages: _, terms: __, ...who } = group
      groups.add(JSON.stringify(who))
    })
  return [tenant, ...[...groups].toSorted()].join(' ')
}
