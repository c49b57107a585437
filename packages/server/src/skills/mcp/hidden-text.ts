import type { ToolDefinition } from './definitions.ts'

/**
 * What nobody sees and models read: characters that are ignored when text is shown (zero width, direction, tags,
 * variation selectors), control characters but line breaks and tabs, and those for private use.
 */
const HIDDEN = /\p{Default_Ignorable_Code_Point}|[\p{Cc}\p{Co}\p{Cs}\ufff0-\ufffb](?<![\t\n\r])/gu

export interface HiddenText {
  /** Where it stands: `description`, `inputSchema.properties.path.description`. */
  readonly place: string
  /** As `U+200B`, each once. */
  readonly characters: readonly string[]
}

/** Every text of a definition in which something is hidden, names of properties included. */
export function hiddenIn(definition: ToolDefinition): readonly HiddenText[] {
  const found: HiddenText[] = []
  const look = (value: unknown, place: string): void => {
    if (typeof value === 'string') {
      const characters = hiddenCharacters(value)
      if (characters.length > 0) found.push({ place, characters })
    } else if (Array.isArray(value)) value.forEach((one, at) => look(one, `${place}[${at}]`))
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) {
        const inside = place === '' ? shown(name) : `${place}.${shown(name)}`
        look(name, `${inside} (name)`)
        look(one, inside)
      }
  }
  look({ ...definition }, '')
  return found
}

export const hiddenCharacters = (text: string): readonly string[] => [
  ...new Set(Array.from(text.matchAll(HIDDEN), ([hidden]) => codePoint(hidden))),
]

/** The text with what is hidden in it written out, so that whoever reviews it sees it and no model takes it for text. */
export const shown = (text: string): string => text.replaceAll(HIDDEN, (hidden) => `⟨${codePoint(hidden)}⟩`)

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
