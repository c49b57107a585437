import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { skillManifest } from '@freehold/contract/skill-manifest.ts'
import { parse } from 'yaml'
import { Fault } from '../../kernel/fault.ts'
import { parseInput } from '../../kernel/input.ts'

/** @throws Fault `invalid` that names the field */
export function manifestOf(files: ReadonlyMap<string, Buffer>): SkillManifest {
  const text = files.get('skill.yaml')?.toString('utf8') ?? ''
  let written: unknown
  try {
    written = parse(text, { maxAliasCount: 0, logLevel: 'error' })
  } catch (error) {
    throw new Fault('invalid', 'skill.yaml is no YAML.', { param: 'skill.yaml', cause: error })
  }
  return parseInput(skillManifest, written)
}
