import type { Citation } from '@freehold/sdk'

/** One artifact of a conversation, or one file of it. */
export type OneFile =
  | { readonly kind: 'artifact'; readonly id: string }
  | { readonly kind: 'file'; readonly id: string; readonly name: string }

/** What is read beside the screen. */
export type Beside =
  | { readonly kind: 'passage'; readonly citation: Citation; readonly among: readonly Citation[] }
  | { readonly kind: 'files'; readonly conversation: string; readonly one: OneFile | null }

const passages = new Set<(citation: Citation, among: readonly Citation[]) => void>()
const files = new Set<(conversation: string, one: OneFile | null) => void>()

/** Shows what a citation points to, beside the screen; `among` are those that one steps through from there. */
export function openPassage(citation: Citation, among: readonly Citation[] = [citation]): void {
  for (const open of passages) open(citation, among)
}

/** Hears when somebody wants to see a passage. Returns how to stop listening. */
export function onPassage(open: (citation: Citation, among: readonly Citation[]) => void): () => void {
  passages.add(open)
  return () => passages.delete(open)
}

/** Shows the files and artifacts of a conversation, or one of them, beside the screen. */
export function openFiles(conversation: string, one: OneFile | null = null): void {
  for (const open of files) open(conversation, one)
}

/** Hears when somebody wants to see the files of a conversation. Returns how to stop listening. */
export function onFiles(open: (conversation: string, one: OneFile | null) => void): () => void {
  files.add(open)
  return () => files.delete(open)
}
