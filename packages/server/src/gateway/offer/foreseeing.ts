import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Caller } from '../../identity/caller.ts'
import { hindrance } from '../routing/explain.ts'
import type { Routing } from '../routing/routing.ts'

/** What whoever puts a request together has to know of where it would go. */
export interface Foresight {
  /** The engine of the program answers it. */
  readonly isLocal: boolean
  /** Wherever it may go with an image, images are read. */
  readonly takesImages: boolean
}

interface Foreseen {
  readonly caller: Pick<Caller, 'budgets' | 'restraint' | 'bounds' | 'keepsPrivate'>
  readonly model: string
  readonly class: DataClass
}

/** Where a conversation would go today. The request itself is decided anew, by what is found in it. */
export function foresee(routing: Routing, { caller, model, class: dataClass }: Foreseen): Foresight {
  const { attempts } = routing.decide({
    kind: 'model',
    model,
    dialect: 'openai',
    local: true,
    portable: true,
    class: dataClass,
  })
  const open = attempts.filter(
    (attempt) => hindrance(attempt, { caller, class: dataClass, opaque: 'an image' }) === null,
  )
  return {
    isLocal: attempts.some((attempt) => attempt.target === 'local'),
    takesImages:
      open.length > 0 &&
      open.every(
        (attempt) =>
          attempt.target !== 'local' &&
          attempt.target.definition.kind === 'model' &&
          attempt.target.definition.images === true,
      ),
  }
}
