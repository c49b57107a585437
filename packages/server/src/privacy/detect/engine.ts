import { createNameDetector } from '../names/name-detector.ts'
import { RECOGNISERS } from '../recognisers/all.ts'
import { NATIONAL_IDS } from '../recognisers/national/all.ts'
import { remembering } from '../remembering.ts'
import { createSecretDetector } from '../secrets/secret-detector.ts'
import { isInCode } from './code-around.ts'
import type { Detector } from './detector.ts'
import { inCodes } from './encoded.ts'
import { merge } from './merge.ts'
import type { ScanText } from './normalise.ts'
import { normalise } from './normalise.ts'
import { propagate } from './propagate.ts'
import type { ScanContext } from './recogniser.ts'
import { createScanner } from './scanner.ts'
import { cellsOf } from './tables.ts'
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

/** A character alone is nothing that is found. */
const SHORTEST_CELL = 2
/** So many different ones are kept in mind; most tables say the same again and again. */
const MOST_CELLS = 1024

/** What the fields of a table are, which their column says. */
function inTables(text: string, context: ScanContext, find: Find): Span[] {
  const spans: Span[] = []
  if (context.key !== null) return spans
  const columns = new Map<string, (value: string) => readonly Span[]>()
  for (const { start, end, key } of cellsOf(text)) {
    if (end - start < SHORTEST_CELL) continue
    let column = columns.get(key)
    if (column === undefined) {
      column = remembering((value) => find(value, { ...context, key }), MOST_CELLS)
      columns.set(key, column)
    }
    for (const span of column(text.slice(start, end))) spans.push(moved(span, start))
  }
  return spans
}

const moved = ({ start, end, type, score, source }: Span, by: number): Span => ({
  start: start + by,
  end: end + by,
  type,
  score,
  source,
})

/** What is found in a text as it is read, placed in it as it came. */
function inside(text: string, find: (text: string) => readonly Span[]): readonly Span[] {
  const read = normalise(text)
  const spans = find(read.text)
  return read.text === text ? spans : spans.map((span) => placed(span, read))
}

type Find = (text: string, context: ScanContext) => readonly Span[]

/** The whole engine: reads the text, asks each detector, and settles who has which place. Spans do not overlap. */
export function createEngine(detectors: readonly Detector[] = builtIn()): Detector {
  const find: Find = (text, context) =>
    detectors
      .flatMap((detector) => detector.detect(text, context))
      .filter((span) => span.source === 'key' || !isInCode(span, text))
  return {
    id: 'engine',
    detect(text, context) {
      const read = normalise(text)
      const found = [
        find(read.text, context),
        inTables(read.text, context, find),
        inCodes(read.text, (decoded) => inside(decoded, (one) => find(one, { ...context, key: null }))),
      ].flat()
      const settled = propagate(merge(found, read.text), read.text)
      return read.text === text ? settled : settled.map((span) => placed(span, read))
    },
  }
}
