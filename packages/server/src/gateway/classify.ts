import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES, dataClass, highestClass, isWithin } from '@freehold/contract/data-class.ts'
import { Fault } from '../kernel/fault.ts'
import type { Caller } from '../identity/caller.ts'

/** The class of a request so far. It only ever rises. */
export interface Classified {
  readonly class: DataClass
}

/** The classes named in `x-freehold-class`: several values count as the highest, an unknown one is refused. */
export function declaredClass(header: string | readonly string[] | undefined): DataClass | null {
  if (header === undefined) return null
  const words = (typeof header === 'string' ? [header] : header)
    .flatMap((line) => line.split(','))
    .map((word) => word.trim().toLowerCase())
  const classes = words.map((word) => {
    const known = dataClass.safeParse(word)
    if (!known.success) {
      throw new Fault('invalid', `x-freehold-class must be one of ${DATA_CLASSES.join(', ')}.`, {
        param: 'x-freehold-class',
      })
    }
    return known.data
  })
  return classes.reduce<DataClass>((top, next) => highestClass(top, next), 'public')
}

/** The class a request starts with: the key's base class, raised by the declaration, within the caller's ceiling. */
export function classify(caller: Caller, declared: DataClass | null): Classified {
  const found = highestClass(caller.baseClass, declared ?? 'public')
  if (!isWithin(found, caller.classCeiling)) {
    throw new Fault(
      'above_ceiling',
      `This request is ${found}; the highest class of this caller is ${caller.classCeiling}. Use a key with a higher ceiling.`,
      { param: 'x-freehold-class' },
    )
  }
  return { class: found }
}
