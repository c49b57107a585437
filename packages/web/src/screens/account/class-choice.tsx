import type { DataClass } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { SelectField } from '../../parts/field.tsx'
import { DATA_CLASSES, classWords } from '../../data-classes.ts'

const words = defineWords('class-choice', {
  class: { en: 'What it sends counts as at least', zh: '发送的内容至少视为' },
  ceiling: { en: 'It reads and sends up to', zh: '可读取和发送的最高密级' },
})

export interface ClassRange {
  readonly class: DataClass
  readonly ceiling: DataClass
}

interface ClassChoiceProps {
  readonly value: ClassRange
  readonly onChange: (value: ClassRange) => void
}

/** How confidential what a program sends counts at least, and may be at most. */
export function ClassChoice({ value, onChange }: ClassChoiceProps): ReactNode {
  const w = useWords(words)
  const c = useWords(classWords)
  return (
    <div className="grid gap-3 wide:grid-cols-2">
      {(['class', 'ceiling'] as const).map((name) => (
        <SelectField
          key={name}
          label={w(name)}
          value={value[name]}
          onChange={(event) => {
            const chosen = DATA_CLASSES.find((one) => one === event.currentTarget.value)
            if (chosen !== undefined) onChange({ ...value, [name]: chosen })
          }}
        >
          {DATA_CLASSES.map((one) => (
            <option key={one} value={one}>
              {c(one)}
            </option>
          ))}
        </SelectField>
      ))}
    </div>
  )
}
