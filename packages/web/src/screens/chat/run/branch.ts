import type { MessageView } from '@freehold/sdk'

/** Messages of a conversation and who answers whom. */
export interface Tree {
  readonly messages: ReadonlyMap<string, MessageView>
  /** By the id of the parent; `''` begins branches. Oldest first; not all of them need be among the messages. */
  readonly answers: ReadonlyMap<string, readonly string[]>
}

export const EMPTY_TREE: Tree = { messages: new Map(), answers: new Map() }

/** The tree with these messages; those that it has already are replaced. */
export function grow(tree: Tree, more: readonly MessageView[]): Tree {
  const messages = new Map(tree.messages)
  const answers = new Map(tree.answers)
  for (const message of more) {
    const parent = message.parent ?? ''
    const known = answers.get(parent) ?? []
    const fresh = (message.beside ?? [message.id]).filter((id) => !known.includes(id))
    // Ids grow with time; pages may come in any order.
    if (fresh.length > 0) answers.set(parent, [...known, ...fresh].toSorted())
    messages.set(message.id, message)
  }
  return { messages, answers }
}

/** The messages from the first that is here to this one. */
export function branchTo(tree: Tree, leaf: string | null): readonly MessageView[] {
  const branch: MessageView[] = []
  for (let id = leaf; id !== null;) {
    const message = tree.messages.get(id)
    if (message === undefined) break
    branch.push(message)
    id = message.parent
  }
  return branch.reverse()
}

export interface Siblings {
  readonly ids: readonly string[]
  /** Where this one stands among them. */
  readonly at: number
}

/** The messages that stand where this one does. */
export function siblingsOf(tree: Tree, message: Pick<MessageView, 'id' | 'parent'>): Siblings {
  const ids = tree.answers.get(message.parent ?? '') ?? []
  return { ids, at: ids.indexOf(message.id) }
}

/** The message before the first of a branch that is here, to go on with; null where it is whole. */
export const beforeFirst = (branch: readonly Pick<MessageView, 'parent'>[]): string | null =>
  branch[0]?.parent ?? null

/** The id just before this one, to begin a page with it. */
export function before(id: string): string {
  const digits = Array.from(id)
  for (let at = digits.length - 1; at >= 0; at -= 1) {
    const digit = digits[at] ?? ''
    if (digit === '-') continue
    if (digit !== '0') {
      digits[at] = (Number.parseInt(digit, 16) - 1).toString(16)
      break
    }
    digits[at] = 'f'
  }
  return digits.join('')
}
