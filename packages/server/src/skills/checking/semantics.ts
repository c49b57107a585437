import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { isAllowedLicence } from './licences.ts'
import { imitatedPublisher, imitatedSkill } from './names.ts'
import type { DocumentFinding } from './openapi.ts'

const at = (rule: string, words: string): DocumentFinding => ({ rule, path: 'skill.yaml', words })

/** What a certifier looks at in a manifest besides what makes it one. */
export function findInManifest({ metadata }: SkillManifest): readonly DocumentFinding[] {
  return [
    ...(isAllowedLicence(metadata.licence) ? [] : [at('supply.licence', metadata.licence)]),
    ...(imitatedSkill(metadata.name) === null ? [] : [at('name.imitates-skill', metadata.name)]),
    ...(imitatedPublisher(metadata.publisher) === null
      ? []
      : [at('name.imitates-publisher', metadata.publisher)]),
  ]
}
