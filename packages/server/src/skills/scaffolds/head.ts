import type { SkillKind } from '@freehold/contract/skill-manifest.ts'
import { SCHEMA_LINE } from '../manifest/json-schema.ts'

/** What a new skill is called, and by whom. */
export interface Named {
  readonly name: string
  readonly publisher: string
}

/** Files of a new skill besides its manifest, and what its manifest says below its head. */
export interface Scaffold {
  readonly manifest: string
  readonly files: Readonly<Record<string, string>>
}

const titleOf = (name: string): string => {
  const words = name.replaceAll('-', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

/** The part of a manifest that is alike for every kind. */
export const headOf = (kind: SkillKind, { name, publisher }: Named): string =>
  `${SCHEMA_LINE}
apiVersion: freehold.dev/v1
kind: ${kind}
metadata:
  name: ${name}
  version: 0.1.0
  publisher: ${publisher}
  title: ${titleOf(name)}
  description: Say in one or two sentences what it does and when somebody wants it.
  licence: Apache-2.0
`
