import type { Citation } from '@freehold/sdk'

/** What is read beside the screen. */
export type Beside =
  | { readonly kind: 'passage'; readonly citation: Citation; readonly among: readonly Citation[] }
  | { readonly kind: 'files'; readonly conversation: string; readonly artifact: string | null }

const passages = new Set<(citation: Citation, among: readonly Citation[]) => void>()
const files = new Set<(conversation: string, artifact: string | null) => void>()

/** Shows what a citation points to, beside the screen; `among` are those that one steps through from there. */
export function openPassage(citation: Citation, among: readonly Citation[] = [citation]): void {
  for (const open of passages) open(citation, among)
}

/** Hears when somebody wants to see a passage. Returns how to stop listening. */
export function onPassage(open: (citation: Citation, among: readonly Citation[]) => void): () => void {
  passages.add(open)
  return () => passages.delete(open)
}

/** Shows the files and artifacts of a conversation, or one artifact of it, beside the screen. */
export function openFiles(conversation: string, artifact: string | null = null): void {
  for (const open of files) open(conversation, artifact)
}

/** Hears when somebody wants to see the files of a conversation. Returns how to stop listening. */
export function onFiles(open: (conversation: string, artifact: string | null) => void): () => void {
  files.add(open)
  return () => files.delete(open)
}
