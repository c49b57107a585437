import { isObject } from './exact-json.ts'
import type { Annotation } from './model-answer.ts'

/**
 * Citations of pages have a form in each API. All others, such as those of the built-in engine, stand in a member of ours:
 * clients that check what they read pass over members they do not know, but refuse kinds of citations that they do not.
 */
export function sorted(annotations: readonly Annotation[]): {
  readonly pages: readonly Annotation[]
  readonly own: readonly Annotation[]
} {
  const isPage = ({ type, url_citation }: Annotation): boolean =>
    type === 'url_citation' && isObject(url_citation)
  return {
    pages: annotations.filter(isPage).map(({ url_citation }) => Object(url_citation)),
    own: annotations.filter((annotation) => !isPage(annotation)),
  }
}

/** A page that an answer cites, in the form in which OpenAI tells it. */
export const pageCitation = (page: Annotation): Annotation => ({ type: 'url_citation', url_citation: page })

/** The member of ours; nothing where there is nothing to say. */
export const ownCitations = (own: readonly Annotation[]): object =>
  own.length > 0 ? { freehold: { citations: own } } : {}
