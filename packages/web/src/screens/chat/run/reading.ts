import type { Client, MessageView } from '@freehold/sdk'
import { beforeFirst, branchTo, grow } from './branch.ts'
import type { ThreadState } from './thread-state.ts'

/** What a conversation opens with: more than any screen holds. */
const FIRST = 50
/** What is asked for when somebody reads up; as many as the server tells at once. */
const EARLIER = 200

/** A branch by its last message, or through a message to the end that was spoken in last behind it. */
type BranchWish = { readonly branch: string } | { readonly through: string }

const all = (page: readonly MessageView[]): number => page.length

interface ReadingOptions {
  readonly server: Pick<Client, 'messages'>
  readonly state: () => Pick<ThreadState, 'conversation' | 'tree'>
  readonly set: (change: Partial<Pick<ThreadState, 'tree' | 'earlier'>>) => void
}

/** Brings the messages of a conversation as somebody reads: the end of a branch first, and what lies before it as it is asked for. */
export class Reading {
  readonly #id: string
  readonly #options: ReadingOptions
  #earlier: Promise<boolean> | null = null

  constructor(id: string, options: ReadingOptions) {
    this.#id = id
    this.#options = options
  }

  /** The end of the branch that the conversation ends with, where nothing is here yet. */
  async first(): Promise<void> {
    if (this.#options.state().tree.messages.size > 0) return
    await this.#load({ branch: 'current' }, { limit: FIRST, enough: all })
  }

  /** A branch to this end: whatever was said since goes on from something that is here. */
  async upTo(leaf: string | null): Promise<void> {
    if (leaf === null || this.#has(leaf)) return
    const isMet = ({ id, parent }: MessageView): boolean =>
      this.#has(id) || (parent !== null && this.#has(parent))
    // Only what is new: what lies before was not asked for.
    const enough = (page: readonly MessageView[]): number => page.findIndex(isMet) + 1
    await this.#load({ branch: leaf }, { limit: FIRST, enough })
  }

  /** The branch through a message that was spoken in last; returns its end. */
  through(message: string): Promise<string | null> {
    const enough = (page: readonly MessageView[]): number =>
      page.some(({ id }) => id === message) ? page.length : 0
    return this.#load({ through: message }, { limit: EARLIER, enough })
  }

  /** One page of what was said before the first that is here; false where it could not, or there is nothing. */
  earlier(): Promise<boolean> {
    this.#earlier ??= this.#loadEarlier().finally(() => (this.#earlier = null))
    return this.#earlier
  }

  isShown(message: string): boolean {
    return this.#branch().some(({ id }) => id === message)
  }

  async #loadEarlier(): Promise<boolean> {
    const branch = beforeFirst(this.#branch())
    if (branch === null) return false
    const { set } = this.#options
    set({ earlier: { isLoading: true, error: null } })
    try {
      await this.#load({ branch }, { limit: EARLIER, enough: all })
      set({ earlier: { isLoading: false, error: null } })
      return beforeFirst(this.#branch()) !== branch
    } catch (error) {
      set({ earlier: { isLoading: false, error } })
      return false
    }
  }

  #branch(): readonly MessageView[] {
    const { tree, conversation } = this.#options.state()
    return branchTo(tree, conversation?.leaf ?? null)
  }

  readonly #has = (message: string): boolean => this.#options.state().tree.messages.has(message)

  /** A branch upwards, until so many of a page are enough (0: none is yet); returns the id of its end. */
  async #load(
    wish: BranchWish,
    { limit, enough }: { limit: number; enough: (page: readonly MessageView[]) => number },
  ): Promise<string | null> {
    const { server, state, set } = this.#options
    let end: string | null = null
    let after: string | null = null
    for (;;) {
      const { data, next }: { data: readonly MessageView[]; next: string | null } =
        await server.messages.list(this.#id, { ...wish, limit, ...(after !== null && { after }) })
      end ??= data[0]?.id ?? null
      const taken = enough(data)
      set({ tree: grow(state().tree, taken === 0 ? data : data.slice(0, taken)) })
      if (taken > 0 || next === null) return end
      after = next
    }
  }
}
