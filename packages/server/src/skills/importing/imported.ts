import type { Remark } from '@freehold/contract/remark.ts'
import { createRequire } from 'node:module'
import type * as yamlPackage from 'yaml'
import type { SkillManifestInput } from '@freehold/contract/skill-manifest.ts'
import { SCHEMA_LINE } from '../manifest/json-schema.ts'
import { readManifest } from '../manifest/read-manifest.ts'

const load = createRequire(import.meta.url)

/** What could not be taken over as it was, or has to be done before the skill is of use. */
export interface ImportFinding {
  readonly rule: ImportRule
  readonly message: string
  /** The same by its code, where it has one. */
  readonly remark?: Remark
}

/** The names by which findings are known. */
export type ImportRule =
  | 'import-name'
  | 'import-field'
  | 'import-loose-yaml'
  | 'import-file'
  | 'import-program'
  | 'import-environment'
  | 'import-tools'
  | 'import-auth'
  | 'import-operation'
  | 'import-package'

/** A skill that was made of something else. */
export interface ImportedSkill {
  readonly name: string
  /** `skill.yaml`. */
  readonly manifest: string
  /** Files beside it, by path. */
  readonly files: ReadonlyMap<string, Buffer>
  readonly findings: readonly ImportFinding[]
}

/** The text of a manifest, in block style. It is read again, so that nothing is handed out that cannot be. @throws Fault `invalid` */
export function manifestText(manifest: SkillManifestInput, files: ReadonlyMap<string, Buffer>): string {
  const text = `${SCHEMA_LINE}\n${yamlText(manifest)}`
  readManifest(text, files)
  return text
}

/** YAML in block style, as the strictest readers take it. */
export function yamlText(value: unknown): string {
  // What Node loads has the types of its package.
  const { stringify } = load('yaml') as typeof yamlPackage
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
}

/** A name as manifests have it: lower-case letters, digits and single hyphens. */
export function nameOf(written: string): string {
  const plain = written
    .normalize('NFKD')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return plain.slice(0, 64).replace(/-+$/, '') || 'imported-skill'
}

/** `1.2` becomes 1.2.0; what is no version at all becomes 0.1.0. */
export function versionOf(written: unknown): string {
  const text =
    typeof written === 'number' ? String(written) : typeof written === 'string' ? written.trim() : ''
  const [, major, minor = '0', patch = '0', rest = ''] =
    /^v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?((?:-[0-9A-Za-z.-]{1,32})?)$/.exec(text) ?? []
  if (major === undefined) return '0.1.0'
  const suffix =
    /^-(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*$/.test(rest)
      ? rest
      : ''
  return `${[major, minor, patch].map(Number).join('.')}${suffix}`
}

/** One line of at most so many characters; null where nothing is left. */
export function lineOf(written: unknown, most: number): string | null {
  if (typeof written !== 'string' && typeof written !== 'number') return null
  const text = String(written)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  if (text === '') return null
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
