import type { CacheView, EmbeddingsView } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { number, percent, size } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Chip, ClassChip } from '../../../parts/chip.tsx'
import { Confirm } from '../../../parts/dialog.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Facts, Page, Section, Sheet } from '../../../parts/page.tsx'
import { Row, Rows } from '../../../parts/rows.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notify } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { usePrincipals } from '../../../session/principals.ts'
import { useRuleTitle } from '../../trust/rule-name.tsx'
import { ROUTING } from './targets.ts'

const words = defineWords('cache', {
  title: { en: 'Kept answers and vectors', zh: '缓存与向量' },
  lead: {
    en: 'What is kept so that it need not be asked for again.',
    zh: '为避免重复请求而保留的内容。',
  },
  answers: { en: 'Kept answers', zh: '缓存的回答' },
  answersLead: {
    en: 'A rule says whether answers are kept and for how long. Counts are of the process that answers you, and content is never shown.',
    zh: '是否缓存以及缓存多久由规则决定。数字属于为您服务的进程，内容从不显示。',
  },
  off: {
    en: 'Keeping answers is switched off (cache.maxBytes is 0).',
    zh: '缓存已关闭（cache.maxBytes 为 0）。',
  },
  kept: { en: 'Kept', zh: '已缓存' },
  keptOf: { en: '{entries} answers, {bytes} of {max}', zh: '{entries} 个回答，{bytes} / {max}' },
  hits: { en: 'Given from it', zh: '命中' },
  hitsOf: { en: '{hits} of {all} requests ({share})', zh: '{all} 个请求中的 {hits} 个（{share}）' },
  rules: { en: 'By rule and target', zh: '按规则和目标' },
  none: { en: 'Nothing is kept now.', zh: '目前没有缓存。' },
  answersOf: { en: '{count, plural, one {# answer} other {# answers}}', zh: '{count} 个回答' },
  forget: { en: 'Forget all', zh: '全部清除' },
  forgetTitle: { en: 'Forget all kept answers?', zh: '清除所有缓存的回答？' },
  forgetHelp: {
    en: 'In every process. Each question is asked of its target again, and costs again.',
    zh: '将在所有进程中清除。之后每个问题都会重新向目标提问，并再次产生费用。',
  },
  forgetWord: { en: 'forget', zh: '清除' },
  forgotten: {
    en: '{count, plural, one {# answer was} other {# answers were}} forgotten.',
    zh: '已清除 {count} 个回答。',
  },
  vectors: { en: 'Vectors of documents', zh: '文档向量' },
  vectorsLead: {
    en: 'With them an embedding model says what passages mean; without, meaning is learned from the documents alone.',
    zh: '有了向量，段落的含义由嵌入模型判断；没有时，只从文档本身学习。',
  },
  model: { en: 'Model', zh: '模型' },
  noModel: {
    en: 'None is configured (knowledge.embeddingModel).',
    zh: '未配置（knowledge.embeddingModel）。',
  },
  state: { en: 'State', zh: '状态' },
  stateOff: { en: 'Off', zh: '关闭' },
  working: { en: 'Working', zh: '正在处理' },
  resting: { en: 'Up to date', zh: '已是最新' },
  failing: { en: 'Failing', zh: '失败' },
  progress: { en: 'Done', zh: '已完成' },
  progressOf: {
    en: '{passages} of {all} passages, {documents} of {allDocuments} documents',
    zh: '{all} 个段落中的 {passages} 个，{allDocuments} 份文档中的 {documents} 份',
  },
  withheld: { en: 'Passages without one, because of what stands in them', zh: '因内容而没有向量的段落' },
  held: { en: 'Classes that no target may have', zh: '没有目标可以接收的级别' },
  fault: { en: 'Ended by', zh: '失败原因' },
  retry: { en: 'Tried again', zh: '下次尝试' },
  exceptions: { en: 'Exceptions for upgrades', zh: '升级例外' },
  exceptionsLead: {
    en: 'What an upgrade may break all the same, as somebody decided. They are made with freehold upgrade.',
    zh: '经人决定、升级时允许改变的行为。用 freehold upgrade 命令添加。',
  },
  noExceptions: { en: 'None.', zh: '没有。' },
})

/** Answers and vectors that are kept, and what upgrades may break. */
export function CacheScreen(): ReactNode {
  const w = useWords(words)
  const cache = useQuery({ queryKey: [...ROUTING, 'cache'], queryFn: () => server.cache.read() })
  const vectors = useQuery({
    queryKey: [...ROUTING, 'embeddings'],
    queryFn: () => server.embeddings.status(),
    refetchInterval: ({ state }) => (state.data?.state === 'working' ? 2000 : false),
  })
  return (
    <Page isWide title={w('title')} lead={w('lead')}>
      <Shown query={cache}>{(view) => <Answers view={view} />}</Shown>
      <Section title={w('vectors')} lead={w('vectorsLead')}>
        <Sheet>
          <Shown query={vectors}>{(view) => <Vectors view={view} />}</Shown>
        </Sheet>
      </Section>
      <Exceptions />
    </Page>
  )
}

function Answers({ view }: { readonly view: CacheView }): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const ruleTitle = useRuleTitle()
  const [isForgetting, setForgetting] = useState(false)
  const { maxBytes, entries, bytes, hits, misses, data } = view
  const forget = async (): Promise<void> => {
    const { entries: count } = await server.cache.purge()
    await queries.invalidateQueries({ queryKey: [...ROUTING, 'cache'] })
    notify(w('forgotten', { count }))
  }
  return (
    <Section
      title={w('answers')}
      lead={w('answersLead')}
      actions={
        entries > 0 && (
          <Button size="small" look="danger" onClick={() => setForgetting(true)}>
            {w('forget')}
          </Button>
        )
      }
    >
      {maxBytes === 0 ? (
        <p className="text-small text-soft">{w('off')}</p>
      ) : (
        <>
          <Sheet>
            <Facts
              facts={[
                [
                  w('kept'),
                  w('keptOf', { entries: number(entries), bytes: size(bytes), max: size(maxBytes) }),
                ],
                [
                  w('hits'),
                  w('hitsOf', {
                    hits: number(hits),
                    all: number(hits + misses),
                    share: percent(hits + misses === 0 ? 0 : hits / (hits + misses)),
                  }),
                ],
              ]}
            />
          </Sheet>
          <Rows label={w('rules')} none={w('none')}>
            {data.map(({ rule, target, entries: count, bytes: taken }) => (
              <Row
                key={`${rule} ${target}`}
                title={`${ruleTitle(rule)} → ${target}`}
                facts={[w('answersOf', { count }), size(taken)]}
              />
            ))}
          </Rows>
        </>
      )}
      <Confirm
        isOpen={isForgetting}
        onClose={() => setForgetting(false)}
        title={w('forgetTitle')}
        action={w('forget')}
        typed={w('forgetWord')}
        onConfirm={forget}
      >
        <p>{w('forgetHelp')}</p>
      </Confirm>
    </Section>
  )
}

const STATES = {
  off: ['stateOff', 'plain'],
  working: ['working', 'plain'],
  resting: ['resting', 'good'],
  failing: ['failing', 'alarm'],
} as const

function Vectors({ view }: { readonly view: EmbeddingsView }): ReactNode {
  const w = useWords(words)
  const [state, tone] = STATES[view.state]
  if (view.model === null) return <p className="text-small text-soft">{w('noModel')}</p>
  const facts: readonly (readonly [string, ReactNode] | false)[] = [
    [w('model'), view.model],
    [
      w('state'),
      <Chip key="state" tone={tone}>
        {w(state)}
      </Chip>,
    ],
    [
      w('progress'),
      w('progressOf', {
        passages: number(view.embedded.passages),
        all: number(view.passages),
        documents: number(view.embedded.documents),
        allDocuments: number(view.documents),
      }),
    ],
    view.withheld > 0 && [w('withheld'), number(view.withheld)],
    view.held.length > 0 && [
      w('held'),
      <span key="held" className="flex flex-wrap gap-1">
        {view.held.map((one) => (
          <ClassChip key={one} of={one} />
        ))}
      </span>,
    ],
    view.fault !== null && [w('fault'), <code key="fault">{view.fault}</code>],
    view.retryAt !== null && [w('retry'), <Moment key="retry" at={view.retryAt} />],
  ]
  return <Facts facts={facts.filter((fact) => fact !== false)} />
}

function Exceptions(): ReactNode {
  const w = useWords(words)
  const { said } = usePrincipals()
  const list = useQuery({
    queryKey: [...ROUTING, 'exceptions'],
    queryFn: () => server.upgrades.exceptions(),
  })
  return (
    <Section title={w('exceptions')} lead={w('exceptionsLead')}>
      <Shown query={list}>
        {({ data }) => (
          <Rows label={w('exceptions')} none={w('noExceptions')}>
            {data.map(({ finding, skill, reason, by, at }) => (
              <Row
                key={finding}
                title={skill}
                facts={[reason, said(by), <Moment key="at" at={at} />, <code key="id">{finding}</code>]}
              />
            ))}
          </Rows>
        )}
      </Shown>
    </Section>
  )
}
