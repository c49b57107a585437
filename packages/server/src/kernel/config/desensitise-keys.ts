import type { FoundClasses, MaskingAction, ProfileRules } from '@freehold/contract/desensitise.ts'
import { foundInput, MASKING_ACTIONS, profileInput, profileName } from '@freehold/contract/desensitise.ts'
import { z } from 'zod'
import { structured } from './structured.ts'

export const desensitiseRow = structured({
  schema: z.record(profileName, profileInput).default({}),
  meaning:
    'Profiles that rules name in `desensitise`: what is done with each type of value before it leaves for a managed target. strict, pipl, gdpr, hipaa and secrets-only are always there.',
  expects: 'a section of names, each with a section of types and actions',
  reload: 'live',
  build(written, { refuse }): Readonly<Record<string, ProfileRules>> {
    for (const [name, rules] of Object.entries(written)) {
      if (name === 'none')
        refuse([name], 'is no name for a profile: `desensitise: none` means that nothing is masked')
      for (const [type, action] of Object.entries(rules)) {
        if (action !== undefined && !isBuilt(action)) {
          refuse(
            [name, type],
            `${action} is not built yet: use pseudonymise, which comes back in the answer as well`,
          )
        }
      }
    }
    // Whatever is no action was refused.
    return written as Readonly<Record<string, ProfileRules>>
  },
})

const isBuilt = (action: string): action is MaskingAction => MASKING_ACTIONS.some((one) => one === action)

export const foundRow = structured({
  schema: foundInput.default({}),
  meaning:
    'The class that a request is raised to when a value of a type is found in it; `default` is for types that are not named, and confidential without it.',
  expects: 'a section of types, each with a class',
  reload: 'live',
  build: (written): FoundClasses => written,
})
