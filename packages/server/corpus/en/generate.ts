import { globSync, readFileSync } from 'node:fs'
import type { Random } from '../random.ts'
import { AMBIGUOUS } from './people.ts'
import { address, FILLERS, first, last, location, organisation, person, street } from './values.ts'

/** A text with what is to be found in it. */
export interface Labelled {
  readonly text: string
  readonly spans: readonly { readonly start: number; readonly end: number; readonly type: string }[]
}

const SLOTS: Readonly<Record<string, readonly [type: string, of: (random: Random) => string]>> = {
  PERSON: ['PERSON', person],
  FIRST: ['PERSON', first],
  LAST: ['PERSON', last],
  WORDNAME: ['PERSON', (random) => random.pick(AMBIGUOUS)],
  ADDRESS: ['ADDRESS', address],
  STREET: ['ADDRESS', street],
  LOCATION: ['LOCATION', location],
  ORG: ['ORGANIZATION', organisation],
}

const linesOf = (pattern: string): readonly string[] =>
  globSync(pattern, { cwd: import.meta.dirname })
    .toSorted()
    .flatMap((file) => readFileSync(new URL(file, import.meta.url), 'utf8').split('\n'))
    .filter((line) => line !== '')

/** Sentences and records with slots for values. */
export const FRAMES: readonly string[] = linesOf('frames/*.txt').map((line) =>
  line.replaceAll('\\n', '\n').replaceAll('\\t', '\t'),
)

/** Lines of manuals and programs, in which nobody is named. */
export const NEGATIVES: readonly string[] = linesOf('negatives/*.txt')

/** Records in capitals have values in capitals, most of the time. */
const inCapitals = (value: string): string => (value.length % 7 === 0 ? value : value.toUpperCase())

/** A frame with values in its slots. Names and places of one text differ. */
export function filled(frame: string, random: Random): Labelled {
  let text = ''
  const isCapitals = /^(?!.*[a-z]).*[A-Z]{2}/s.test(frame.replaceAll(/\{[A-Z]+\}/g, ''))
  const spans: { start: number; end: number; type: string }[] = []
  let rest = 0
  for (const slot of frame.matchAll(/\{([A-Z]+)\}/g)) {
    text += frame.slice(rest, slot.index)
    rest = slot.index + slot[0].length
    const name = slot[1] ?? ''
    const labelled = SLOTS[name]
    if (labelled === undefined) {
      const filler = FILLERS[name]?.(random) ?? slot[0]
      text += isCapitals ? filler.toUpperCase() : filler
      continue
    }
    const written = labelled[1](random)
    const value = isCapitals ? inCapitals(written) : written
    spans.push({ start: text.length, end: text.length + value.length, type: labelled[0] })
    text += value
  }
  return { text: text + frame.slice(rest), spans }
}

/** As headings are written. */
const titled = (text: string): string =>
  text.replaceAll(/(?<![\p{L}\p{N}'’_./-])\p{Ll}(?=\p{Ll}{3})/gu, (letter) => letter.toUpperCase())

/** Sometimes all in lower case or in capitals, as people and forms write; offsets stay. */
export function recased({ text, spans }: Labelled, random: Random): Labelled {
  const roll = random.next()
  const titles = spans.length === 0 ? 0.12 : 0.03
  const changed =
    roll < 0.08
      ? text.toLowerCase()
      : roll < 0.12
        ? text.toUpperCase()
        : roll < 0.12 + titles
          ? titled(text)
          : text
  return changed.length === text.length ? { text: changed, spans } : { text, spans }
}
