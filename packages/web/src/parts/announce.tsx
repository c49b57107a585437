import type { ReactNode } from 'react'
import { useSyncExternalStore } from 'react'

let said = ''
const heard = new Set<() => void>()

/** Has a screen reader say a line when it has nothing better to say. */
export function announce(line: string): void {
  // The same line twice is said twice only when its text differs.
  said = line === said ? `${line}\u00a0` : line
  for (const tell of heard) tell()
}

const subscribe = (changed: () => void): (() => void) => {
  heard.add(changed)
  return () => heard.delete(changed)
}

/** Stands once in the page. */
export function Announcer(): ReactNode {
  const line = useSyncExternalStore(subscribe, () => said)
  return (
    <p role="status" aria-live="polite" className="unseen">
      {line}
    </p>
  )
}
