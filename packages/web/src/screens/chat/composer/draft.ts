import type { KeepPrivate } from '../../trust/keeping.ts'

/** A collection that an answer is to be looked up in. */
export interface NamedCollection {
  readonly id: string
  readonly name: string
}

/** A skill whose tools an answer is to use, and no other skill's. */
export interface NamedSkill {
  readonly name: string
  readonly title: string
}

/** What somebody is writing. */
export interface Draft {
  readonly text: string
  readonly model: string | null
  readonly collections: readonly NamedCollection[]
  readonly skills: readonly NamedSkill[]
  readonly keepPrivate: KeepPrivate
}

export const EMPTY_DRAFT: Draft = { text: '', model: null, collections: [], skills: [], keepPrivate: 'no' }

const nameOf = (conversation: string | null): string => `freehold.draft.${conversation ?? 'new'}`

/** What was being written in this tab; nothing where it cannot be read. */
export function readDraft(storage: Pick<Storage, 'getItem'>, conversation: string | null): Draft {
  try {
    const kept: unknown = JSON.parse(storage.getItem(nameOf(conversation)) ?? 'null')
    if (typeof kept !== 'object' || kept === null) return EMPTY_DRAFT
    const { text, model, collections, skills, keepPrivate } = kept as Partial<Record<keyof Draft, unknown>>
    return {
      text: typeof text === 'string' ? text : '',
      model: typeof model === 'string' ? model : null,
      collections: Array.isArray(collections) ? collections.filter(isNamed) : [],
      skills: Array.isArray(skills) ? skills.filter(isSkill) : [],
      keepPrivate: keepPrivate === 'message' || keepPrivate === 'conversation' ? keepPrivate : 'no',
    }
  } catch {
    return EMPTY_DRAFT
  }
}

export function keepDraft(
  storage: Pick<Storage, 'setItem' | 'removeItem'>,
  conversation: string | null,
  draft: Draft,
): void {
  const isEmpty =
    draft.text === '' &&
    draft.model === null &&
    draft.collections.length === 0 &&
    draft.skills.length === 0 &&
    draft.keepPrivate === 'no'
  if (isEmpty) storage.removeItem(nameOf(conversation))
  else storage.setItem(nameOf(conversation), JSON.stringify(draft))
}

const isNamed = (value: unknown): value is NamedCollection =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'string' &&
  'name' in value &&
  typeof value.name === 'string'

const isSkill = (value: unknown): value is NamedSkill =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'title' in value &&
  typeof value.title === 'string'
