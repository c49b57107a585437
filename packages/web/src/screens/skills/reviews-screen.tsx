import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SkillDecision, SkillReviewView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useKeyset } from '../../keyset.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { TextArea } from '../../parts/field.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, Shown } from '../../parts/state.tsx'
import { Table } from '../../parts/table.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { ReportView } from './report-view.tsx'
import { own } from './both.ts'
import { skillsWords } from './skills-words.ts'

const words = defineWords('reviews', {
  lead: {
    en: 'Skills of which the check was not sure. Whoever decides says why, and both are signed and on record.',
    zh: '检查无法确定的技能。作出决定的人须说明理由，决定与理由都会签名并记录在案。',
  },
  none: { en: 'Nothing waits for a review', zh: '没有等待审查的技能' },
  skill: { en: 'Skill', zh: '技能' },
  publisher: { en: 'Publisher', zh: '发布者' },
  created: { en: 'Since', zh: '开始于' },
  state: { en: 'State', zh: '状态' },
  waits: { en: 'Waits', zh: '等待中' },
  approve: { en: 'Approve', zh: '批准' },
  reject: { en: 'Reject', zh: '驳回' },
  approved: { en: 'Approved', zh: '已批准' },
  rejected: { en: 'Rejected', zh: '已驳回' },
  open: { en: 'Look at {skill}', zh: '查看 {skill}' },
  reason: { en: 'Why', zh: '理由' },
  reasonHelp: {
    en: 'It is signed with the decision and stands on record.',
    zh: '理由会与决定一同签名并记录在案。',
  },
})

/** The queue of skills that a person has to decide about. */
export function ReviewsScreen(): ReactNode {
  const s = useWords(skillsWords)
  const w = useWords(words)
  const [opened, setOpened] = useState<string | null>(null)
  const list = useKeyset(['skills', 'reviews'], (after) =>
    server.skillReviews.list({ limit: 50, ...(after !== undefined && { after }) }),
  )
  const stateOf = ({ decision }: SkillReviewView): string =>
    w(decision === null ? 'waits' : decision === 'approve' ? 'approved' : 'rejected')
  return (
    <Page title={s('reviews')} lead={w('lead')} isWide>
      <Table
        label={s('reviews')}
        list={list}
        keyOf={({ id }) => id}
        empty={<Empty title={w('none')} />}
        columns={[
          {
            id: 'skill',
            title: w('skill'),
            cell: ({ id, skill, version }) => (
              <button
                type="button"
                aria-label={w('open', { skill })}
                className="text-accent hover:underline"
                onClick={() => setOpened(id)}
              >
                {skill} {version}
              </button>
            ),
            text: ({ skill, version }) => `${skill} ${version}`,
          },
          {
            id: 'publisher',
            title: w('publisher'),
            cell: ({ publisher }) => publisher,
            text: ({ publisher }) => publisher,
            isMinor: true,
          },
          {
            id: 'created',
            title: w('created'),
            cell: ({ createdAt }) => <Moment at={createdAt} />,
            text: ({ createdAt }) => createdAt,
            isMinor: true,
          },
          {
            id: 'state',
            title: w('state'),
            cell: (review) => (
              <Chip tone={review.decision === null ? 'caution' : 'plain'}>{stateOf(review)}</Chip>
            ),
            text: stateOf,
          },
        ]}
      />
      <Dialog shape="drawer" isOpen={opened !== null} onClose={() => setOpened(null)} title={s('reviews')}>
        {opened !== null && <Review id={opened} onDone={() => setOpened(null)} />}
      </Dialog>
    </Page>
  )
}

interface ReviewProps {
  readonly id: string
  readonly onDone: () => void
}

function Review({ id, onDone }: ReviewProps): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const review = useQuery({
    queryKey: ['skills', 'review', id],
    queryFn: () => server.skillReviews.get(id),
  })
  const decision = useMutation({
    mutationFn: (choice: SkillDecision) =>
      server.skillReviews.decide(id, { decision: choice, reason: reason.trim() }),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['skills'] })
      onDone()
    },
  })
  return (
    <Shown query={review}>
      {(data) => (
        <div className="space-y-4">
          <h3 className="font-medium">
            {data.skill} {data.version} · {data.publisher}
          </h3>
          <ul className="list-disc ps-5 text-small">
            {data.full.permissions.map((permission) => (
              <li key={permission.en}>{own(permission)}</li>
            ))}
          </ul>
          <ReportView report={data.full} />
          {data.decision === null ? (
            <>
              <TextArea
                label={w('reason')}
                help={w('reasonHelp')}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
              {decision.error !== null && <Refused error={decision.error} />}
              <div className="flex gap-2">
                <Button
                  look="primary"
                  disabled={reason.trim() === ''}
                  isBusy={decision.isPending}
                  onClick={() => decision.mutate('approve')}
                >
                  {w('approve')}
                </Button>
                <Button
                  look="danger"
                  disabled={reason.trim() === '' || decision.isPending}
                  onClick={() => decision.mutate('reject')}
                >
                  {w('reject')}
                </Button>
              </div>
            </>
          ) : (
            <p>
              {w(data.decision === 'approve' ? 'approved' : 'rejected')}: {data.reason}
            </p>
          )}
        </div>
      )}
    </Shown>
  )
}
