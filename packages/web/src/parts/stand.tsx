import type { ReactNode, Ref } from 'react'
import { useImperativeHandle } from 'react'

interface StandProps {
  readonly on: HTMLElement
  readonly ref?: Ref<HTMLElement>
}

/** Stands for a button that is in the page already, where Radix measures one and gives the focus back to it. */
export function Stand({ on, ref }: StandProps): ReactNode {
  useImperativeHandle(ref, () => on, [on])
  return null
}
