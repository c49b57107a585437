import { parsePlainYaml } from '../manifest/plain-yaml.ts'

type Fields = Readonly<Record<string, unknown>>

/** A text with what it says of itself. */
export interface FrontMatter {
  readonly fields: Fields
  /** What stands behind it. */
  readonly body: string
  /** It could not be read as YAML and was read line by line. */
  readonly isLoose: boolean
}

const MOST_CHARACTERS = 64 * 1024
const BLOCK = /^\uFEFF?\s*---[^\S\n]*\n([\s\S]*?)\n?(?:---|\.\.\.)[^\S\n]*(?:\n|$)/

/** Reads what people write before their Markdown, however loosely: what cannot be read is left out, never an error. */
export function readFrontMatter(text: string): FrontMatter {
  const unix = text.replaceAll('\r\n', '\n')
  const block = BLOCK.exec(unix)
  if (block === null) return { fields: {}, body: unix.replace(/^\uFEFF/, ''), isLoose: false }
  const [whole, written = ''] = block
  const body = unix.slice(whole.length)
  const parsed = tried(written)
  if (parsed !== null) return { fields: parsed, body, isLoose: false }
  return { fields: byLines(written), body, isLoose: true }
}

function tried(written: string): Fields | null {
  try {
    const value = parsePlainYaml(written.replaceAll('\t', '  '), 'SKILL.md', MOST_CHARACTERS)
    // A mapping of the parser has plain keys.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
  } catch {
    return null
  }
}

/** `key: the rest`, with lines that are indented or name no key belonging to the one before. */
function byLines(written: string): Fields {
  const fields: Record<string, string> = {}
  let last: string | null = null
  for (const line of written.slice(0, MOST_CHARACTERS).split('\n')) {
    const [, key, rest = ''] = /^([A-Za-z][\w-]{0,63})[^\S\n]*:(?:[^\S\n]+(.*)|)$/.exec(line) ?? []
    if (key !== undefined) {
      last = key
      fields[key] = unquoted(rest.replace(/^[>|][+-]?\s*$/, ''))
    } else if (last !== null && line.trim() !== '') {
      fields[last] = `${fields[last] ?? ''} ${line.trim()}`.trim()
    }
  }
  return fields
}

const unquoted = (text: string): string => text.trim().replace(/^(["'])([\s\S]*)\1$/, '$2')
