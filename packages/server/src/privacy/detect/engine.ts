import { createNameDetector } from '../names/name-detector.ts'
import { RECOGNISERS } from '../recognisers/all.ts'
import { NATIONAL_IDS } from '../recognisers/national/all.ts'
import { createSecretDetector } from '../secrets/secret-detector.ts'
import type { Detector } from './detector.ts'
import { inCodes } from './encoded.ts'
import { merge } from './merge.ts'
import type { ScanText } from './normalise.ts'
import { normalise } from './normalise.ts'
import { propagate } from './propagate.ts'
import type { ScanContext } from './recogniser.ts'
import { createScanner } from './scanner.ts'
import type { Span } from './span.ts'

/** All that this program finds by itself; what finds more is added here. Each is given the text as it is scanned. */
const builtIn = (): readonly Detector[] => [
  { id: 'rules', detect: createScanner([...RECOGNISERS, ...NATIONAL_IDS]) },
  createSecretDetector(),
  createNameDetector(),
]

const placed = ({ start, end, type, score, source }: Span, read: ScanText): Span => ({
  start: read.startOf(start),
  end: read.endOf(end),
  type,
  score,
  source,
})

/** The whole engine, made when it is first asked: its tables cost a tenth of a second and tens of megabytes. */
export function createLazyEngine(): Detector {
  let engine: Detector | null = null
  return { id: 'engine', detect: (text, context) => (engine ??= createEngine()).detect(text, context) }
}

/** The whole engine: reads the text, asks each detector, and settles who has which place. Spans do not overlap. */
export function createEngine(detectors: readonly Detector[] = builtIn()): Detector {
  return {
    id: 'engine',
    detect(text, context) {
      const read = normalise(text)
      const find = (scanned: string, known: ScanContext): readonly Span[] =>
        detectors.length === 1
          ? (detectors[0]?.detect(scanned, known) ?? [])
          : detectors.flatMap((detector) => detector.detect(scanned, known))
      const inText = find(read.text, context)
      const coded = inCodes(read.text, (decoded) => find(normalise(decoded).text, { ...context, key: null }))
      const merged = propagate(merge(coded.length > 0 ? [...inText, ...coded] : inText, read.text), read.text)
      return read.text === text ? merged : merged.map((span) => placed(span, read))
    },
  }
}
