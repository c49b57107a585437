import type { Json } from '../../audit/log/canonical.ts'

/**
 * OLPC canonical JSON, as TUF's other implementations sign it: names in order, no spaces, integers only, and in texts
 * nothing escaped but the quote and the backslash.
 */
export function tufCanonical(value: Json): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError('canonical JSON has no fractions')
    return String(value)
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(tufCanonical).join(',')}]`
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${quoted(name)}:${tufCanonical(value[name] ?? null)}`).join(',')}}`
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** Array.isArray does not narrow a readonly array away. */
const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
