import { useQuery } from '@tanstack/react-query'
import type { AuditEventView } from '@freehold/sdk'
import { CircleCheck, CircleX, Download, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { moment } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { Facts } from '../../../parts/page.tsx'
import { save } from '../../../parts/saving.ts'
import { Loading } from '../../../parts/state.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { verifyEvent } from './event-proof.ts'
import type { Principals } from '../../../session/principals.ts'
import { readTrusted } from './trusted-log.ts'

const words = defineWords('audit-event', {
  at: { en: 'When', zh: '时间' },
  outcome: { en: 'Outcome', zh: '结果' },
  done: { en: 'Done', zh: '已执行' },
  refused: { en: 'Refused', zh: '已拒绝' },
  actor: { en: 'Done by', zh: '操作者' },
  subject: { en: 'Done to', zh: '对象' },
  id: { en: 'Event', zh: '事件' },
  request: { en: 'Request', zh: '请求' },
  from: { en: 'From where', zh: '来自' },
  through: { en: 'Through', zh: '途径' },
  reason: { en: 'Reason given', zh: '说明的原因' },
  leaf: { en: 'Place in the log', zh: '在日志中的位置' },
  detail: { en: 'Details', zh: '详情' },
  before: { en: 'Before', zh: '之前' },
  after: { en: 'After', zh: '之后' },
  verify: { en: 'Verify in this browser', zh: '在本浏览器中验证' },
  notYet: {
    en: 'It becomes an entry of the log within a second or so.',
    zh: '它将在约一秒内成为日志条目。',
  },
  signature: {
    en: 'The checkpoint of {size} entries is signed with the key of the log.',
    zh: '含 {size} 个条目的检查点由日志密钥签名。',
  },
  inclusion: {
    en: 'The entry is in the tree of that checkpoint, at its place.',
    zh: '该条目位于检查点的树中，位置正确。',
  },
  fields: { en: 'Every field is the one that the entry committed to.', zh: '每个字段都与条目的承诺一致。' },
  shown: { en: 'What is shown here is what the entry says.', zh: '此处显示的内容与条目一致。' },
  failed: { en: 'Not so:', zh: '不成立：' },
  erased: { en: 'Erased since, with a record of it: {names}', zh: '之后已依记录抹除：{names}' },
  otherKey: {
    en: 'The key is another one than this browser knows, so it counts for nothing.',
    zh: '密钥与本浏览器记住的不同，因此不作数。',
  },
  save: { en: 'Download proof', zh: '下载证明' },
})

interface EventDrawerProps {
  readonly event: AuditEventView | null
  readonly names: Principals
  readonly onClose: () => void
}

/** Everything that is on record of an event, and its proof. */
export function EventDrawer({ event, names, onClose }: EventDrawerProps): ReactNode {
  return (
    <Dialog shape="drawer" isOpen={event !== null} onClose={onClose} title={<code>{event?.action}</code>}>
      {event !== null && <EventView key={event.id} event={event} names={names} />}
    </Dialog>
  )
}

const LINES = ['request', 'from', 'through', 'reason', 'leaf'] as const
const WHOLE = ['detail', 'before', 'after'] as const

function EventView({
  event,
  names,
}: {
  readonly event: AuditEventView
  readonly names: Principals
}): ReactNode {
  const w = useWords(words)
  const named = (id: string): ReactNode => {
    const name = names.nameOf(id)
    return name === id ? (
      <code>{id}</code>
    ) : (
      <>
        {name} <code className="text-soft">{id}</code>
      </>
    )
  }
  return (
    <div className="space-y-5">
      <Facts
        facts={[
          [w('at'), moment(event.at)],
          [w('outcome'), w(event.outcome)],
          [w('actor'), named(event.actor)],
          ...(event.subject === null ? [] : [[w('subject'), named(event.subject)] as const]),
          [w('id'), <code key="id">{event.id}</code>],
          ...LINES.flatMap((name) =>
            event[name] === null ? [] : [[w(name), <code key={name}>{String(event[name])}</code>] as const],
          ),
        ]}
      />
      {WHOLE.map((name) =>
        Object.keys(event[name] ?? {}).length === 0 ? null : (
          <div key={name}>
            <h3 className="text-small font-medium">{w(name)}</h3>
            <pre
              tabIndex={0}
              className="mt-1 overflow-x-auto rounded-medium bg-sunk p-3 font-mono text-small whitespace-pre-wrap"
            >
              {JSON.stringify(event[name], null, 2)}
            </pre>
          </div>
        ),
      )}
      {event.leaf === null ? <p className="text-soft">{w('notYet')}</p> : <Proof event={event} />}
    </div>
  )
}

const CHECKS = ['signature', 'inclusion', 'fields', 'shown'] as const

function Proof({ event }: { readonly event: AuditEventView }): ReactNode {
  const w = useWords(words)
  const [isAsked, setAsked] = useState(false)
  const proof = useQuery({
    queryKey: ['admin', 'audit', 'proof', event.id],
    enabled: isAsked,
    async queryFn() {
      const told = await server.audit.proof(event.id)
      const known = readTrusted()?.key ?? told.key
      return { told, isKnown: known === told.key, verified: await verifyEvent(event, told, known) }
    },
  })
  if (!isAsked)
    return (
      <Button
        look="primary"
        icon={<ShieldCheck aria-hidden className="size-4" />}
        onClick={() => setAsked(true)}
      >
        {w('verify')}
      </Button>
    )
  if (proof.error) return <Refused error={proof.error} onRetry={() => void proof.refetch()} />
  if (proof.data === undefined) return <Loading />
  const { told, isKnown, verified } = proof.data
  return (
    <div className="space-y-3" role="status">
      <ul className="grid gap-1.5">
        {CHECKS.map((name) => (
          <li key={name} className={`flex gap-2 ${verified[name] ? 'text-accent' : 'text-alarm'}`}>
            {verified[name] ? (
              <CircleCheck aria-hidden className="mt-1 size-4 shrink-0" />
            ) : (
              <CircleX aria-hidden className="mt-1 size-4 shrink-0" />
            )}
            <span>
              {!verified[name] && `${w('failed')} `}
              {w(name, { size: verified.checkpoint?.size ?? 0 })}
            </span>
          </li>
        ))}
      </ul>
      {!isKnown && <p className="text-alarm">{w('otherKey')}</p>}
      {verified.erased.length > 0 && (
        <p className="text-small text-soft">{w('erased', { names: verified.erased.join(', ') })}</p>
      )}
      <Button
        size="small"
        icon={<Download aria-hidden className="size-4" />}
        onClick={() => save(`freehold-${event.id}.tlog-proof`, told.proof)}
      >
        {w('save')}
      </Button>
    </div>
  )
}
