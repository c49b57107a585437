import type { DataClass } from '@freehold/contract/data-class.ts'
import { DATA_CLASSES, dataClass, highestClass, isWithin } from '@freehold/contract/data-class.ts'
import { Fault } from '../kernel/fault.ts'
import type { Caller } from '../identity/caller.ts'

/** What raised the class of a request, step by step. It only ever rises. */
export interface Classified {
  readonly class: DataClass
  /** Of the key. */
  readonly base: DataClass
  readonly declared: DataClass | null
  /** What the conversation held before. */
  readonly conversation: DataClass | null
  /** By what was found in the content; null where nothing looked. */
  readonly found: DataClass | null
  /** Values found, by type. */
  readonly findings: Readonly<Record<string, number>>
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

interface Raising {
  readonly declared: DataClass | null
  readonly conversation: DataClass | null
  /** By what was found in it; absent where nothing was. */
  readonly found?: DataClass
  /** Values found, by type. */
  readonly findings?: Classified['findings']
}

const NO_FINDINGS = Object.freeze({})

/**
 * The class of a request: the highest of the key's base class, the declaration, the conversation and what was found in
 * it, within the caller's ceiling.
 * @throws Fault `above_ceiling`
 */
export function classify(
  caller: Pick<Caller, 'baseClass' | 'classCeiling'>,
  { declared, conversation, found, findings = NO_FINDINGS }: Raising,
): Classified {
  const said = highestClass(caller.baseClass, declared ?? 'public', conversation ?? 'public')
  const reached = found === undefined ? said : highestClass(said, found)
  if (!isWithin(reached, caller.classCeiling)) {
    throw new Fault(
      'above_ceiling',
      `This request is ${reached}${reached === said ? '' : ` by what stands in it (${Object.keys(findings).join(', ')})`}; the highest class of this caller is ${caller.classCeiling}. Use a key with a higher ceiling.`,
      { param: reached === said ? 'x-freehold-class' : 'body' },
    )
  }
  return { class: reached, base: caller.baseClass, declared, conversation, found: found ?? null, findings }
}
