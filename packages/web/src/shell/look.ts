import { useSyncExternalStore } from 'react'
import { keep } from '../kept.ts'

export const LOOKS = ['system', 'light', 'dark'] as const
export type Look = (typeof LOOKS)[number]

const KEPT = 'freehold.look'
const changed = new Set<() => void>()

function current(): Look {
  const look = document.documentElement.dataset['look']
  return look === 'light' || look === 'dark' ? look : 'system'
}

/** Light, dark, or whatever the system says; kept in this browser. */
export function chooseLook(look: Look): void {
  if (look === 'system') delete document.documentElement.dataset['look']
  else document.documentElement.dataset['look'] = look
  keep(KEPT, look)
  for (const tell of changed) tell()
}

const subscribe = (tell: () => void): (() => void) => {
  changed.add(tell)
  return () => changed.delete(tell)
}

export const useLook = (): Look => useSyncExternalStore(subscribe, current)
