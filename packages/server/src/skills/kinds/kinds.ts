import type { SkillKind } from '@freehold/contract/skill-manifest.ts'
import type { SkillPackage, SkillRunner } from '../runner.ts'
import { openCode } from './code.ts'
import { openHttp } from './http.ts'
import { openMcpSkill } from './mcp.ts'
import { openOpenApi } from './openapi.ts'
import { openPrompt } from './prompt.ts'
import type { KindPorts } from './kind-ports.ts'
import { openWorkflow } from './workflow.ts'

/** Makes the runner of one version of a skill. What it needs besides the skill it takes from the ports. */
type OpenSkill = (skill: SkillPackage, ports: KindPorts) => SkillRunner | Promise<SkillRunner>

/** One line for each kind. */
const KINDS: Readonly<Record<SkillKind, OpenSkill>> = {
  http: openHttp,
  openapi: openOpenApi,
  prompt: openPrompt,
  code: openCode,
  mcp: openMcpSkill,
  workflow: openWorkflow,
}

/** The runner of a skill, whatever its kind. @throws Fault for what cannot be run here */
export const openKind = async (skill: SkillPackage, ports: KindPorts): Promise<SkillRunner> =>
  await KINDS[skill.manifest.kind](skill, ports)
