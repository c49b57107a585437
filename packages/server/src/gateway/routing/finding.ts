import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES, highestClass, isWithin } from '@freehold/contract/data-class.ts'
import type { FoundClasses } from '@freehold/contract/desensitise.ts'
import { foundClassOf } from '@freehold/contract/desensitise.ts'
import { ENTITY_TYPES } from '@freehold/contract/privacy.ts'
import type { Ask, Decision } from './routing.ts'
import type { Fork } from './share.ts'

/** The highest class that something found can raise a request to. */
export const highestFound = (found: FoundClasses): DataClass =>
  ENTITY_TYPES.map((type) => foundClassOf(found, type)).reduce((top, next) => highestClass(top, next))

/**
 * Whether what stands in such a request can change where it goes, or is masked on the way: where it cannot, nobody has
 * to read it.
 */
export function mayMatter(ask: Ask, highest: DataClass, forkOf: (ask: Ask) => Fork): boolean {
  const now = forkOf(ask)
  if (decisionsOf(now).some(({ attempts }) => attempts.some(({ zone }) => zone === 'managed'))) return true
  const raised = DATA_CLASSES.filter((one) => isWithin(one, highest) && !isWithin(one, ask.class))
  return raised.some((one) => wordsOf(forkOf({ ...ask, class: one })) !== wordsOf(now))
}

const decisionsOf = ({ branches, rest }: Fork): readonly Decision[] => [
  ...(branches ?? []).map(({ decision }) => decision),
  rest,
]

/** Two that are written alike send a request to the same places. */
const wordsOf = (fork: Fork): string =>
  JSON.stringify(
    decisionsOf(fork).map(({ rule, attempts, refused }) => [
      rule,
      refused?.code,
      attempts.map((one) => [one.zone, one.target === 'local' ? 'local' : one.target.name, one.model]),
    ]),
  )
