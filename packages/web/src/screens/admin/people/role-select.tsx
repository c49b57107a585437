import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { SelectField } from '../../../parts/field.tsx'
import { useNames } from '../../../session/power-words.ts'
import { useRoles } from './lists.ts'

const words = defineWords('role-select', {
  role: { en: 'Role', zh: '角色' },
})

interface RoleSelectProps {
  readonly value: string
  readonly onChange: (role: string) => void
}

/** The roles that the reader may give; the one that is there already is shown in any case. */
export function RoleSelect({ value, onChange }: RoleSelectProps): ReactNode {
  const w = useWords(words)
  const names = useNames()
  const { data: roles = [] } = useRoles()
  const offered = roles.filter(({ givable }) => givable).map(({ name }) => name)
  return (
    <SelectField label={w('role')} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {(offered.includes(value) ? offered : [value, ...offered]).map((role) => (
        <option key={role} value={role}>
          {names.role(role)}
        </option>
      ))}
    </SelectField>
  )
}
