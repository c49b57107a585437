import { FreeholdError } from '@freehold/sdk'
import type { EgressView, RequestView } from '@freehold/sdk'
import { useQueries } from '@tanstack/react-query'
import type { ReactNode, RefObject } from 'react'
import { percent } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { ZoneChip } from '../../parts/chip.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Loading } from '../../parts/state.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { LeftAttempt } from './left-attempt.tsx'

const words = defineWords('left', {
  title: { en: 'What left the building', zh: '离开系统的内容' },
  lead: {
    en: 'The very bytes that went over the wire, and what came back before values were put back.',
    zh: '线路上实际发送的字节，以及还原之前收到的内容。',
  },
  nothing: { en: 'Nothing left the building.', zh: '没有任何内容离开系统。' },
  local: {
    en: 'The answer was made on this machine, by the program itself.',
    zh: '答案在本机由程序自身生成。',
  },
  private: {
    en: 'The answer was made at “{target}”, which is yours. It was sent what was said, as it was said; nobody else was.',
    zh: '答案由您自己的“{target}”生成。它收到的是原话，没有发送给任何其他方。',
  },
  cached: {
    en: 'The answer was kept from an earlier request, so nothing was sent.',
    zh: '答案取自之前保存的结果，因此没有发送任何内容。',
  },
  refused: {
    en: 'The request was refused before anything was sent.',
    zh: '请求在发送任何内容之前就被拒绝了。',
  },
  forgotten: {
    en: 'Something left, but its text is no longer kept. It is kept encrypted for some days only (7 unless the operator set otherwise), and up to 4 MiB each. The record of the request stays.',
    zh: '有内容离开过，但其文本已不再保留。文本只加密保留若干天（除非运维人员另行设置，否则为 7 天），每份最多 4 MiB。请求记录仍然保留。',
  },
  request: { en: 'Request {id}', zh: '请求 {id}' },
  none: { en: 'No request was made.', zh: '没有发出任何请求。' },
  share: { en: '{share} of the requests stayed home.', zh: '{share} 的请求留在内部。' },
})

interface LeftProps {
  /** Of the requests that made an answer, the first one first. */
  readonly requestIds: readonly string[]
  readonly onClose: () => void
  /** Where the focus goes then, if what opened it is gone. */
  readonly returnTo?: RefObject<HTMLElement | null>
}

/** A drawer that shows what was sent to managed targets, request by request. */
export function LeftTheBuilding({ requestIds, onClose, returnTo }: LeftProps): ReactNode {
  const w = useWords(words)
  return (
    <Dialog
      shape="drawer"
      isOpen
      onClose={onClose}
      title={w('title')}
      lead={w('lead')}
      {...(returnTo && { returnTo })}
    >
      <LeftContent requestIds={requestIds} />
    </Dialog>
  )
}

interface Left {
  readonly record: RequestView
  /** Null where nothing is kept. */
  readonly egress: EgressView | null
}

/** What left, and the record that says why nothing did. */
async function readLeft(id: string): Promise<Left> {
  const [record, egress] = await Promise.all([
    server.requests.read(id),
    server.egress.read(id).catch((error: unknown) => {
      if (error instanceof FreeholdError && error.code === 'not_found') return null
      throw error
    }),
  ])
  return { record, egress }
}

/** The content of the drawer, for screens that have a place of their own for it. */
export function LeftContent({ requestIds }: { readonly requestIds: readonly string[] }): ReactNode {
  const w = useWords(words)
  const asked = useQueries({
    queries: requestIds.map((id) => ({ queryKey: ['trust', 'left', id], queryFn: () => readLeft(id) })),
  })
  if (requestIds.length === 0) return <p>{w('none')}</p>
  const stayed = asked.filter(({ data }) => data?.record.bytesOut.managed === 0).length
  return (
    <div className="space-y-6">
      {requestIds.length > 1 && asked.every(({ data }) => data) && (
        <p className="text-small text-soft">{w('share', { share: percent(stayed / requestIds.length) })}</p>
      )}
      {asked.map(({ data, error, refetch }, at) => (
        <section key={requestIds[at]} className="space-y-3">
          {requestIds.length > 1 && (
            <h3 className="font-mono text-tiny text-soft">{w('request', { id: requestIds[at] ?? '' })}</h3>
          )}
          {data ? (
            <OneRequest left={data} />
          ) : error ? (
            <Refused error={error} onRetry={() => void refetch()} />
          ) : (
            <Loading />
          )}
        </section>
      ))}
    </div>
  )
}

function OneRequest({ left: { record, egress } }: { readonly left: Left }): ReactNode {
  if (egress !== null && egress.attempts.length > 0)
    return egress.attempts.map((attempt, at) => (
      // oxlint-disable-next-line react/no-array-index-key -- what happened stays in its order
      <LeftAttempt key={at} attempt={attempt} record={record} />
    ))
  return <WhyNothing record={record} />
}

/** Why there is nothing to show, in plain words. */
function WhyNothing({ record }: { readonly record: RequestView }): ReactNode {
  const w = useWords(words)
  if (record.bytesOut.managed > 0) return <p>{w('forgotten')}</p>
  const why = record.cached
    ? w('cached')
    : record.zone === 'local'
      ? w('local')
      : record.zone === 'private' && record.bytesOut.private > 0
        ? w('private', { target: record.target ?? '' })
        : w('refused')
  return (
    <div className="rounded-large border border-line bg-paper p-4">
      <p className="flex flex-wrap items-center gap-2 font-display text-lead">
        {w('nothing')}
        {record.zone !== null && record.zone !== 'managed' && <ZoneChip zone={record.zone} />}
      </p>
      <p className="mt-1 text-small text-soft">{why}</p>
    </div>
  )
}
