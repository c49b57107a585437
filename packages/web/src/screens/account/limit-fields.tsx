import type { Limits } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { number } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { TextField } from '../../parts/field.tsx'
import type { LimitTexts } from './limits.ts'
import { LIMITS } from './limits.ts'

const words = defineWords('limits', {
  title: { en: 'At most', zh: '上限' },
  line: { en: '{name}: {value}', zh: '{name}：{value}' },
  help: { en: 'What is left empty is not bounded.', zh: '留空表示不限制。' },
  rpm: { en: 'Requests per minute', zh: '每分钟请求数' },
  concurrent: { en: 'Requests at the same time', zh: '同时进行的请求数' },
  tokensPerDay: { en: 'Tokens per day', zh: '每日词元数' },
  moneyPerDay: { en: 'Cost per day', zh: '每日费用' },
  tokensPerMonth: { en: 'Tokens per month', zh: '每月词元数' },
  moneyPerMonth: { en: 'Cost per month', zh: '每月费用' },
})

interface LimitFieldsProps {
  readonly value: LimitTexts
  readonly onChange: (value: LimitTexts) => void
  /** What is spent, and not how often or how much at once. */
  readonly isSpendingOnly?: boolean
}

export function LimitFields({ value, onChange, isSpendingOnly = false }: LimitFieldsProps): ReactNode {
  const w = useWords(words)
  return (
    <fieldset className="space-y-2">
      <legend className="text-small font-medium">{w('title')}</legend>
      <p className="text-small text-soft">{w('help')}</p>
      <div className="grid gap-3 wide:grid-cols-2">
        {LIMITS.filter((name) => !isSpendingOnly || name.includes('Per')).map((name) => (
          <TextField
            key={name}
            label={w(name)}
            inputMode={name.startsWith('money') ? 'decimal' : 'numeric'}
            value={value[name] ?? ''}
            onChange={(event) => onChange({ ...value, [name]: event.currentTarget.value })}
          />
        ))}
      </div>
    </fieldset>
  )
}

/** Limits in words, for lists. */
export function useLimitLines(): (limits: Limits) => readonly string[] {
  const w = useWords(words)
  return (limits) =>
    LIMITS.flatMap((name) => {
      const value = limits[name]
      return value === undefined ? [] : [w('line', { name: w(name), value: number(value) })]
    })
}
