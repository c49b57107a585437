import type { Example } from '../../packages/server/corpus/fill-frames.ts'
import { createEngine } from '../../packages/server/src/privacy/detect/engine.ts'
import { knownLanguage } from '../../packages/server/src/privacy/detect/language.ts'
import { ACTING_SCORE } from '../../packages/server/src/privacy/detect/span.ts'

/** How the engine did on labelled rows; shares from 0 to 1. */
export interface Score {
  readonly lenientF1: (type: string) => number
  readonly strictF1: (type: string) => number
  /** Values that some letter of is not covered. */
  readonly leak: number
  /** Characters that are covered and are of no value. */
  readonly over: number
  readonly cleanFlagged: number
}

type Values = Example['entities']
const overlap = (one: Values[number], other: Values[number]) => {
  const both = Math.min(one.end, other.end) - Math.max(one.start, other.start)
  return both <= 0 ? 0 : both / (Math.max(one.end, other.end) - Math.min(one.start, other.start))
}
/** Where somebody lives and a place are told apart by how exact they are: leniently one is as good as the other. */
const kindOf = (type: string) => (type === 'ADDRESS' ? 'LOCATION' : type)

/** Asks the engine about each row. */
export function score(rows: readonly Example[]): Score {
  const engine = createEngine()
  const counts = new Map<string, number>()
  const add = (key: string, n: number) => counts.set(key, (counts.get(key) ?? 0) + n)
  const of = (key: string) => counts.get(key) ?? 0
  for (const { text, lang, entities } of rows) {
    const spans = engine
      .detect(text, { language: knownLanguage(lang), key: null })
      .filter((span) => span.score >= ACTING_SCORE)
    const covered = new Uint8Array(text.length)
    for (const { start, end } of spans) covered.fill(1, start, end)
    for (const value of entities) {
      add('values', 1)
      add(`gold ${value.type}`, 1)
      if (spans.some((span) => kindOf(span.type) === kindOf(value.type) && overlap(span, value) >= 0.5))
        add(`lenient ${value.type}`, 1)
      if (spans.some((span) => span.type === value.type && overlap(span, value) === 1))
        add(`strict ${value.type}`, 1)
      const letters = Array.from({ length: value.end - value.start }, (_, i) => value.start + i)
      if (letters.some((at) => covered[at] === 0 && /[\p{L}\p{N}]/u.test(text[at] ?? ' '))) add('leaked', 1)
      covered.fill(2, value.start, value.end)
      add('characters of values', value.end - value.start)
    }
    for (const span of spans) {
      add(`said ${span.type}`, 1)
      if (entities.some((value) => kindOf(span.type) === kindOf(value.type) && overlap(span, value) >= 0.5))
        add(`right ${span.type}`, 1)
    }
    add('characters', text.length)
    add('over', covered.filter((mark) => mark === 1).length)
    if (entities.length === 0) add('clean', 1)
    if (entities.length === 0 && spans.length > 0) add('flagged', 1)
  }
  const f1 = (precision: number, recall: number) => (2 * precision * recall) / (precision + recall)
  return {
    lenientF1: (type) =>
      f1(of(`right ${type}`) / of(`said ${type}`), of(`lenient ${type}`) / of(`gold ${type}`)),
    strictF1: (type) => (2 * of(`strict ${type}`)) / (of(`gold ${type}`) + of(`said ${type}`)),
    leak: of('leaked') / of('values'),
    over: of('over') / (of('characters') - of('characters of values')),
    cleanFlagged: of('flagged') / of('clean'),
  }
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`
/** In one line. */
export const told = (name: string, { lenientF1, strictF1, leak, over, cleanFlagged }: Score) =>
  [
    name,
    ...['PERSON', 'ADDRESS', 'ORGANIZATION', 'LOCATION'].map(
      (type) => `${type} ${percent(lenientF1(type))} (exact ${percent(strictF1(type))})`,
    ),
    `not fully covered ${percent(leak)}`,
    `too much ${percent(over)}`,
    `clean ones flagged ${percent(cleanFlagged)}`,
  ].join(', ')
