import type { SkillKind } from '@freehold/contract/skill-manifest.ts'
import { MANIFEST_FILE } from '../manifest/read-manifest.ts'
import { code } from './code.ts'
import type { Named, Scaffold } from './head.ts'
import { SCHEMA_FILE, schemaText } from '../manifest/json-schema.ts'
import { headOf } from './head.ts'
import { http } from './http.ts'
import { mcp } from './mcp.ts'
import { openapi } from './openapi.ts'
import { prompt } from './prompt.ts'
import { workflow } from './workflow.ts'

const SCAFFOLDS: Readonly<Record<SkillKind, Scaffold>> = { http, openapi, code, prompt, workflow, mcp }

/** The files of a new skill by their paths: it can be packed, tested and checked as it is. */
export function scaffoldOf(kind: SkillKind, named: Named): ReadonlyMap<string, string> {
  const { manifest, files } = SCAFFOLDS[kind]
  return new Map([
    [MANIFEST_FILE, headOf(kind, named) + manifest],
    ...Object.entries(files),
    [SCHEMA_FILE, schemaText()],
  ])
}
