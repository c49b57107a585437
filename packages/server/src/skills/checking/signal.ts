import { phrase } from './phrase.ts'
import { COMMANDS } from './signals/commands.ts'
import { LINES } from './signals/lines.ts'
import { ORDERS } from './signals/orders.ts'
import { STANDING } from './signals/standing.ts'
import { TAKING } from './signals/taking.ts'
import { VEILED } from './signals/veiled.ts'

/** Something that was noticed in a text; rules say what it means. Offsets are UTF-16, the end exclusive. */
export interface Signal {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** Every phrase by the signal that it gives. */
export const PHRASES: readonly {
  readonly name: string
  readonly source: string
  readonly pattern: RegExp
}[] = Object.entries({ ...ORDERS, ...STANDING, ...VEILED, ...TAKING, ...COMMANDS, ...LINES }).flatMap(
  ([name, phrases]) => phrases.map((source) => ({ name, source, pattern: phrase(source) })),
)

/** Of one phrase in one text; a text that says the same a thousand times is not worth more. */
const MOST_OF_ONE = 200

/** What the phrases find, in no order. */
export function phraseSignals(text: string, isPython = false): readonly Signal[] {
  const found: Signal[] = []
  for (const { name, pattern } of PHRASES) {
    if (!isPython && name.startsWith('py-')) continue
    pattern.lastIndex = 0
    for (let count = 0; count < MOST_OF_ONE; count += 1) {
      const match = pattern.exec(text)
      if (match === null) break
      if (match[0] === '') pattern.lastIndex += 1
      else found.push({ name, start: match.index, end: match.index + match[0].length })
    }
  }
  return found
}
