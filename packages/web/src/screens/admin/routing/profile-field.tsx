import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { SelectField } from '../../../parts/field.tsx'
import { rulesQuery, targetsQuery } from './targets.ts'

const words = defineWords('profile-field', {
  strict: { en: 'strict: the usual', zh: 'strict：默认' },
  none: { en: 'none: nothing is masked', zh: 'none：不脱敏' },
  asRule: { en: 'As its rules say', zh: '由规则决定' },
})

/** Those that are always there; those of the configuration are known by whoever uses them. */
const PROFILES = ['strict', 'pipl', 'gdpr', 'hipaa', 'secrets-only']

interface ProfileFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** It may say nothing, and then never that nothing is masked. */
  readonly isOptional?: boolean
}

/** By which profile what leaves for a managed target is masked. */
export function ProfileField({ label, value, onChange, isOptional = false }: ProfileFieldProps): ReactNode {
  const w = useWords(words)
  const rules = useQuery(rulesQuery)
  const targets = useQuery(targetsQuery)
  const used = [
    value,
    ...(rules.data?.data ?? []).map(({ desensitise }) => desensitise),
    ...(targets.data?.data ?? []).map(({ desensitise }) => desensitise ?? ''),
  ].filter((name) => name !== '' && name !== 'none')
  return (
    <SelectField label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {isOptional && <option value="">{w('asRule')}</option>}
      {[...new Set([...PROFILES, ...used])].map((name) => (
        <option key={name} value={name}>
          {name === 'strict' ? w('strict') : name}
        </option>
      ))}
      {!isOptional && <option value="none">{w('none')}</option>}
    </SelectField>
  )
}
