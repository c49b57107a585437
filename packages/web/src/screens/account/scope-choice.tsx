import type { ReactNode } from 'react'
import { Checkbox } from '../../parts/field.tsx'
import { SCOPES, useNames } from '../../session/power-words.ts'
import { useMay } from '../../session/session.ts'

export type OneScope = (typeof SCOPES)[number]

/** What keys and service accounts have unless told otherwise. */
export const USUAL: readonly OneScope[] = [
  'model',
  'service',
  'knowledge',
  'conversations',
  'skills',
  'requests',
]

interface ScopeChoiceProps {
  readonly label: string
  readonly value: readonly OneScope[]
  readonly onChange: (value: readonly OneScope[]) => void
}

/** Scopes to be ticked; nobody is offered what they could not give. */
export function ScopeChoice({ label, value, onChange }: ScopeChoiceProps): ReactNode {
  const may = useMay()
  const names = useNames()
  return (
    <fieldset className="space-y-2">
      <legend className="text-small font-medium">{label}</legend>
      <div className="grid gap-2 wide:grid-cols-2">
        {SCOPES.filter((scope) => may(scope)).map((scope) => (
          <Checkbox
            key={scope}
            label={names.scope(scope)}
            checked={value.includes(scope)}
            onChange={(isOn) =>
              onChange(SCOPES.filter((one) => (one === scope ? isOn : value.includes(one))))
            }
          />
        ))}
      </div>
    </fieldset>
  )
}
