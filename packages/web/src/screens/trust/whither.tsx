import type { Explanation } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { ClassChip, ZoneChip } from '../../parts/chip.tsx'
import { Shown } from '../../parts/state.tsx'
import { Counts } from './counts.tsx'
import { sumOf } from './keeping.ts'
import { Reasons } from './reasons.tsx'
import { RefusalLine } from '../../refusal/refusal-line.tsx'
import { useRuleTitle } from './rule-name.tsx'
import { skipReason } from './skip-reasons.ts'

const words = defineWords('whither', {
  class: { en: 'It would be', zh: '级别为' },
  because: { en: 'Because', zh: '原因' },
  goes: { en: 'It would go to', zh: '会发往' },
  next: { en: '{at}. if the one before fails', zh: '{at}. 前一个失败时' },
  rule: { en: 'By rule', zh: '依据规则' },
  noRule: { en: 'No rule is needed for that.', zh: '不需要规则。' },
  refused: { en: 'It would be refused', zh: '会被拒绝' },
  skipped: { en: 'Not to {target}', zh: '不发往 {target}' },
  asIs: { en: 'As it is', zh: '原样' },
  profile: { en: 'masked by {profile}', zh: '按 {profile} 脱敏' },
  nothing: { en: 'nothing in it has to be masked', zh: '其中没有需要脱敏的内容' },
})

interface WhitherProps {
  readonly query: {
    readonly data: Explanation | undefined
    readonly error: unknown
    readonly refetch: () => unknown
  }
}

/** Where something would go, in the order in which it is decided: class, rule, targets. */
export function Whither({ query }: WhitherProps): ReactNode {
  const w = useWords(words)
  const ruleTitle = useRuleTitle()
  return (
    <Shown query={query}>
      {({ class: of, because, rule, attempts, skipped, refused }) => (
        <dl className="grid gap-3 text-small" aria-live="polite">
          <Row name={w('class')}>
            <ClassChip of={of} />
          </Row>
          <Row name={w('because')}>
            <Reasons because={because} />
          </Row>
          <Row name={w('rule')}>{rule === null ? w('noRule') : ruleTitle(rule)}</Row>
          {refused === null ? (
            <Row name={w('goes')}>
              <ol className="grid gap-2">
                {attempts.map((attempt, at) => (
                  <li key={`${attempt.target} ${attempt.model ?? ''}`} className="space-y-1">
                    {at > 0 && <p className="text-tiny text-soft">{w('next', { at: at + 1 })}</p>}
                    <p className="flex flex-wrap items-center gap-2">
                      <ZoneChip zone={attempt.zone}>
                        {attempt.zone === 'local' ? undefined : attempt.target}
                      </ZoneChip>
                      <span className="text-soft">
                        {attempt.zone !== 'managed' || attempt.desensitise === null
                          ? w('asIs')
                          : w('profile', { profile: attempt.desensitise })}
                      </span>
                    </p>
                    {attempt.zone === 'managed' &&
                      attempt.masked !== undefined &&
                      (sumOf(attempt.masked) === 0 ? (
                        <p className="text-soft">{w('nothing')}</p>
                      ) : (
                        <Counts of={attempt.masked} />
                      ))}
                  </li>
                ))}
              </ol>
            </Row>
          ) : (
            <Row name={w('refused')}>
              <RefusalLine refusal={refused} />
            </Row>
          )}
          {skipped.map((one) => (
            <Row key={one.target} name={w('skipped', { target: one.target })}>
              {skipReason(one)}
            </Row>
          ))}
        </dl>
      )}
    </Shown>
  )
}

const Row = ({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode => (
  <div className="grid gap-x-4 gap-y-0.5 wide:grid-cols-[8rem_1fr]">
    <dt className="text-soft">{name}</dt>
    <dd className="min-w-0">{children}</dd>
  </div>
)
