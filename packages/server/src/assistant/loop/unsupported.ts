import type { AnswerChecked } from '@freehold/contract/loop-events.ts'

/** The sentences of an answer that nothing bears out; none where there was nothing that it could have stood on. */
export function unsupportedIn(
  text: string,
  { hasSources, sentences }: Pick<AnswerChecked, 'hasSources' | 'sentences'>,
): string[] {
  if (!hasSources) return []
  return sentences
    .filter(({ support }) => support === null)
    .map(({ span }) => text.slice(span.start, span.end).trim())
}
