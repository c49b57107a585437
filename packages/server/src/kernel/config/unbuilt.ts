/** Sections and keys that a later release will understand, and what each is for. Accepting and ignoring them would mislead. */
const UNBUILT: Readonly<Record<string, string>> = {
  dictionaries: 'it will list your own words that must not leave',
  tenants: 'it will describe further tenants beside the one that exists from the start',
  backups: 'it will schedule backups and say where they are kept',
  edge: 'it will connect this node to a central house',
  federation: 'it will join training rounds with other institutions',
}

/** The paths of the keys above, for suggestions. */
export const UNBUILT_KEYS: readonly string[] = Object.keys(UNBUILT)

/** The sentence that refuses a section or key of a later release; null when the path is not one. */
export function unbuiltKey(path: string): string | null {
  const purpose = Object.hasOwn(UNBUILT, path) ? UNBUILT[path] : undefined
  return purpose === undefined ? null : `not built yet: ${purpose}. Remove it, nothing would use it`
}
