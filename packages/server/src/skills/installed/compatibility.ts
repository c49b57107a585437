import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { SKILL_API } from '@freehold/contract/skill-manifest.ts'
import { Fault } from '../../kernel/fault.ts'
import { isInRange } from '../manifest/version-range.ts'

/** Why a skill does not run on this version of the platform; null where it does. */
export function unfit({ compat }: SkillManifest, platform: string, api: string = SKILL_API): string | null {
  if (compat.skillApi !== api) return `it is written for the skill API ${compat.skillApi}, and this is ${api}`
  // A version before a release counts as that release: what is tried here is what will be there.
  const [release = platform] = platform.split(/[-+]/)
  if (isInRange(platform, compat.platform) || isInRange(release, compat.platform)) return null
  return `it says that it runs on ${compat.platform}, and this is ${platform}`
}

/** @throws Fault `skill_denied` */
export function requireFits(manifest: SkillManifest, platform: string): void {
  const why = unfit(manifest, platform)
  if (why === null) return
  const { name, version } = manifest.metadata
  throw new Fault('skill_denied', `${name} ${version} does not fit: ${why}.`, { param: 'bundle' })
}
