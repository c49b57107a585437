import type { HitExplanation } from '@freehold/contract/knowledge.ts'
import { highestClass } from '@freehold/contract/data-class.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { z } from 'zod'
import type { Caller } from '../identity/caller.ts'
import type { FaultCode } from '../kernel/fault.ts'
import { Fault } from '../kernel/fault.ts'
import type { FoundPassage } from './finding.ts'
import type { HousePath } from './house-call.ts'
import { askHouse } from './house-call.ts'
import { Patience } from './patience.ts'

export interface RerankSettings {
  /** A target of kind service; undefined: nobody sorts passages again. */
  readonly rerankService: string | undefined
  readonly rerankPath: string
  readonly rerankDialect: 'cohere' | 'tei'
  readonly rerankModel: string | undefined
  /** Passages that are sent at most, the best ones. */
  readonly rerankPassages: number
  readonly rerankTimeoutMs: number
}

interface CrossEncoderRooms {
  readonly settings: () => RerankSettings
  readonly nowMs: () => number
  readonly asked: (outcome: FaultCode | 'ok') => void
}

/** Of one passage; models of this kind read no more. */
const CHARACTERS = 4000
const ANSWER_BYTES = 1024 * 1024

/** Cohere, Jina and those like them name the score `relevance_score` in `results`, Text Embeddings Inference `score` in a bare list. */
const scored = z.object({ index: z.int().nonnegative(), score: z.number() })
const answered = z.union([
  z
    .object({ results: z.array(z.object({ index: z.int().nonnegative(), relevance_score: z.number() })) })
    .transform(({ results }) => results.map(({ index, relevance_score: score }) => ({ index, score }))),
  z.array(scored),
])

/** Sorts the best passages again with a model behind the gateway that reads question and passage together. */
export class CrossEncoder {
  readonly #rooms: CrossEncoderRooms
  readonly #patience: Patience
  #path: HousePath | null = null

  constructor(rooms: CrossEncoderRooms) {
    this.#rooms = rooms
    this.#patience = new Patience(rooms.nowMs)
  }

  /** To be called when the data path is there; nothing is asked before. */
  serve(path: HousePath): void {
    this.#path = path
  }

  /** Passages that it wants to see; 0 where there is none. */
  get wanted(): number {
    const { rerankService, rerankPassages } = this.#rooms.settings()
    return rerankService === undefined || this.#path === null ? 0 : rerankPassages
  }

  /** The same passages in its order; in theirs where it does not answer. Scores stay with the places. */
  async sorted(caller: Caller, question: string, passages: readonly FoundPassage[]): Promise<FoundPassage[]> {
    const path = this.#path
    const { rerankService: service, rerankPassages } = this.#rooms.settings()
    if (path === null || service === undefined || passages.length < 2) return [...passages]
    const best = passages.slice(0, rerankPassages)
    const rest = passages.slice(rerankPassages)
    const said = await this.#patience.try(() => this.#scores(path, caller, { question, service, best }))
    this.#rooms.asked('fault' in said ? said.fault : 'ok')
    if ('fault' in said)
      return passages.map((one, at) => told(one, { service, place: at + 1, score: null, fault: said.fault }))
    const order = best
      .map((one, at) => ({ one, place: at + 1, score: said.value.get(at) ?? null }))
      .toSorted((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity) || a.place - b.place)
    return [
      ...order.map(({ one, place, score }, at) =>
        told({ ...one, score: best[at]?.score ?? one.score }, { service, place, score, fault: null }),
      ),
      ...rest,
    ]
  }

  async #scores(
    path: HousePath,
    caller: Caller,
    {
      question,
      service,
      best,
    }: { readonly question: string; readonly service: string; readonly best: readonly FoundPassage[] },
  ): Promise<ReadonlyMap<number, number>> {
    const { rerankPath, rerankDialect, rerankModel, rerankTimeoutMs } = this.#rooms.settings()
    const texts = best.map(({ document, start, end }) =>
      `${document.title}\n${document.text.slice(start, Math.min(end, start + CHARACTERS))}`.toWellFormed(),
    )
    const body = await askHouse(path, {
      operation: 'service.call',
      url: `/services/${service}/${rerankPath}`,
      caller,
      class: best.reduce<DataClass>((top, { document }) => highestClass(top, document.class), 'public'),
      body: {
        query: question.toWellFormed(),
        ...(rerankModel !== undefined && { model: rerankModel }),
        ...(rerankDialect === 'tei' ? { texts } : { documents: texts, top_n: texts.length }),
      },
      mostBytes: ANSWER_BYTES,
      timeoutMs: rerankTimeoutMs,
    })
    const parsed = answered.safeParse(parsedJson(body))
    const isSound = parsed.success && parsed.data.every(({ index }) => index < texts.length)
    if (!isSound)
      throw new Fault('upstream_broke', 'The answer of the reranker is not in a shape known here.')
    return new Map(parsed.data.map(({ index, score }) => [index, score]))
  }
}

function told(passage: FoundPassage, rerank: NonNullable<HitExplanation['rerank']>): FoundPassage {
  const { explanation } = passage
  return explanation ? { ...passage, explanation: { ...explanation, rerank } } : passage
}

function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch (cause) {
    throw new Fault('upstream_broke', 'The answer of the reranker is no JSON.', { cause })
  }
}
