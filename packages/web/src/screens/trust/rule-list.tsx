import type { Explanation, RouteView } from '@freehold/sdk'
import { ArrowRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect, useRef } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { cx } from '../../parts/class-names.ts'
import { routingProblem } from './routing-problems.ts'
import { useCondition, useRuleTitle } from './rule-name.tsx'

const words = defineWords('rule-list', {
  label: { en: 'The rules, in the order in which they are tried', zh: '规则，按尝试顺序排列' },
  decides: { en: 'decides', zh: '由此决定' },
  class: { en: 'not for this class', zh: '不适用于该级别' },
  asked: { en: 'for other models or services', zh: '用于其他模型或服务' },
  share: { en: 'did not draw this conversation', zh: '未抽中该对话' },
  none: {
    en: 'There is no rule yet: everything is answered on this machine.',
    zh: '还没有规则：一切都在本机回答。',
  },
  masked: { en: 'masked by {profile}', zh: '按 {profile} 脱敏' },
  problem: { en: 'Not in use: {why}', zh: '未启用：{why}' },
})

interface RuleListProps {
  readonly rules: readonly RouteView[]
  /** Id of the one that decides; null: none does. */
  readonly chosen: string | null
  /** Why others are not for it. */
  readonly unmet?: NonNullable<Explanation['instead']>['rules']
}

/** All rules in their order, with the one that decides brought into sight. */
export function RuleList({ rules, chosen, unmet = [] }: RuleListProps): ReactNode {
  const w = useWords(words)
  const title = useRuleTitle()
  const condition = useCondition()
  const here = useRef<HTMLLIElement>(null)
  useEffect(() => {
    here.current?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  if (rules.length === 0) return <p className="text-small text-soft">{w('none')}</p>
  return (
    <ol aria-label={w('label')} className="divide-y divide-line rounded-medium border border-line text-small">
      {rules.map((rule) => {
        const isChosen = rule.id === chosen
        const why = unmet.find((one) => one.rule === rule.id)?.unmet
        return (
          <li
            key={rule.id}
            ref={isChosen ? here : undefined}
            aria-current={isChosen || undefined}
            className={cx(
              'grid gap-0.5 border-s-4 px-3 py-2 first:rounded-t-medium last:rounded-b-medium',
              isChosen ? 'border-s-accent bg-tint' : 'border-s-transparent forced-colors:border-s-[Canvas]',
              (chosen !== null || why === 'asked') && !isChosen && 'text-soft',
            )}
          >
            <p className="flex flex-wrap items-center gap-x-2">
              <span className={isChosen ? 'font-medium' : ''}>{condition(rule.when)}</span>
              <ArrowRight aria-hidden className="size-3.5 text-soft" />
              <span className="font-medium">{rule.to.flat().join(', ')}</span>
            </p>
            <p className="text-tiny text-soft">
              {title(rule.id)} · {w('masked', { profile: rule.desensitise })}
              {isChosen && <span className="ms-2 font-medium text-accent">{w('decides')}</span>}
              {why !== undefined && (
                <span className={cx('ms-2', why === 'class' && 'font-medium text-caution')}>{w(why)}</span>
              )}
            </p>
            {rule.problems.map((one) => (
              <p key={one.message} className="text-tiny text-alarm">
                {w('problem', { why: routingProblem(one) })}
              </p>
            ))}
          </li>
        )
      })}
    </ol>
  )
}
