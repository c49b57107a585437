import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { z } from 'zod'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { HousePath } from '../house-call.ts'
import { askHouse } from '../house-call.ts'

/** What texts are embedded with. */
export interface EmbeddingModel {
  readonly model: string
  readonly dimensions: number | undefined
}

interface Asking {
  readonly caller: Caller
  readonly class?: DataClass
  readonly texts: readonly string[]
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

const MOST_DIMENSIONS = 8192
/** A number takes at most so many characters. */
const NUMBER_BYTES = 32

const answered = z.object({
  data: z.array(z.object({ index: z.int().nonnegative(), embedding: z.array(z.unknown()) })),
})

/**
 * Vectors of texts, in their order.
 * @throws Fault why there are none; `upstream_broke` when the answer is not one vector for each text
 */
export async function embedded(
  path: HousePath,
  { model, dimensions }: EmbeddingModel,
  { texts, ...asking }: Asking,
): Promise<readonly Float32Array[]> {
  const body = await askHouse(path, {
    ...asking,
    operation: 'embeddings.create',
    url: OPERATIONS['embeddings.create'].path,
    body: { model, input: texts, encoding_format: 'float', ...(dimensions !== undefined && { dimensions }) },
    mostBytes: texts.length * MOST_DIMENSIONS * NUMBER_BYTES,
  })
  const parsed = answered.safeParse(parsedJson(body))
  if (!parsed.success || parsed.data.data.length !== texts.length) throw unsound()
  const vectors = new Array<Float32Array | undefined>(texts.length)
  for (const { index, embedding } of parsed.data.data) vectors[index] = vectorOf(embedding)
  const [first] = vectors
  return Array.from(vectors, (vector) => {
    if (!vector || vector.length !== first?.length) throw unsound()
    if (dimensions !== undefined && vector.length !== dimensions) throw unsound()
    return vector
  })
}

const unsound = (): Fault =>
  new Fault(
    'upstream_broke',
    'The answer of the target is not one vector for each text, or not of the dimensions that were asked for.',
  )

function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch (cause) {
    throw new Fault('upstream_broke', 'The answer of the target is no JSON.', { cause })
  }
}

function vectorOf(numbers: readonly unknown[]): Float32Array {
  if (numbers.length === 0 || numbers.length > MOST_DIMENSIONS) throw unsound()
  return Float32Array.from(numbers, (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw unsound()
    return value
  })
}
