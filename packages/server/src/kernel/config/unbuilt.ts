/** Sections that a later release will understand, and what each is for. Accepting and ignoring them would mislead. */
const UNBUILT_SECTIONS: Readonly<Record<string, string>> = {
  targets: 'it will name the models and services that requests may go to',
  routes: 'it will decide which target answers which request',
  desensitise: 'it will say how each kind of personal data is masked before it leaves',
  classes: 'it will say which findings raise the class of a request',
  profiles: 'it will hold named sets of masking rules',
  dictionaries: 'it will list your own words that must not leave',
  tenants: 'it will describe further tenants beside the one that exists from the start',
  identity: 'it will hold users, groups, roles and outside identity providers',
  skills: 'it will configure skills and what they may reach',
  limits: 'it will bound requests, tokens and money per caller',
  sso: 'it will connect single sign-on',
  telemetry: 'it will send traces, metrics and logs to an OTLP endpoint',
  backups: 'it will schedule backups and say where they are kept',
  edge: 'it will connect this node to a central house',
  federation: 'it will join training rounds with other institutions',
}

/** The names of the sections above, for suggestions. */
export const UNBUILT_NAMES: readonly string[] = Object.keys(UNBUILT_SECTIONS)

const isMapping = (value: unknown): boolean => typeof value === 'object' && value !== null

/** Values of built keys that belong to a later release: each answers with its sentence, or null for any other value. */
const UNBUILT_VALUES: Readonly<Record<string, (value: unknown) => string | null>> = {
  listen: (value) =>
    isMapping(value)
      ? 'separate listeners for data, admin and metrics are not built yet: write one host:port, as in 127.0.0.1:7070'
      : null,
  tls: (value) =>
    value === 'off'
      ? null
      : 'TLS inside Freehold is not built yet: put a TLS proxy in front and write `tls: off`',
  blobs: (value) =>
    typeof value === 'string' && /^s3:/i.test(value)
      ? 'object storage (s3://) is not built yet: write a local directory, or remove the line to use the data directory'
      : null,
  'keys.provider': (value) =>
    typeof value === 'string' && ['vault-transit', 'aws-kms', 'pkcs11'].includes(value)
      ? 'key providers other than `file` are not built yet: write `file`'
      : null,
}

/** The sentence that refuses a section of a later release; null when the name is not one. */
export function unbuiltSection(name: string): string | null {
  const purpose = Object.hasOwn(UNBUILT_SECTIONS, name) ? UNBUILT_SECTIONS[name] : undefined
  return purpose === undefined ? null : `not built yet: ${purpose}. Remove it, nothing would use it`
}

/** The sentence that refuses a value of a later release; null when this release decides on the value. */
export function unbuiltValue(path: string, value: unknown): string | null {
  return UNBUILT_VALUES[path]?.(value) ?? null
}
