import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ApprovalDecision, ApprovalView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useKeyset } from '../../keyset.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip, ClassChip } from '../../parts/chip.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Empty, Loading } from '../../parts/state.tsx'
import { Table } from '../../parts/table.tsx'
import { notifyRefusal } from '../../parts/toast.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { APPROVALS, useApprovals } from './approvals.ts'
import { effectWords, skillsWords } from './skills-words.ts'

const words = defineWords('approvals', {
  lead: {
    en: 'Calls that do more than read wait here, and in their conversation, until you decide about exactly these arguments.',
    zh: '会产生影响的调用在此（以及各自的对话中）等待，由您就其确切参数作出决定。',
  },
  none: { en: 'Nothing waits', zh: '没有等待的调用' },
  always: { en: 'The skill asks each time.', zh: '该技能每次都会询问。' },
  policy: { en: 'What it does is asked for here.', zh: '此类操作需要询问。' },
  untrusted: {
    en: 'Text of others is in the conversation, and may have ordered it.',
    zh: '对话中有来自他人的文字，可能由其引起。',
  },
  arguments: { en: 'Arguments', zh: '参数' },
  once: { en: 'Allow once', zh: '允许这一次' },
  remember: { en: 'Always for this', zh: '始终允许此项' },
  deny: { en: 'Deny', zh: '拒绝' },
  conversation: { en: 'To the conversation', zh: '前往对话' },
  expires: { en: 'expires', zh: '失效于' },
  grants: { en: 'Remembered', zh: '已记住的许可' },
  grantsLead: { en: 'What is called without asking you.', zh: '无需询问即可调用的内容。' },
  noGrants: { en: 'Nothing is remembered', zh: '没有记住的许可' },
  tool: { en: 'Tool', zh: '工具' },
  scope: { en: 'Of what', zh: '范围' },
  whole: { en: 'the whole tool', zh: '整个工具' },
  until: { en: 'Until', zh: '有效至' },
  actions: { en: 'Actions', zh: '操作' },
  revoke: { en: 'Forget', zh: '取消' },
})

/** The inbox of what waits for a yes, and what needs none any more. */
export function ApprovalsScreen(): ReactNode {
  const s = useWords(skillsWords)
  const w = useWords(words)
  const queries = useQueryClient()
  const approvals = useApprovals()
  const grants = useKeyset(['skills', 'grants'], (after) =>
    server.toolGrants.list({ limit: 100, ...(after !== undefined && { after }) }),
  )
  const revoke = useMutation({
    mutationFn: (id: string) => server.toolGrants.revoke(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['skills', 'grants'] }),
    onError: notifyRefusal,
  })
  return (
    <Page title={s('approvals')} lead={w('lead')}>
      {approvals.query.isPending ? (
        <Loading />
      ) : approvals.query.error ? (
        <Refused error={approvals.query.error} onRetry={() => void approvals.query.refetch()} />
      ) : approvals.items.length === 0 ? (
        <Empty title={w('none')} />
      ) : (
        <ul className="grid gap-3">
          {approvals.items.map((approval) => (
            <li key={approval.id}>
              <ApprovalCard approval={approval} />
            </li>
          ))}
        </ul>
      )}
      <Section title={w('grants')} lead={w('grantsLead')}>
        <Table
          label={w('grants')}
          list={grants}
          keyOf={({ id }) => id}
          empty={<Empty title={w('noGrants')} />}
          columns={[
            {
              id: 'tool',
              title: w('tool'),
              cell: ({ tool }) => <code>{tool}</code>,
              text: ({ tool }) => tool,
            },
            {
              id: 'scope',
              title: w('scope'),
              cell: ({ scope }) => (scope === '' ? w('whole') : <code>{scope}</code>),
              text: ({ scope }) => scope,
            },
            {
              id: 'until',
              title: w('until'),
              cell: ({ expiresAt }) => <Moment at={expiresAt} />,
              text: ({ expiresAt }) => expiresAt,
            },
            {
              id: 'actions',
              title: w('actions'),
              cell: ({ id, tool }) => (
                <Button size="small" aria-label={`${w('revoke')}: ${tool}`} onClick={() => revoke.mutate(id)}>
                  {w('revoke')}
                </Button>
              ),
            },
          ]}
        />
      </Section>
    </Page>
  )
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}

function ApprovalCard({ approval }: { readonly approval: ApprovalView }): ReactNode {
  const w = useWords(words)
  const e = useWords(effectWords)
  const queries = useQueryClient()
  const decision = useMutation({
    mutationFn: (choice: ApprovalDecision) => server.approvals.decide(approval.id, { decision: choice }),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: APPROVALS }),
        queries.invalidateQueries({ queryKey: ['skills', 'grants'] }),
      ]),
  })
  const decide = (choice: ApprovalDecision): void => {
    if (!decision.isPending) decision.mutate(choice)
  }
  return (
    <article className="space-y-3 rounded-large border border-caution/50 bg-sheet p-4">
      <h2 className="flex flex-wrap items-center gap-2 font-sans">
        <code className="font-medium">{approval.tool}</code>
        <Chip tone="caution">{e(approval.effect)}</Chip>
        <ClassChip of={approval.class} />
        <span className="text-tiny text-soft">
          {w('expires')} <Moment at={approval.expiresAt} />
        </span>
      </h2>
      <p className="text-small">{w(approval.because)}</p>
      <pre
        tabIndex={0}
        aria-label={w('arguments')}
        className="max-h-64 overflow-auto rounded-medium bg-sunk p-3 font-mono text-small whitespace-pre-wrap"
      >
        {pretty(approval.arguments)}
      </pre>
      {decision.error !== null && <Refused error={decision.error} />}
      <div className="flex flex-wrap items-center gap-2">
        <Button look="primary" isBusy={decision.isPending} onClick={() => decide('once')}>
          {w('once')}
        </Button>
        {approval.mayRemember && <Button onClick={() => decide('always')}>{w('remember')}</Button>}
        <Button look="danger" onClick={() => decide('deny')}>
          {w('deny')}
        </Button>
        <Link
          to="/chat/$id"
          params={{ id: approval.conversation }}
          className="text-small text-accent underline underline-offset-2"
        >
          {w('conversation')}
        </Link>
      </div>
    </article>
  )
}
