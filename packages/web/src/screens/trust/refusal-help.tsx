import type { Explanation, RequestView, RouteView } from '@freehold/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { defineWords, useLanguage, useWords } from '../../language/words.ts'
import { Button, TextLink } from '../../parts/button.tsx'
import { classWords } from '../../data-classes.ts'
import { Section, Sheet } from '../../parts/page.tsx'
import { Shown } from '../../parts/state.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { DryRunResult } from './dry-run.tsx'
import type { Proposal } from './proposals.ts'
import { proposalsFor } from './proposals.ts'
import { settingsRules } from './route-inputs.ts'
import { RuleList } from './rule-list.tsx'
import { useRules } from './rule-name.tsx'
import { skipReason } from './skip-reasons.ts'
import { refusedProblem } from './routing-problems.ts'

const words = defineWords('refusal-help', {
  title: { en: 'By the rules of today', zh: '按当前规则' },
  lead: {
    en: 'The same class and model, decided anew without sending anything. Limits and policies of the person who asked are not part of it.',
    zh: '以相同的级别和模型重新判断，不发送任何内容；不计提问者本人的限额和策略。',
  },
  same: { en: 'The rules are the ones that decided then.', zh: '规则与当时相同。' },
  changed: { en: 'Rules or targets have changed since.', zh: '此后规则或目标已有变化。' },
  answered: {
    en: 'It would go to {targets} now.',
    zh: '现在会发往 {targets}。',
  },
  answeredSame: {
    en: 'The rules would let it go to {targets}: something of that request alone kept it back, such as a wish to keep it private, a limit, or content that cannot be masked.',
    zh: '按规则可以发往 {targets}：当时是该请求自身的原因被拒，例如要求保持私密、超出限额，或含有无法脱敏的内容。',
  },
  refused: { en: 'It would be refused again.', zh: '仍会被拒绝。' },
  not: { en: 'Not {target}', zh: '不发往 {target}' },
  rules: { en: 'What each rule says to it', zh: '各条规则的判断' },
  help: { en: 'What would help', zh: '怎样解决' },
  models: { en: 'Ask a model that may take class {class}:', zh: '改用可以接收“{class}”级别的模型：' },
  noModels: { en: 'No model may take class {class}.', zh: '没有模型可以接收“{class}”级别。' },
  home: {
    en: 'Answer it at home: a rule for class {class} and model {model} that leads to {targets}.',
    zh: '留在内部回答：为“{class}”级别和模型 {model} 添加一条发往 {targets} 的规则。',
  },
  local: {
    en: 'Answer it on this machine: a rule for class {class} and model {model} that leads to the built-in engine, which quotes from documents.',
    zh: '在本机回答：为“{class}”级别和模型 {model} 添加一条指向内置引擎的规则（内置引擎从文档中摘引）。',
  },
  leave: {
    en: 'Let class {class} leave for {targets}, masked by {profile}.',
    zh: '允许“{class}”级别按 {profile} 脱敏后发往 {targets}。',
  },
  try: { en: 'What would it change?', zh: '会带来什么变化？' },
  edit: { en: 'Open in the rules', zh: '在规则中打开' },
  asked: {
    en: 'You decide about models; about rules, somebody who looks after the settings.',
    zh: '模型由您选择；规则由管理设置的人决定。',
  },
})

/** Why a request that was refused would be refused today, rule by rule, and what would help; for whoever may, what a change would do. */
export function RefusalHelp({ record }: { readonly record: RequestView }): ReactNode {
  const w = useWords(words)
  const explained = useQuery({
    queryKey: ['trust', 'explain', 'request', record.id],
    queryFn: () => server.routes.explain({ request: record.id }),
  })
  return (
    <Section title={w('title')} lead={w('lead')}>
      <Shown query={explained}>{(data) => <Explained record={record} explained={data} />}</Shown>
    </Section>
  )
}

interface ExplainedProps {
  readonly record: RequestView
  readonly explained: Explanation
}

function Explained({ record, explained }: ExplainedProps): ReactNode {
  const w = useWords(words)
  const rules = useRules()
  useLanguage()
  const { attempts, skipped, refused, instead, rule } = explained
  const isSame = record.config === explained.version
  const targets = attempts.map(({ target }) => target).join(', ')
  return (
    <Sheet className="space-y-4 text-small">
      <div className="space-y-1">
        <p className="font-medium">
          {refused === null ? w(isSame ? 'answeredSame' : 'answered', { targets }) : w('refused')}
        </p>
        {record.config !== null && <p className="text-soft">{w(isSame ? 'same' : 'changed')}</p>}
        {skipped.map((one) => (
          <p key={one.target}>
            <span className="font-medium">{w('not', { target: one.target })}</span>: {skipReason(one)}
          </p>
        ))}
      </div>
      {rules !== null && (
        <div className="space-y-1.5">
          <h3 className="font-medium">{w('rules')}</h3>
          <RuleList rules={rules} chosen={rule} {...(instead && { unmet: instead.rules })} />
        </div>
      )}
      {instead !== undefined && <Help record={record} instead={instead} rules={rules} />}
    </Sheet>
  )
}

interface HelpProps {
  readonly record: RequestView
  readonly instead: NonNullable<Explanation['instead']>
  /** Null: one may not see them. */
  readonly rules: readonly RouteView[] | null
}

function Help({ record, instead, rules }: HelpProps): ReactNode {
  const w = useWords(words)
  const c = useWords(classWords)
  const maySettings = useMay()('settings')
  const targets = useQuery({
    queryKey: ['trust', 'targets'],
    queryFn: () => server.targets.list(),
    enabled: maySettings,
  })
  const otherClass = new Set(instead.rules.flatMap(({ rule, unmet }) => (unmet === 'class' ? [rule] : [])))
  const proposals =
    rules === null || targets.data === undefined || record.rule !== null
      ? []
      : proposalsFor({ record, rules, targets: targets.data.data, otherClass })
  return (
    <div className="space-y-2">
      <h3 className="font-medium">{w('help')}</h3>
      <ul className="divide-y divide-line rounded-medium border border-line">
        <li className="flex flex-wrap items-center gap-x-2 gap-y-1 px-3 py-2">
          {w(instead.models.length > 0 ? 'models' : 'noModels', { class: c(record.class) })}
          {instead.models.map((model) => (
            <code key={model} className="rounded-small bg-sunk px-1.5 font-mono text-tiny">
              {model}
            </code>
          ))}
        </li>
        {proposals.map((proposal) => (
          <li key={proposal.kind} className="px-3 py-2">
            <Proposed proposal={proposal} record={record} rules={rules ?? []} />
          </li>
        ))}
      </ul>
      {!maySettings && <p className="text-soft">{w('asked')}</p>}
    </div>
  )
}

interface ProposedProps {
  readonly proposal: Proposal
  readonly record: RequestView
  readonly rules: readonly RouteView[]
}

/** A rule that would help, what it would have changed lately, and the way to where it is made. */
function Proposed({ proposal, record, rules }: ProposedProps): ReactNode {
  const w = useWords(words)
  const c = useWords(classWords)
  const { kind, targets, rule } = proposal
  const run = useMutation({
    mutationFn: () => server.routes.dryRun({ routes: [...settingsRules(rules), rule] }),
  })
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="min-w-0 grow basis-80">
          {w(targets[0] === 'local' ? 'local' : kind, {
            class: c(record.class),
            model: record.modelAsked ?? '',
            targets: targets.join(', '),
            profile: rule.desensitise ?? '',
          })}
        </p>
        <Button size="small" isBusy={run.isPending} onClick={() => run.mutate()}>
          {w('try')}
        </Button>
        <TextLink to="/admin/routes" search={{ add: rule }}>
          {w('edit')}
        </TextLink>
      </div>
      {run.error && <Refused error={run.error} reason={refusedProblem(run.error)} />}
      <div aria-live="polite">{run.data && <DryRunResult view={run.data} />}</div>
    </div>
  )
}
