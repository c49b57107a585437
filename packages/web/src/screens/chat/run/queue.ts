import type { Wording } from './wording.ts'

/** A message that waits until the answer before it is whole. */
export interface Queued extends Wording {
  readonly key: string
}

const nameOf = (conversation: string): string => `freehold.queue.${conversation}`

/** What waits in this tab; nothing where it cannot be read. */
export function readQueue(storage: Pick<Storage, 'getItem'>, conversation: string): readonly Queued[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(nameOf(conversation)) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isQueued) : []
  } catch {
    return []
  }
}

export function keepQueue(
  storage: Pick<Storage, 'setItem' | 'removeItem'>,
  conversation: string,
  queue: readonly Queued[],
): void {
  if (queue.length === 0) storage.removeItem(nameOf(conversation))
  else storage.setItem(nameOf(conversation), JSON.stringify(queue))
}

const isQueued = (value: unknown): value is Queued =>
  typeof value === 'object' &&
  value !== null &&
  'key' in value &&
  typeof value.key === 'string' &&
  'text' in value &&
  typeof value.text === 'string'
