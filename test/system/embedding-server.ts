import { hash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { CaptureServer, Seen } from './gateway-upstream.ts'
import { answered, captureServer } from './gateway-upstream.ts'

const DIMENSIONS = 192
/** Words that a model of language knows to mean the same. */
const SAME: readonly (readonly string[])[] = [
  ['holiday', 'holidays', 'vacation', 'furlough', 'leave', '年假', '休假'],
  ['car', 'cars', 'automobile', 'automobiles', 'vehicle', 'vehicles'],
  ['physician', 'doctor', 'doctors', 'medic'],
  ['salary', 'wages', 'pay', 'remuneration'],
]
const MEANING = new Map(
  SAME.flatMap(([first = '', ...others]) => others.map((word) => [word, first] as const)),
)

/** A vector of what the words of a text mean: each meaning is a direction of its own. The same on every machine. */
export function vectorOf(text: string, dimensions = DIMENSIONS): number[] {
  const vector = new Array<number>(dimensions).fill(0)
  for (const word of text.toLowerCase().match(/[\p{L}-]+/gu) ?? []) {
    const bytes = hash('sha256', MEANING.get(word) ?? word, 'buffer')
    for (let at = 0; at < 8; at++) {
      const place = bytes.readUInt16LE(2 * at) % dimensions
      vector[place] = (vector[place] ?? 0) + ((bytes[16 + at] ?? 0) % 2 === 0 ? 1 : -1)
    }
  }
  // A text without a word has a direction too, as with a real model.
  vector[0] = (vector[0] ?? 0) + 0.01
  return vector
}

interface Asked {
  readonly model: string
  readonly input: readonly string[]
  readonly dimensions?: number
}

export const askedOf = ({ body }: Seen): Asked => JSON.parse(body.toString())

/** A server that embeds as OpenAI's API does, or as Ollama does under the same path. */
export async function embeddingServer(engine: 'openai' | 'ollama' = 'openai'): Promise<CaptureServer> {
  return captureServer(embeds(engine))
}

export const embeds =
  (engine: 'openai' | 'ollama' = 'openai') =>
  (seen: Seen, response: ServerResponse): void => {
    if (seen.path !== '/v1/embeddings')
      return void answered(404, { error: { message: 'no' } })(seen, response)
    const { model, input, dimensions } = askedOf(seen)
    const data = input.map((text, index) => ({
      object: 'embedding',
      embedding: vectorOf(text, dimensions),
      index,
    }))
    // Nothing promises the order.
    if (engine === 'openai') data.reverse()
    const usage = { prompt_tokens: 5 * input.length, total_tokens: 5 * input.length }
    return void answered(200, { object: 'list', data, model, usage })(seen, response)
  }

/** Every text that came to be embedded. */
export const textsOf = ({ seen }: CaptureServer): string[] => seen.flatMap((one) => askedOf(one).input)
