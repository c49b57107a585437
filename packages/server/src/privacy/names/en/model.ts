import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { TaggerModel } from '../tagger/tagger.ts'
import { Vocabulary } from './vocabulary.ts'

/** What a token of English text can be: outside, or the beginning or inside of a span (BIO). */
export const LABELS = [
  'O',
  'B-PERSON',
  'I-PERSON',
  'B-ADDRESS',
  'I-ADDRESS',
  'B-LOCATION',
  'I-LOCATION',
  'B-ORGANIZATION',
  'I-ORGANIZATION',
] as const

export const MODEL_FILE = new URL('english-model.bin', import.meta.url)
export const VOCABULARY_FILE = new URL('english-words.bin', import.meta.url)

/** Weights and words as training left them (packages/server/corpus/en). */
export function readModel(): { readonly model: TaggerModel; readonly vocabulary: Vocabulary } {
  const bytes = gunzipSync(readFileSync(MODEL_FILE))
  const size = LABELS.length
  const stepBytes = (size + 1) * size * 2
  const { buffer, byteOffset, length } = new Uint8Array(bytes)
  const model: TaggerModel = {
    labels: LABELS,
    buckets: (length - stepBytes) / size,
    steps: new Int16Array(buffer, byteOffset, stepBytes / 2),
    weights: new Int8Array(buffer, byteOffset + stepBytes),
  }
  return { model, vocabulary: Vocabulary.unpacked(gunzipSync(readFileSync(VOCABULARY_FILE))) }
}
