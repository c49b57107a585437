import type { TargetTestResult } from '@freehold/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowRight, CircleAlert, CircleCheck, CircleMinus, CircleX } from 'lucide-react'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button, TextLink } from '../../parts/button.tsx'
import { ZoneChip } from '../../parts/chip.tsx'
import { Shown } from '../../parts/state.tsx'
import { notify, notifyRefusal } from '../../parts/toast.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { useCondition } from '../trust/rule-name.tsx'
import { Whither } from '../trust/whither.tsx'
import type { Connected } from './connecting.ts'
import { connect, takeBack, tryOut } from './connecting.ts'
import { markDone } from './progress.ts'
import type { Proposal } from './proposals.ts'
import { refusedProblem } from '../trust/routing-problems.ts'
import { testRemark } from './test-remarks.ts'

const words = defineWords('connect-proposal', {
  testing: { en: 'Trying {name} …', zh: '正在测试 {name}…' },
  works: { en: '{name} works.', zh: '{name} 可以使用。' },
  fails: { en: '{name} does not work yet.', zh: '{name} 暂时无法使用。' },
  address: { en: 'Address', zh: '地址' },
  connection: { en: 'Connection', zh: '连接' },
  certificate: { en: 'Certificate', zh: '证书' },
  authentication: { en: 'Credential', zh: '凭据' },
  models: { en: 'Models', zh: '模型' },
  call: { en: 'Call', zh: '调用' },
  ok: { en: 'ok', zh: '正常' },
  warning: { en: 'look at this', zh: '请留意' },
  failed: { en: 'failed', zh: '失败' },
  skipped: { en: 'not tried', zh: '未测试' },
  offers: {
    en: '{count, plural, one {It offers one model.} other {It offers # models.}}',
    zh: '它提供 {count} 个模型。',
  },
  rule: { en: 'The rule that would use it', zh: '将使用它的规则' },
  masked: {
    en: 'What goes there is masked first (strict). What is restricted never goes there.',
    zh: '发往那里的内容会先脱敏（strict）；限制级内容绝不发往。',
  },
  asIs: { en: 'It is yours, so everything may go there as it is.', zh: '它属于您，因此内容可以原样发往。' },
  save: { en: 'Save and use it', zh: '保存并使用' },
  anyway: { en: 'Save all the same', zh: '仍然保存' },
  again: { en: 'Test again', zh: '重新测试' },
  back: { en: 'Back', zh: '返回' },
  saved: { en: '{name} is connected', zh: '已接入 {name}' },
  now: { en: 'What is asked of it goes here now:', zh: '现在向它提出的内容会发往：' },
  wayBack: {
    en: 'Targets and rules can be put back as they were before.',
    zh: '可以将目标和规则恢复为之前的样子。',
  },
  takeBack: { en: 'Take it back', zh: '撤回' },
  takenBack: { en: 'Everything is as it was before.', zh: '一切已恢复原样。' },
  chat: { en: 'Ask it in the chat', zh: '在对话中向它提问' },
})

interface ConnectProposalProps {
  readonly proposal: Proposal
  /** The key that was typed; empty where none is needed. */
  readonly secret?: string
  readonly onBack: () => void
}

/** Tests a target that is not saved, shows the rule that would use it, saves both, and shows the way back. */
export function ConnectProposal({ proposal, secret = '', onBack }: ConnectProposalProps): ReactNode {
  const w = useWords(words)
  const condition = useCondition()
  const queries = useQueryClient()
  const { name, zone } = proposal.target
  const test = useQuery({
    queryKey: ['start', 'test', proposal],
    queryFn: () => tryOut(proposal, secret),
    gcTime: 0,
    staleTime: Infinity,
  })
  const forget = (): Promise<void> => queries.invalidateQueries()
  const save = useMutation({
    mutationFn: () => connect(proposal, secret),
    async onSuccess() {
      markDone('connect')
      await forget()
    },
  })
  if (save.data) return <Saved name={name} connected={save.data} onBack={onBack} />
  const { class: classes = null, model } = proposal.route.when
  return (
    <div className="space-y-4">
      {test.isFetching ? (
        <p role="status" className="text-small text-soft">
          {w('testing', { name })}
        </p>
      ) : (
        <Shown query={test}>{(data) => <Tested result={data} />}</Shown>
      )}
      <div className="rounded-medium border border-line bg-paper p-4 text-small">
        <p className="mb-1 text-tiny text-soft">{w('rule')}</p>
        <p className="flex flex-wrap items-center gap-2">
          {condition({
            class: classes === null ? null : [...classes],
            model: [...model],
            service: null,
            share: null,
          })}
          <ArrowRight aria-hidden className="size-3.5 text-soft" />
          <ZoneChip zone={zone}>{name}</ZoneChip>
        </p>
        <p className="mt-1 text-soft">{w(zone === 'managed' ? 'masked' : 'asIs')}</p>
      </div>
      {save.error && <Refused error={save.error} reason={refusedProblem(save.error)} />}
      <div className="flex flex-wrap gap-2">
        <Button
          look={test.data?.ok === true ? 'primary' : 'plain'}
          disabled={test.isFetching}
          isBusy={save.isPending}
          onClick={() => save.mutate()}
        >
          {w(test.data?.ok === false || test.error ? 'anyway' : 'save')}
        </Button>
        <Button disabled={test.isFetching} onClick={() => void test.refetch()}>
          {w('again')}
        </Button>
        <Button look="quiet" onClick={onBack}>
          {w('back')}
        </Button>
      </div>
    </div>
  )
}

const STATES = {
  ok: [CircleCheck, 'text-accent'],
  warning: [CircleAlert, 'text-caution'],
  failed: [CircleX, 'text-alarm'],
  skipped: [CircleMinus, 'text-soft'],
} as const

/** Each step of a test, and what would help where one failed. */
export function Tested({ result }: { readonly result: TargetTestResult }): ReactNode {
  const w = useWords(words)
  return (
    <div role="status" className="space-y-2">
      <p className="font-medium">{w(result.ok ? 'works' : 'fails', { name: result.target })}</p>
      <ul className="grid gap-1.5 text-small">
        {result.steps.map((seen) => {
          const { step, state } = seen
          const [Icon, ink] = STATES[state]
          return (
            <li key={step} className="flex gap-2">
              <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${ink}`} />
              <span className="min-w-0">
                {w(step)}: {w(state)}
                <span className="block text-tiny text-soft">{testRemark(seen)}</span>
              </span>
            </li>
          )
        })}
      </ul>
      {result.models.length > 0 && (
        <p className="text-small text-soft">{w('offers', { count: result.models.length })}</p>
      )}
    </div>
  )
}

interface SavedProps {
  readonly name: string
  readonly connected: Connected
  readonly onBack: () => void
}

function Saved({ name, connected, onBack }: SavedProps): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const undo = useMutation({
    mutationFn: () => takeBack(connected),
    async onSuccess() {
      notify(w('takenBack'))
      await queries.invalidateQueries()
      onBack()
    },
    onError: notifyRefusal,
  })
  return (
    <div role="status" className="space-y-4">
      <p className="font-display text-lead text-accent">{w('saved', { name })}</p>
      <div className="rounded-medium border border-line bg-paper p-4">
        <p className="mb-2 text-small text-soft">{w('now')}</p>
        <Whither query={{ data: connected.explained, error: null, refetch: () => {} }} />
      </div>
      <div className="flex flex-wrap items-center gap-3 text-small">
        <TextLink to="/chat">{w('chat')}</TextLink>
        <span className="min-w-0 grow text-end text-soft">{w('wayBack')}</span>
        <Button size="small" isBusy={undo.isPending} onClick={() => undo.mutate()}>
          {w('takeBack')}
        </Button>
      </div>
    </div>
  )
}
