import type { SkillKind } from '@freehold/contract/skill-manifest.ts'
import { Fault } from '../../kernel/fault.ts'
import type { SkillPackage, SkillRunner } from '../runner.ts'
import { openCode } from './code.ts'
import { openHttp } from './http.ts'
import { openOpenApi } from './openapi.ts'
import { openPrompt } from './prompt.ts'
import type { KindPorts } from './kind-ports.ts'

/** Makes the runner of one version of a skill. What it needs besides the skill it takes from the ports. */
type OpenSkill = (skill: SkillPackage, ports: KindPorts) => SkillRunner | Promise<SkillRunner>

/** One line for each kind; null where there is none in this version. */
const KINDS: Readonly<Record<SkillKind, OpenSkill | null>> = {
  http: openHttp,
  openapi: openOpenApi,
  prompt: openPrompt,
  code: openCode,
  mcp: null,
  workflow: null,
}

/** The runner of a skill, whatever its kind. @throws Fault `not_offered` for a kind that is not run here */
export async function openKind(skill: SkillPackage, ports: KindPorts): Promise<SkillRunner> {
  const { kind } = skill.manifest
  const open = KINDS[kind]
  if (open === null) {
    throw new Fault('not_offered', `Skills of kind ${kind} are not run by this version.`, { param: 'kind' })
  }
  return open(skill, ports)
}
