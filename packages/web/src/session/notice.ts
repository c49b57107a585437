import { useSyncExternalStore } from 'react'
import type { Notice } from './link.ts'

let notice: Notice | null = null
const watching = new Set<() => void>()

/** Keeps what became of a way elsewhere for the screen that tells it; null once it was told. */
export function tell(next: Notice | null): void {
  notice = next
  for (const changed of watching) changed()
}

const subscribe = (changed: () => void): (() => void) => {
  watching.add(changed)
  return () => watching.delete(changed)
}

export const useNotice = (): Notice | null => useSyncExternalStore(subscribe, () => notice)
