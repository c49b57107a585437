/** Where a value is not as it was expected, as a path; null where it is. In an object only what is named is compared. */
export function unlike(expected: unknown, found: unknown, path = ''): string | null {
  if (Array.isArray(expected)) {
    if (!Array.isArray(found)) return path === '' ? 'the result' : path
    if (expected.length !== found.length) return `${path}.length`
    return expected.reduce<string | null>(
      (wrong, one, at) => wrong ?? unlike(one, found[at], `${path}[${at}]`),
      null,
    )
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof found !== 'object' || found === null || Array.isArray(found))
      return path === '' ? 'the result' : path
    return Object.entries(expected).reduce<string | null>((wrong, [name, one]) => {
      if (wrong !== null) return wrong
      const inner = path === '' ? name : `${path}.${name}`
      // An own property of what JSON holds.
      return Object.hasOwn(found, name) ? unlike(one, (found as Record<string, unknown>)[name], inner) : inner
    }, null)
  }
  return expected === found ? null : path === '' ? 'the result' : path
}
