import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX, Download } from 'lucide-react'
import type { ReactNode } from 'react'
import { number } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Facts, Sheet } from '../../../parts/page.tsx'
import { save } from '../../../parts/saving.ts'
import { Shown } from '../../../parts/state.tsx'
import { server } from '../../../server.ts'
import { isContinued, openCheckpoint } from './log-proof.ts'
import { readTrusted, trust } from './trusted-log.ts'

const words = defineWords('audit-log', {
  size: { en: 'Entries', zh: '条目数' },
  root: { en: 'Root hash', zh: '根散列' },
  key: { en: 'Verifier key', zh: '验证密钥' },
  known: { en: 'Known here since', zh: '本浏览器记住于' },
  empty: { en: 'The log is empty, or it is switched off.', zh: '日志是空的，或者已关闭。' },
  signed: {
    en: 'The newest checkpoint is signed with the key that this browser knows.',
    zh: '最新的检查点由本浏览器记住的密钥签名。',
  },
  first: {
    en: 'Seen for the first time in this browser. Compare the key with the one that was noted down when Freehold was set up.',
    zh: '本浏览器首次见到。请与安装 Freehold 时记下的密钥核对。',
  },
  grown: {
    en: 'It only grew since you last looked: {from} → {to} entries, proven by hashes.',
    zh: '自上次查看以来只有增加：{from} → {to} 个条目，已用散列证明。',
  },
  forgedSignature: {
    en: 'The signature is not good. Do not trust this log.',
    zh: '签名无效，请不要信任这个日志。',
  },
  otherKey: {
    en: 'The key is another one than this browser knows. Find out who changed it, and why.',
    zh: '密钥与本浏览器记住的不同。请查明是谁更换的、为什么更换。',
  },
  rewritten: {
    en: 'The log is not the continuation of what you saw before: entries were changed or cut off.',
    zh: '日志与之前看到的不连续：有条目被更改或截断。',
  },
  save: { en: 'Download checkpoint', zh: '下载检查点' },
  look: { en: 'Look for events in no log', zh: '查找不在日志中的事件' },
  whole: {
    en: 'Every event is in the log; {count, plural, =0 {none waits} one {one waits} other {# wait}} for its entry.',
    zh: '所有事件都在日志中，{count} 个正在等待写入。',
  },
  outside: {
    en: '{count, plural, one {One event is} other {# events are}} in no log. Verify the log, and find out why.',
    zh: '{count} 个事件不在日志中。请验证日志并查明原因。',
  },
})

type Verdict = 'signed' | 'first' | 'forgedSignature' | 'otherKey' | 'rewritten'

interface State {
  readonly size: number
  readonly root: string
  readonly key: string
  readonly note: string
  readonly verdict: Verdict
  readonly since: string
  /** The tree that was seen before, when this one was proven to continue it. */
  readonly before: number | null
}

/** Looks at the newest checkpoint, and holds it against what this browser saw before. */
async function lookAtLog(): Promise<State | null> {
  const { key, checkpoint: note, size } = await server.audit.checkpoint()
  if (note === null) return null
  const known = readTrusted()
  const now = new Date().toISOString()
  const seen = { size, root: note.split('\n')[2] ?? '', key, note, since: known?.since ?? now, before: null }
  if (known !== null && known.key !== key) return { ...seen, verdict: 'otherKey' }
  const checkpoint = await openCheckpoint(note, key)
  if (checkpoint === null) return { ...seen, verdict: 'forgedSignature' }
  const last = known?.checkpoint ?? null
  if (last !== null && last.size !== checkpoint.size) {
    if (last.size > checkpoint.size) return { ...seen, verdict: 'rewritten' }
    const { proof } = await server.audit.consistency({ from: last.size, to: checkpoint.size })
    if (!(await isContinued(last, checkpoint, proof))) return { ...seen, verdict: 'rewritten' }
  } else if (last !== null && last.root !== checkpoint.root) return { ...seen, verdict: 'rewritten' }
  trust({ key, since: seen.since, checkpoint })
  return { ...seen, verdict: known === null ? 'first' : 'signed', before: last?.size ?? null }
}

/** The state of the log, checked in this browser. */
export function LogState(): ReactNode {
  const w = useWords(words)
  const log = useQuery({ queryKey: ['admin', 'audit', 'log'], queryFn: lookAtLog })
  const unlogged = useQuery({
    queryKey: ['admin', 'audit', 'unlogged'],
    enabled: false,
    async queryFn() {
      let [due, outside] = [0, 0]
      for await (const { isDue } of server.audit.unlogged())
        if (isDue) due += 1
        else outside += 1
      return { due, outside }
    },
  })
  return (
    <Shown query={log}>
      {(state) =>
        state === null ? (
          <p className="text-soft">{w('empty')}</p>
        ) : (
          <Sheet className="space-y-3">
            <VerdictLine state={state} />
            <Facts
              facts={[
                [w('size'), number(state.size)],
                [w('root'), <code key="root">{state.root}</code>],
                [w('key'), <code key="key">{state.key}</code>],
                [w('known'), <Moment key="since" at={state.since} />],
              ]}
            />
            <div className="flex flex-wrap items-center gap-2">
              <Button size="small" isBusy={unlogged.isFetching} onClick={() => void unlogged.refetch()}>
                {w('look')}
              </Button>
              <Button
                size="small"
                icon={<Download aria-hidden className="size-4" />}
                onClick={() => save('freehold-checkpoint.txt', state.note)}
              >
                {w('save')}
              </Button>
            </div>
            {unlogged.data && (
              <p role="status" className={unlogged.data.outside > 0 ? 'text-alarm' : 'text-soft'}>
                {unlogged.data.outside > 0
                  ? w('outside', { count: unlogged.data.outside })
                  : w('whole', { count: unlogged.data.due })}
              </p>
            )}
          </Sheet>
        )
      }
    </Shown>
  )
}

function VerdictLine({ state }: { readonly state: State }): ReactNode {
  const w = useWords(words)
  const isGood = state.verdict === 'signed' || state.verdict === 'first'
  return (
    <div className={`flex gap-2 ${isGood ? 'text-accent' : 'text-alarm'}`}>
      {isGood ? (
        <CircleCheck aria-hidden className="mt-1 size-4 shrink-0" />
      ) : (
        <CircleX aria-hidden className="mt-1 size-4 shrink-0" />
      )}
      <div>
        <p>{w(state.verdict)}</p>
        {state.before !== null && state.before < state.size && (
          <p className="text-small">{w('grown', { from: state.before, to: state.size })}</p>
        )}
      </div>
    </div>
  )
}
