import type { ReactNode } from 'react'
import { number } from '../../language/format.ts'
import { useTypeName } from './type-names.ts'

/** How many by type, the most first. */
export const inOrder = (
  counts: Readonly<Record<string, number>>,
): readonly (readonly [type: string, count: number])[] =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([, one], [, other]) => other - one)

/** How many values of each type, as a line of marks. */
export function Counts({ of }: { readonly of: Readonly<Record<string, number>> }): ReactNode {
  const typeName = useTypeName()
  return (
    <ul className="flex flex-wrap gap-1">
      {inOrder(of).map(([type, count]) => (
        <li key={type} className="rounded-full bg-mark px-2 py-px text-tiny">
          {typeName(type)} <span className="font-medium tabular-nums">{number(count)}</span>
        </li>
      ))}
    </ul>
  )
}
