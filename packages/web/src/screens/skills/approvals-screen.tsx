import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useKeyset } from '../../keyset.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button, TextLink } from '../../parts/button.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { ShowMore } from '../../parts/show-more.tsx'
import { Empty, Loading } from '../../parts/state.tsx'
import { Table } from '../../parts/table.tsx'
import { notifyRefusal } from '../../parts/toast.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { ApprovalCard } from '../chat/thread/approval-card.tsx'
import { APPROVALS, useApprovals } from './approvals.ts'
import { skillsWords } from './skills-words.ts'

const words = defineWords('approvals', {
  lead: {
    en: 'Calls that do more than read wait here, and in their conversation, until you decide about exactly these arguments.',
    zh: '会产生影响的调用在此（以及各自的对话中）等待，由您就其确切参数作出决定。',
  },
  none: { en: 'Nothing waits', zh: '没有等待的调用' },
  conversation: { en: 'To the conversation', zh: '前往对话' },
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
  const decided = (): Promise<unknown> =>
    Promise.all([
      queries.invalidateQueries({ queryKey: APPROVALS }),
      queries.invalidateQueries({ queryKey: ['skills', 'grants'] }),
    ])
  return (
    <Page title={s('approvals')} lead={w('lead')}>
      {approvals.query.isPending ? (
        <Loading />
      ) : approvals.query.error && approvals.items.length === 0 ? (
        <Refused error={approvals.query.error} onRetry={() => void approvals.query.refetch()} />
      ) : approvals.items.length === 0 ? (
        <Empty title={w('none')} />
      ) : (
        <>
          <ul className="grid gap-3">
            {approvals.items.map((approval) => (
              <li key={approval.id}>
                <ApprovalCard approval={approval} heading="h2" onDecided={decided}>
                  <TextLink to="/chat/$id" params={{ id: approval.conversation }} className="text-small">
                    {w('conversation')}
                  </TextLink>
                </ApprovalCard>
              </li>
            ))}
          </ul>
          <ShowMore query={approvals.query} />
        </>
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
