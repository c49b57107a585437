import type { DryRunView, RouteView, ShadowSide } from '@freehold/sdk'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { number } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button, TextLink } from '../../parts/button.tsx'
import { Chip, ClassChip } from '../../parts/chip.tsx'
import type { Tone } from '../../parts/chip.tsx'
import { TextArea } from '../../parts/field.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Section, Sheet } from '../../parts/page.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { readRules, settingsRules } from './route-inputs.ts'
import { useRuleTitle } from './rule-name.tsx'
import { refusedProblem } from './routing-problems.ts'

const words = defineWords('dry-run', {
  title: { en: 'Try other rules on recent requests', zh: '在最近的请求上试用其他规则' },
  lead: {
    en: 'Edit the rules of the settings; those of the file stay before them. They are tried on what was asked before; nothing is changed and nothing is sent.',
    zh: '编辑设置中的规则，文件中的规则仍排在前面。它们只在以往的请求上试算，不会更改或发送任何内容。',
  },
  rules: { en: 'Rules of the settings, as JSON', zh: '设置中的规则（JSON）' },
  wrong: { en: 'This is no JSON list of rules.', zh: '这不是 JSON 格式的规则列表。' },
  try: { en: 'Try on recent requests', zh: '在最近的请求上试算' },
  reset: { en: 'As they are now', zh: '恢复为当前规则' },
  compared: {
    en: '{compared} of {looked} requests could be compared.',
    zh: '{looked} 个请求中有 {compared} 个可以比较。',
  },
  none: { en: 'Nothing would change.', zh: '不会有任何变化。' },
  differing: { en: 'Requests that would be treated otherwise', zh: '处理方式会改变的请求' },
  request: { en: 'Request', zh: '请求' },
  was: { en: 'Today', zh: '现在' },
  wouldBe: { en: 'By these rules', zh: '按这些规则' },
  nowhere: { en: 'nowhere', zh: '不发往任何地方' },
  same: { en: 'The same', zh: '相同' },
  other_target: { en: 'Another target', zh: '其他目标' },
  other_handling: { en: 'Masked otherwise', zh: '脱敏方式不同' },
  would_refuse: { en: 'Would be refused', zh: '会被拒绝' },
  would_answer: { en: 'Would be answered', zh: '会得到回答' },
  would_leave: { en: 'Would leave', zh: '会离开系统' },
  would_stay: { en: 'Would stay home', zh: '会留在内部' },
  failed: { en: 'Could not be compared', zh: '无法比较' },
})

type Outcome = DryRunView['differing'][number]['outcome']
const OUTCOMES: readonly (readonly [Outcome, Tone])[] = [
  ['same', 'plain'],
  ['would_leave', 'managed'],
  ['would_stay', 'local'],
  ['would_refuse', 'alarm'],
  ['would_answer', 'good'],
  ['other_target', 'plain'],
  ['other_handling', 'caution'],
  ['failed', 'plain'],
]
const TONES = new Map(OUTCOMES)

/** Edited rules, and what they would have made of what was asked before. */
export function DryRun({ rules }: { readonly rules: readonly RouteView[] }): ReactNode {
  const w = useWords(words)
  const current = JSON.stringify(settingsRules(rules), null, 2)
  const [edited, setEdited] = useState<string | null>(null)
  const text = edited ?? current
  const read = readRules(text)
  const run = useMutation({
    mutationFn: () => server.routes.dryRun({ routes: [...(read ?? [])] }),
  })
  return (
    <Section title={w('title')} lead={w('lead')}>
      <Sheet className="space-y-3">
        <TextArea
          label={w('rules')}
          value={text}
          rows={Math.min(18, text.split('\n').length + 1)}
          spellCheck={false}
          className="font-mono text-tiny"
          error={read === null ? w('wrong') : ''}
          onChange={(event) => setEdited(event.currentTarget.value)}
        />
        <div className="flex flex-wrap gap-2">
          <Button look="primary" disabled={read === null} isBusy={run.isPending} onClick={() => run.mutate()}>
            {w('try')}
          </Button>
          {edited !== null && edited !== current && (
            <Button onClick={() => setEdited(null)}>{w('reset')}</Button>
          )}
        </div>
        {run.error && <Refused error={run.error} reason={refusedProblem(run.error)} />}
        <div aria-live="polite">{run.data && <DryRunResult view={run.data} />}</div>
      </Sheet>
    </Section>
  )
}

/** What a dry run found: how many could be compared, what would change, and where. */
export function DryRunResult({ view }: { readonly view: DryRunView }): ReactNode {
  const w = useWords(words)
  return (
    <div className="space-y-3">
      <p className="text-small text-soft">
        {w('compared', { compared: number(view.compared), looked: number(view.looked) })}{' '}
        {view.differing.length === 0 && w('none')}
      </p>
      <Outcomes counts={view.counts} differing={view.differing} />
    </div>
  )
}

type Difference = Omit<DryRunView['differing'][number], 'model' | 'principal'> & {
  readonly model?: string | null
}

interface OutcomesProps {
  readonly counts: Readonly<Partial<Record<Outcome, number>>>
  readonly differing: readonly Difference[]
}

/** How many requests would be treated how, and those that would be treated otherwise. */
export function Outcomes({ counts, differing }: OutcomesProps): ReactNode {
  const w = useWords(words)
  return (
    <>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-small">
        {OUTCOMES.map(([outcome, tone]) => {
          const count = counts[outcome] ?? 0
          return (
            count > 0 && (
              <li key={outcome} className="flex items-center gap-1.5">
                <Chip tone={tone}>{w(outcome)}</Chip>
                <span className="tabular-nums">{number(count)}</span>
              </li>
            )
          )
        })}
      </ul>
      {differing.length > 0 && (
        <div
          className="overflow-x-auto rounded-medium border border-line"
          tabIndex={0}
          role="region"
          aria-label={w('differing')}
        >
          <table className="w-full min-w-md text-small">
            <caption className="unseen">{w('differing')}</caption>
            <thead>
              <tr className="border-b border-line text-soft">
                {(['request', 'was', 'wouldBe'] as const).map((column) => (
                  <th key={column} scope="col" className="px-3 py-1.5 text-start font-medium">
                    {w(column)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {differing.map(({ request, at, class: of, model, outcome, was, wouldBe }) => (
                <tr key={request} className="border-b border-line align-top last:border-0">
                  <td className="px-3 py-1.5">
                    <TextLink to={`/trust/requests/${request}`}>
                      <Moment at={at} />
                    </TextLink>{' '}
                    <ClassChip of={of} />
                    <span className="block text-tiny text-soft">{model}</span>
                  </td>
                  <td className="px-3 py-1.5">
                    <Side side={was} />
                  </td>
                  <td className="px-3 py-1.5">
                    <Chip tone={TONES.get(outcome) ?? 'plain'}>{w(outcome)}</Chip>
                    <Side side={wouldBe} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}

function Side({ side }: { readonly side: ShadowSide }): ReactNode {
  const w = useWords(words)
  const ruleTitle = useRuleTitle()
  return (
    <span className="block">
      {side.refused === null ? (
        side.targets.join(', ') || w('nowhere')
      ) : (
        <code className="font-mono text-tiny">{side.refused}</code>
      )}
      {side.rule !== null && <span className="block text-tiny text-soft">{ruleTitle(side.rule)}</span>}
    </span>
  )
}
