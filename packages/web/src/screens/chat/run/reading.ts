import type { Client, MessageView } from '@freehold/sdk'
import { beforeFirst, branchTo, grow } from './branch.ts'
import type { ThreadState } from './thread-state.ts'

/** What a conversation opens with: more than any screen holds. */
const FIRST = 50
/** What is asked for when somebody reads up; as many as the server tells at once. */
const EARLIER = 200

/** A branch by its last message, or through a message to the end that was spoken in last behind it. */
type BranchWish = { readonly branch: string } | { readonly through: string }

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
    await this.#load({ branch: 'current' }, { limit: FIRST, isEnough: () => true })
  }

  /** A branch to this end: whatever was said since goes on from something that is here. */
  async upTo(leaf: string | null): Promise<void> {
    if (leaf === null || this.#has(leaf)) return
    const isMet = ({ id, parent }: MessageView): boolean =>
      this.#has(id) || (parent !== null && this.#has(parent))
    await this.#load({ branch: leaf }, { limit: EARLIER, isEnough: (page) => page.some(isMet) })
  }

  /** The branch through a message that was spoken in last; returns its end. */
  through(message: string): Promise<string | null> {
    const isEnough = (page: readonly MessageView[]): boolean => page.some(({ id }) => id === message)
    return this.#load({ through: message }, { limit: EARLIER, isEnough })
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
      await this.#load({ branch }, { limit: EARLIER, isEnough: () => true })
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

  /** A branch upwards, until a page says that it is enough; returns the id of its end. */
  async #load(
    wish: BranchWish,
    { limit, isEnough }: { limit: number; isEnough: (page: readonly MessageView[]) => boolean },
  ): Promise<string | null> {
    const { server, state, set } = this.#options
    let end: string | null = null
    let after: string | null = null
    for (;;) {
      const { data, next }: { data: readonly MessageView[]; next: string | null } =
        await server.messages.list(this.#id, { ...wish, limit, ...(after !== null && { after }) })
      end ??= data[0]?.id ?? null
      const isOver = next === null || isEnough(data)
      set({ tree: grow(state().tree, data) })
      if (isOver) return end
      after = next
    }
  }
}
