import type { ReactNode } from 'react'
import { Checkbox } from '../../../parts/field.tsx'

interface TickListProps {
  readonly label: string
  readonly options: readonly { readonly value: string; readonly text: string }[]
  readonly value: readonly string[]
  readonly onChange: (value: readonly string[]) => void
}

/** Any number of a few things. */
export function TickList({ label, options, value, onChange }: TickListProps): ReactNode {
  if (options.length === 0) return null
  return (
    <fieldset className="space-y-2">
      <legend className="text-small font-medium">{label}</legend>
      <div className="grid gap-2 wide:grid-cols-2">
        {options.map((option) => (
          <Checkbox
            key={option.value}
            label={option.text}
            checked={value.includes(option.value)}
            onChange={(isOn) =>
              onChange(isOn ? [...value, option.value] : value.filter((one) => one !== option.value))
            }
          />
        ))}
      </div>
    </fieldset>
  )
}
