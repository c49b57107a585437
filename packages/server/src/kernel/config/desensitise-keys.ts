import type { FoundClasses, ProfileRules } from '@freehold/contract/desensitise.ts'
import { foundInput, profileInput, profileName } from '@freehold/contract/desensitise.ts'
import { z } from 'zod'
import { structured } from './structured.ts'

export const desensitiseRow = structured({
  schema: z.record(profileName, profileInput).default({}),
  meaning:
    'Profiles that rules name in `desensitise`: what is done with each type of value before it leaves for a managed target. strict, pipl, gdpr, hipaa and secrets-only are always there.',
  expects: 'a section of names, each with a section of types and actions',
  reload: 'live',
  build(written, { refuse }): Readonly<Record<string, ProfileRules>> {
    for (const name of Object.keys(written)) {
      if (name === 'none')
        refuse([name], 'is no name for a profile: `desensitise: none` means that nothing is masked')
    }
    return written
  },
})

const tenantName = z.union([z.uuid(), z.literal('*')])

export const tenantProfilesRow = structured({
  schema: z.record(tenantName, profileName).default({}),
  meaning:
    'The profile that is at least used for what leaves for a managed target, by id of the tenant, `*` for every tenant that is not named; where rule or target say more, that is done.',
  expects: 'a section of tenants, each with the name of a profile',
  reload: 'live',
  build: (written): Readonly<Record<string, string>> => written,
})

export const foundRow = structured({
  schema: foundInput.default({}),
  meaning:
    'The class that a request is raised to when a value of a type is found in it; `default` is for types that are not named, and confidential without it.',
  expects: 'a section of types, each with a class',
  reload: 'live',
  build: (written): FoundClasses => written,
})
