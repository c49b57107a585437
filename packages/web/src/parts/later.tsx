import type { ComponentType, ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { notifyRefusal } from './toast.tsx'

/** By then the page is drawn, and what it asked for first has come. */
const AHEAD_MS = 2000

const whenIdle = (act: () => void): unknown =>
  'requestIdleCallback' in globalThis ? requestIdleCallback(act) : setTimeout(act)

/** A part of the app that comes when it is reached for, or before, when there is nothing else to do. */
export class Later<T> {
  readonly #load: () => Promise<T>
  #part: T | null = null

  constructor(load: () => Promise<T>) {
    this.#load = load
    setTimeout(() => whenIdle(() => void this.bring().catch(() => {})), AHEAD_MS)
  }

  /** Null until it is here. */
  get part(): T | null {
    return this.#part
  }

  /** What did not come is asked for again the next time. */
  async bring(): Promise<T> {
    this.#part ??= await this.#load()
    return this.#part
  }
}

interface Reached<T> {
  readonly part: T | null
  readonly bring: () => Promise<void>
}

/** Whoever uses it is drawn anew when the part that it asked for has come. */
export function useLater<T>(later: Later<T>): Reached<T> {
  const [, setPart] = useState<{ readonly part: T } | null>(null)
  return {
    part: later.part,
    async bring() {
      if (later.part === null) setPart({ part: await later.bring() })
    },
  }
}

/**
 * A component that comes later. Unlike one of `lazy`, it takes nothing down when it does not come: that is told in
 * passing, and it is asked for again when it is next drawn.
 */
export function comingLater<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const later = new Later(load)
  return function Place(props: Props): ReactNode {
    const { part: Part, bring } = useLater(later)
    useEffect(() => {
      if (Part === null) bring().catch(notifyRefusal)
    })
    return Part === null ? null : <Part {...props} />
  }
}
