import { useEffect, useState } from 'react'
import type { Draft } from './draft.ts'
import { EMPTY_DRAFT, keepDraft, readDraft } from './draft.ts'

export interface DraftKept {
  readonly draft: Draft
  readonly change: (change: Partial<Draft>) => void
  /** Its words have gone; who answers stays chosen. */
  readonly clear: () => void
}

/** What is being written to a conversation; it is there again when one comes back in the same tab. */
export function useDraft(conversation: string | null): DraftKept {
  const [draft, setDraft] = useState(() => readDraft(sessionStorage, conversation))
  useEffect(() => keepDraft(sessionStorage, conversation, draft), [conversation, draft])
  return {
    draft,
    change: (change) => setDraft((before) => ({ ...before, ...change })),
    clear: () =>
      setDraft(({ model, collections, keepPrivate }) => ({
        ...EMPTY_DRAFT,
        model,
        collections,
        // For one message it was asked for this one.
        keepPrivate: keepPrivate === 'message' ? 'no' : keepPrivate,
      })),
  }
}
