import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { Grant, Measured } from './grants.ts'
import { grantsOf } from './grants.ts'

const shown = ({ kind, subject, words }: Measured): Grant => ({ kind, subject, words })

/** What a skill may do, a sentence each, for whoever is asked whether it shall be installed. */
export const permissionSummary = (manifest: SkillManifest): readonly Grant[] => grantsOf(manifest).map(shown)

/** What of a new version the earlier one could not do: anything here has to be approved again. */
export const permissionGrowth = (before: SkillManifest, after: SkillManifest): readonly Grant[] =>
  grantsOf(after)
    .filter((one) => !one.isWithin(before))
    .map(shown)
