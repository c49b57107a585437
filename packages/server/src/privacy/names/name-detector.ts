import type { Detector } from '../detect/detector.ts'
import type { ScanContext } from '../detect/recogniser.ts'
import type { Span } from '../detect/span.ts'
import { labelsOf } from './labels.ts'
import type { LabelledValue } from './labelled-values.ts'
import { valuesAfterKeys, valuesInColumns } from './labelled-values.ts'
import { ChineseNames } from './zh/chinese-names.ts'

const HAN = /[㐀-䶿一-鿿]/
/** A longer value under a key is a text, not a name or an address. */
const LONGEST_VALUE = 120

/** Names of people, places and organisations, and addresses. */
export function createNameDetector(): Detector {
  const chinese = new ChineseNames()
  function detect(text: string, context: ScanContext): readonly Span[] {
    return HAN.test(text) ? chinese.find(text, labelled(text, context)) : []
  }
  return { id: 'names', detect }
}

function labelled(text: string, { key }: ScanContext): LabelledValue[] {
  const values = [...valuesAfterKeys(text), ...valuesInColumns(text)]
  const labels = key === null || text.length > LONGEST_VALUE ? [] : labelsOf(key)
  const start = text.length - text.trimStart().length
  return labels.length > 0 ? [{ labels, start, end: start + text.trim().length }, ...values] : values
}
