/**
 * Characters that nobody sees and models read: soft hyphens, zero-width spaces, marks of direction, invisible operators,
 * variation selectors and the tag block. The joiners U+200C and U+200D stay where letters or emoji need them, U+FE0F
 * where it makes an emoji of a character.
 */
const HIDDEN = /\p{Default_Ignorable_Code_Point}(?<!\u200c|\u200d|\ufe0f)|[\ufff0-\ufffb]/gu
const LONE_JOINER =
  /(?<!\p{L}|\p{M}|\p{Extended_Pictographic}|\ufe0f)[\u200c\u200d]+|[\u200c\u200d](?=\u200c|\u200d)/gu

/** The text without what cannot be seen in it. */
export const withoutHidden = (text: string): string => text.replace(LONE_JOINER, '').replace(HIDDEN, '')

/** JSON text in which what cannot be seen is written as escapes: it means the same. */
export const visible = (json: string): string => json.replace(LONE_JOINER, escaped).replace(HIDDEN, escaped)

const escaped = (hidden: string): string =>
  Array.from(
    { length: hidden.length },
    (_, at) => `\\u${hidden.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('')
