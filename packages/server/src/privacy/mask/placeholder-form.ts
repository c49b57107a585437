import { ENTITY_TYPES } from '@freehold/contract/privacy.ts'

/** A placeholder of any conversation, or a label; of no more figures than any conversation has, so that nothing hides in it. */
const FORM = new RegExp(`\\[(?=[A-Z]{2})(?:${ENTITY_TYPES.join('|')})(?:_[a-z2-7]{4}_[1-9]\\d{0,4})?\\]`, 'g')

/**
 * A text of the same length in which nothing is taken for a value because a placeholder stands there: the words in it are
 * those by which values are found.
 */
export const withoutPlaceholders = (text: string): string =>
  text.includes('[') ? text.replaceAll(FORM, (found) => `[${' '.repeat(found.length - 2)}]`) : text
