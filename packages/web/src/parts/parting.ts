type Cancel = () => void

/** Things that are to be deleted, and how. */
export interface Parting {
  readonly ids: readonly string[]
  /** Deletes them; called once, unless it is undone before. */
  readonly send: () => Promise<unknown>
  readonly onGone?: () => void
  readonly onRefused?: (error: unknown) => void
}

/**
 * Deletions that can still be undone: the server keeps nothing that was deleted, so it is asked only when the time to
 * undo is over, or when the page goes. Until then they are hidden.
 */
export class Partings {
  readonly #schedule: (send: () => void) => Cancel
  readonly #waiting = new Map<Parting, Cancel>()
  readonly #watching = new Set<() => void>()
  #hidden: ReadonlySet<string> = new Set()

  /** `schedule` calls back when the time to undo is over, unless what it returns is called before. */
  constructor(schedule: (send: () => void) => Cancel) {
    this.#schedule = schedule
  }

  /** What nobody sees any more. */
  get hidden(): ReadonlySet<string> {
    return this.#hidden
  }

  /** Returns how to undo it. */
  part(parting: Parting): () => void {
    this.#waiting.set(
      parting,
      this.#schedule(() => void this.#send(parting)),
    )
    this.#hide(new Set([...this.#hidden, ...parting.ids]))
    return () => {
      const cancel = this.#waiting.get(parting)
      if (cancel === undefined) return
      cancel()
      this.#waiting.delete(parting)
      this.#show(parting)
    }
  }

  /** Nobody can undo any more: the page goes, or the person. */
  async sendAll(): Promise<void> {
    await Promise.all(
      [...this.#waiting].map(([parting, cancel]) => {
        cancel()
        return this.#send(parting)
      }),
    )
  }

  readonly watch = (changed: () => void): (() => void) => {
    this.#watching.add(changed)
    return () => this.#watching.delete(changed)
  }

  async #send(parting: Parting): Promise<void> {
    this.#waiting.delete(parting)
    try {
      await parting.send()
      // An id is never given out again, so they stay hidden: no list shows them until it is asked for anew.
      parting.onGone?.()
    } catch (error) {
      this.#show(parting)
      parting.onRefused?.(error)
    }
  }

  #show({ ids }: Parting): void {
    const back = new Set(ids)
    this.#hide(new Set([...this.#hidden].filter((id) => !back.has(id))))
  }

  #hide(ids: ReadonlySet<string>): void {
    this.#hidden = ids
    for (const tell of this.#watching) tell()
  }
}
