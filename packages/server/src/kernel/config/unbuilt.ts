/** Sections and keys that a later release will understand, and what each is for. Accepting and ignoring them would mislead. */
const UNBUILT: Readonly<Record<string, string>> = {
  dictionaries: 'it will list your own words that must not leave',
  tenants: 'it will describe further tenants beside the one that exists from the start',
  identity: 'it will hold users, groups, roles and outside identity providers',
  skills: 'it will configure skills and what they may reach',
  sso: 'it will connect single sign-on',
  backups: 'it will schedule backups and say where they are kept',
  edge: 'it will connect this node to a central house',
  federation: 'it will join training rounds with other institutions',
}

/** The paths of the keys above, for suggestions. */
export const UNBUILT_KEYS: readonly string[] = Object.keys(UNBUILT)

/** Values of built keys that belong to a later release: each answers with its sentence, or null for any other value. */
const UNBUILT_VALUES: Readonly<Record<string, (value: unknown) => string | null>> = {
  'keys.provider': (value) =>
    typeof value === 'string' && ['vault-transit', 'aws-kms', 'pkcs11'].includes(value)
      ? 'key providers other than `file` are not built yet: write `file`'
      : null,
}

/** The sentence that refuses a section or key of a later release; null when the path is not one. */
export function unbuiltKey(path: string): string | null {
  const purpose = Object.hasOwn(UNBUILT, path) ? UNBUILT[path] : undefined
  return purpose === undefined ? null : `not built yet: ${purpose}. Remove it, nothing would use it`
}

/** The sentence that refuses a value of a later release; null when this release decides on the value. */
export function unbuiltValue(path: string, value: unknown): string | null {
  return UNBUILT_VALUES[path]?.(value) ?? null
}
