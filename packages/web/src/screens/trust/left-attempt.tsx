import type { EgressView, RequestView } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import { Copy, Download } from 'lucide-react'
import type { ReactNode } from 'react'
import { moment, size } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { ZoneChip } from '../../parts/chip.tsx'
import { save } from '../../parts/saving.ts'
import { Tabs } from '../../parts/tabs.tsx'
import { notify, notifyRefusal } from '../../parts/toast.tsx'
import { countTypes } from './body-layout.ts'
import { BodyView } from './body-view.tsx'
import { Counts } from './counts.tsx'
import { bytesOf, evidenceOf, fingerprint } from './evidence.ts'

const words = defineWords('left-attempt', {
  sent: { en: 'Sent {at}', zh: '发送于 {at}' },
  readable: { en: 'To read', zh: '便于阅读' },
  raw: { en: 'Exact bytes', zh: '原始字节' },
  back: { en: 'What came back', zh: '返回内容' },
  views: { en: 'Views of what was sent', zh: '发送内容的视图' },
  outbound: { en: 'The body as it left', zh: '离开时的正文' },
  inbound: { en: 'The answer before values were put back', zh: '还原之前的答案' },
  readableHelp: {
    en: 'On lines of its own and without escapes; nothing is added or left out.',
    zh: '分行显示并去掉转义，内容没有增减。',
  },
  rawHelp: { en: '{size}, character for character.', zh: '{size}，逐字符一致。' },
  inboundHelp: {
    en: 'As it came over the wire: placeholders in it were replaced by the real values only here.',
    zh: '与线路上收到的一致：其中的占位符只在本系统内换回真实值。',
  },
  noInbound: {
    en: 'Nothing came back, or not all of it was kept.',
    zh: '没有返回内容，或者没有完整保留。',
  },
  copy: { en: 'Copy', zh: '复制' },
  copied: { en: 'Copied.', zh: '已复制。' },
  evidence: { en: 'Download as evidence', zh: '下载作为凭证' },
  hash: { en: 'SHA-256 of the body', zh: '正文的 SHA-256' },
})

interface LeftAttemptProps {
  readonly attempt: EgressView['attempts'][number]
  readonly record: RequestView
}

/** One call of a managed target: what it was sent and what it said. */
export function LeftAttempt({ attempt, record }: LeftAttemptProps): ReactNode {
  const w = useWords(words)
  const { target, path, at, outbound, inbound, spans } = attempt
  const hash = useQuery({
    queryKey: ['trust', 'hash', record.id, at],
    queryFn: () => fingerprint(outbound),
    staleTime: Infinity,
  })
  const copy = (): void =>
    void navigator.clipboard.writeText(outbound).then(() => notify(w('copied')), notifyRefusal)
  return (
    <article className="space-y-3">
      <header className="space-y-1.5">
        <p className="flex flex-wrap items-center gap-2">
          <ZoneChip zone="managed">{target}</ZoneChip>
          <code className="font-mono text-tiny">POST {path}</code>
          <span className="text-small text-soft">{w('sent', { at: moment(at) })}</span>
        </p>
        <Counts of={countTypes(spans)} />
      </header>
      <Tabs
        label={w('views')}
        tabs={[
          {
            id: 'readable',
            title: w('readable'),
            content: (
              <View help={w('readableHelp')}>
                <BodyView label={w('outbound')} text={outbound} spans={spans} isStepped />
              </View>
            ),
          },
          {
            id: 'raw',
            title: w('raw'),
            content: (
              <View help={w('rawHelp', { size: size(bytesOf(outbound)) })}>
                <BodyView label={w('outbound')} text={outbound} spans={spans} isRaw isStepped />
              </View>
            ),
          },
          {
            id: 'back',
            title: w('back'),
            content: (
              <View help={inbound === null ? w('noInbound') : w('inboundHelp')}>
                {inbound !== null && <BodyView label={w('inbound')} text={inbound} spans={[]} />}
              </View>
            ),
          },
        ]}
      />
      <div className="flex flex-wrap items-center gap-2">
        <Button size="small" icon={<Copy aria-hidden className="size-4" />} onClick={copy}>
          {w('copy')}
        </Button>
        <Button
          size="small"
          icon={<Download aria-hidden className="size-4" />}
          onClick={() =>
            save(
              `freehold-egress-${record.id}.json`,
              evidenceOf(record, attempt, hash.data ?? null),
              'application/json',
            )
          }
        >
          {w('evidence')}
        </Button>
        {hash.data && (
          <p className="min-w-0 grow text-tiny text-soft">
            {w('hash')} <code className="font-mono">{hash.data.slice(0, 16)}…</code>
          </p>
        )}
      </div>
    </article>
  )
}

const View = ({ help, children }: { readonly help: string; readonly children: ReactNode }): ReactNode => (
  <div className="space-y-1.5">
    <p className="text-small text-soft">{help}</p>
    {children}
  </div>
)
