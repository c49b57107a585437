/** The value that an RFC 6901 pointer leads to; undefined where nothing is. */
export function pointed(value: unknown, pointer: string): unknown {
  let at = value
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    // Objects and arrays of parsed JSON alike are read by name.
    at = (at as Readonly<Record<string, unknown>>)[key]
  }
  return at
}

/** A text of what stands there: numbers and truth values are written out, everything else is no text. */
export function pointedText(value: unknown, pointer: string | undefined): string | null {
  const found = pointer === undefined ? undefined : pointed(value, pointer)
  if (typeof found === 'string') return found
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : null
}
