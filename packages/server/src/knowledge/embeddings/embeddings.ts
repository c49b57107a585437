import type { embeddingsView } from '@freehold/contract/embeddings.ts'
import type { z } from 'zod'
import type { Caller } from '../../identity/caller.ts'
import { SYSTEM } from '../../identity/local-operator.ts'
import type { FaultCode } from '../../kernel/fault.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store, TenantId } from '../../store/store.ts'
import type { HousePath } from '../house-call.ts'
import { Patience } from '../patience.ts'
import { embedded } from './asking.ts'
import type { Embed } from './batches.ts'
import type { Space } from './embedding-rows.ts'
import { spaceName } from './embedding-rows.ts'
import { stateOf } from './lease.ts'
import type { LiveVectors } from './live-vectors.ts'
import { progressOf } from './progress.ts'
import type { RunnerRooms } from './runner.ts'
import { EmbeddingRunner } from './runner.ts'
import type { AskedVector } from './vector-memory.ts'

export interface EmbeddingSettings {
  /** Undefined: nothing is embedded, and no question is sent anywhere. */
  readonly embeddingModel: string | undefined
  readonly embeddingDimensions: number | undefined
  readonly embeddingPassagePrefix: string
  readonly embeddingQuestionPrefix: string
  readonly embeddingTimeoutMs: number
}

interface EmbeddingsRooms extends Omit<RunnerRooms, 'space' | 'embed' | 'stored'> {
  readonly live: LiveVectors
  readonly settings: () => EmbeddingSettings
  readonly nowMs: () => number
  /** Counts questions by what became of them. */
  readonly asked: (outcome: FaultCode | 'ok') => void
}

/** Who works for a tenant now; null where it is shut. */
type StandIn = (tenant: TenantId, principal: string) => Caller | null

/** A question as far as embeddings know it. */
export interface Question {
  /** Null: none are configured. */
  readonly model: string | null
  readonly vector: AskedVector | null
  /** Why there is no vector, though a model is configured; `not_found`: nothing is embedded yet. */
  readonly fault: FaultCode | null
}

/** How long a batch of passages may take: nobody waits for it. */
const BATCH_MS = 120_000

/** Vectors of passages from a model behind the gateway, and of the questions that are compared with them. */
export class Embeddings {
  readonly #rooms: EmbeddingsRooms
  readonly #runner: EmbeddingRunner
  readonly #patience: Patience
  #path: { readonly house: HousePath; readonly standIn: StandIn } | null = null

  constructor(rooms: EmbeddingsRooms) {
    this.#rooms = rooms
    this.#patience = new Patience(rooms.nowMs)
    this.#runner = new EmbeddingRunner({
      ...rooms,
      space: () => this.#space(),
      embed: this.#embedFor,
      stored: (tenant) => rooms.live.stale(tenant),
    })
  }

  /** To be called when the data path is there; nothing is asked before. */
  serve(house: HousePath, standIn: StandIn): void {
    this.#path = { house, standIn }
    this.#runner.start()
  }

  /** Documents were added or have changed. */
  nudge(): void {
    if (this.#path !== null) this.#runner.nudge()
  }

  /** The configuration has changed: what was refused may be allowed now. */
  async reconfigured(): Promise<void> {
    if (this.#path !== null) await this.#runner.again()
  }

  forget(tenant: TenantId): void {
    this.#rooms.live.forget(tenant)
  }

  close(): Promise<void> {
    return this.#runner.close()
  }

  /** The question's vector, in the name of whoever asks; without one searches use what was learned from the documents. */
  async question(caller: Caller, text: string): Promise<Question> {
    const space = this.#space()
    if (space === null) return { model: null, vector: null, fault: null }
    const { model } = space
    const without = (fault: FaultCode): Question => ({ model, vector: null, fault })
    const name = spaceName(space)
    if (this.#path === null) return without('not_found')
    const { house } = this.#path
    const standing = await this.#standing(caller.tenant, name)
    if (standing !== 'ok') return without(standing)
    const { embeddingQuestionPrefix, embeddingTimeoutMs } = this.#rooms.settings()
    const said = await this.#patience.try(() =>
      embedded(house, space, {
        caller,
        texts: [embeddingQuestionPrefix + text.toWellFormed()],
        timeoutMs: embeddingTimeoutMs,
      }),
    )
    this.#rooms.asked('fault' in said ? said.fault : 'ok')
    if ('fault' in said) return without(said.fault)
    const [values] = said.value
    if (!values) return without('upstream_broke')
    return { model, vector: { space: name, values }, fault: null }
  }

  /** How far the vectors of the caller's tenant are. */
  async status({ tenant }: Caller): Promise<z.output<typeof embeddingsView>> {
    const { store } = this.#rooms
    const space = this.#space()
    const progress = await progressOf(store, tenant, space === null ? '' : spaceName(space))
    const state = await stateOf(store, tenant)
    const isWorking = state !== null && state.runner !== null
    return {
      model: space?.model ?? null,
      state:
        space === null
          ? 'off'
          : isWorking
            ? 'working'
            : (state?.fault ?? null) !== null
              ? 'failing'
              : 'resting',
      ...progress,
      held: space === null ? [] : [...(state?.held ?? [])],
      fault: space === null ? null : (state?.fault ?? null),
      startedAt: state?.startedAt?.toISOString() ?? null,
      finishedAt: state?.finishedAt?.toISOString() ?? null,
      retryAt: state?.dueAt?.toISOString() ?? null,
    }
  }

  /** Whether there are vectors to compare with; a store that is away takes them, not the whole search. */
  async #standing(tenant: TenantId, space: string): Promise<'ok' | FaultCode> {
    try {
      return (await this.#rooms.live.fresh(tenant, space)) ? 'ok' : 'not_found'
    } catch (error) {
      if (error instanceof Fault) return error.code
      throw error
    }
  }

  readonly #embedFor = (tenant: TenantId, space: Space, signal: AbortSignal): Embed | null => {
    const path = this.#path
    if (path === null) return null
    return (of, texts) => {
      const caller = path.standIn(tenant, SYSTEM)
      if (caller === null) throw new Fault('suspended', 'This tenant is shut.')
      return embedded(path.house, space, { caller, class: of, texts, timeoutMs: BATCH_MS, signal })
    }
  }

  #space(): Space | null {
    const { embeddingModel: model, embeddingDimensions, embeddingPassagePrefix } = this.#rooms.settings()
    if (model === undefined) return null
    return { model, dimensions: embeddingDimensions, passagePrefix: embeddingPassagePrefix }
  }
}
