import { useSyncExternalStore } from 'react'
import { keep, readKept } from '../../kept.ts'

/** What one does first, in this order. */
export const STEPS = ['guide', 'file', 'skill', 'privacy', 'connect'] as const
export type StepId = (typeof STEPS)[number]

const KEPT = 'freehold.start'
const changed = new Set<() => void>()
let text = readKept(KEPT) ?? ''

/** The steps that a kept text names; whatever else stands in it is forgotten. */
export const stepsIn = (kept: string): readonly StepId[] => {
  const named = new Set(kept.split(' '))
  return STEPS.filter((step) => named.has(step))
}

/** Notes in this browser that a step was done. */
export function markDone(step: StepId): void {
  if (stepsIn(text).includes(step)) return
  text = [...stepsIn(text), step].join(' ')
  keep(KEPT, text)
  for (const tell of changed) tell()
}

const subscribe = (tell: () => void): (() => void) => {
  changed.add(tell)
  return () => changed.delete(tell)
}

/** The steps that were done in this browser. */
export const useDone = (): readonly StepId[] => stepsIn(useSyncExternalStore(subscribe, () => text))

/** The first step that is not done; null when all are. */
export const nextOf = (done: readonly StepId[]): StepId | null =>
  STEPS.find((step) => !done.includes(step)) ?? null
