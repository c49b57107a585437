import type { RequestView } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { cost, duration, moment, number, size } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { TextLink } from '../../parts/button.tsx'
import { classWords } from '../../data-classes.ts'
import { Facts, Page, Section, Sheet } from '../../parts/page.tsx'
import { Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { Counts } from './counts.tsx'
import { sumOf } from './keeping.ts'
import { OutcomeChip } from './ledger-screen.tsx'
import { LeftContent } from './left-drawer.tsx'
import { outcomeWords } from './outcome-words.ts'
import { usePrincipals } from '../../session/principals.ts'
import { Reasons } from './reasons.tsx'
import { becauseOf, outcomeOf } from './record-story.ts'
import { RefusalHelp } from './refusal-help.tsx'
import { RefusalLine } from '../../refusal/refusal-line.tsx'
import { RuleName } from './rule-name.tsx'

const words = defineWords('request', {
  title: { en: 'Record of a request', zh: '请求记录' },
  asked: { en: 'Asked', zh: '提出' },
  askedBy: { en: '{who}, {at}, {size} in', zh: '{who}，{at}，输入 {size}' },
  class: { en: 'Its class', zh: '级别' },
  rule: { en: 'The rule', zh: '规则' },
  noRule: {
    en: 'None was needed: the program answered it itself.',
    zh: '不需要规则：由程序自身回答。',
  },
  noneMatched: { en: 'None matched.', zh: '没有规则匹配。' },
  masked: { en: 'Masked before it left', zh: '离开前脱敏' },
  nothingMasked: { en: 'Nothing was replaced.', zh: '没有替换任何内容。' },
  found: { en: 'Found in it', zh: '其中发现' },
  ended: { en: 'How it ended', zh: '结果' },
  status: { en: 'Status', zh: '状态码' },
  attempts: { en: 'Calls of targets', zh: '目标调用次数' },
  model: { en: 'Model', zh: '模型' },
  answeredBy: { en: '{asked} → {answered}', zh: '{asked} → {answered}' },
  tokens: { en: 'Tokens', zh: '词元' },
  inOut: { en: '{input} in, {output} out', zh: '输入 {input}，输出 {output}' },
  estimated: { en: '(estimated)', zh: '（估算）' },
  cost: { en: 'Cost', zh: '费用' },
  took: { en: 'Took', zh: '耗时' },
  first: { en: '{all}, first word after {first}', zh: '{all}，首字 {first}' },
  reserved: { en: 'Reserved', zh: '预留' },
  tokensOf: { en: '{count} tokens', zh: '{count} 词元' },
  bytes: { en: 'Sent', zh: '发出' },
  bytesOf: {
    en: '{private} to private, {managed} to managed targets',
    zh: '私有目标 {private}，托管目标 {managed}',
  },
  record: { en: 'Record', zh: '记录' },
  strict: { en: 'on the disk before the first byte left', zh: '在首字节发出之前已写入磁盘' },
  async: { en: 'written at once, on the disk a moment later', zh: '立即写入，稍后落盘' },
  config: { en: 'Configuration', zh: '配置' },
  operation: { en: 'Operation', zh: '操作' },
  what: { en: 'What left the building', zh: '离开系统的内容' },
  why: { en: 'Why was it not allowed to leave?', zh: '为什么不允许离开？' },
  whyNoRule: {
    en: 'It is of class {class}, and no rule lets that class go where it was asked to go.',
    zh: '它的级别为{class}，没有规则允许该级别发往所请求的地方。',
  },
  whyRule: {
    en: 'It is of class {class}, and no target of the rule may get it.',
    zh: '它的级别为{class}，规则中的目标都不可以接收它。',
  },
  try: { en: 'Try the same class in the simulator', zh: '在模拟器中试试同一级别' },
  target: { en: 'See how {target} does, and try it', zh: '查看 {target} 的状态并试一试' },
  person: { en: 'See what this person may send', zh: '查看此人可以发送什么' },
  policies: { en: 'Ask which policy forbids it', zh: '查询是哪条策略禁止' },
  budgets: { en: 'See budgets and what is left of them', zh: '查看预算及剩余' },
  unnamed: {
    en: 'The model that was asked for is none of the configuration, so its name is not on record.',
    zh: '所请求的模型不在配置中，因此记录中没有它的名称。',
  },
  back: { en: 'All requests', zh: '所有请求' },
  facts: { en: 'The figures', zh: '数据' },
})

/** One request told from its admission to its end: who, of which class and why, by which rule, what left. */
export function RequestScreen(): ReactNode {
  const w = useWords(words)
  const { id = '' } = useParams({ strict: false })
  const record = useQuery({
    queryKey: ['trust', 'request', id],
    queryFn: () => server.requests.read(id),
  })
  return (
    <Page
      title={w('title')}
      lead={<code className="font-mono text-small">{id}</code>}
      actions={<TextLink to="/trust/ledger">{w('back')}</TextLink>}
    >
      <Shown query={record}>{(data) => <Story record={data} />}</Shown>
    </Page>
  )
}

function Story({ record }: { readonly record: RequestView }): ReactNode {
  const w = useWords(words)
  const o = useWords(outcomeWords)
  const c = useWords(classWords)
  const { said } = usePrincipals()
  const outcome = outcomeOf(record)
  const isRefused = outcome === 'stayed' || outcome === 'refused'
  return (
    <div className="space-y-6">
      <Sheet className="space-y-4">
        <p className="flex flex-wrap items-center gap-3">
          <span className="font-display text-title">{o(outcome)}</span>
          {isRefused ? (
            <code className="font-mono text-small text-soft">{record.code}</code>
          ) : (
            <OutcomeChip record={record} />
          )}
        </p>
        {isRefused && (
          <div className="space-y-1 rounded-medium bg-caution-tint p-3 text-small">
            {outcome === 'stayed' && (
              <>
                <p className="font-medium">{w('why')}</p>
                <p>{w(record.rule === null ? 'whyNoRule' : 'whyRule', { class: c(record.class) })}</p>
              </>
            )}
            {record.code !== 'stays_home' && <RefusalLine refusal={{ code: record.code ?? 'unknown' }} />}
            {record.code !== null && record.code in PLACES && <Where record={record} />}
            {record.modelAsked === null && record.code === 'no_route' && <p>{w('unnamed')}</p>}
          </div>
        )}
        <ol className="grid gap-4">
          <Step title={w('asked')}>
            {w('askedBy', {
              who: said(record.principal),
              at: moment(record.at),
              size: size(record.bytesIn),
            })}
          </Step>
          <Step title={w('class')}>
            <Reasons because={becauseOf(record)} />
            {sumOf(record.findings) > 0 && (
              <div className="mt-1.5 flex flex-wrap items-center gap-2 text-soft">
                {w('found')} <Counts of={record.findings} />
              </div>
            )}
          </Step>
          <Step title={w('rule')}>
            {record.rule === null ? w(isRefused ? 'noneMatched' : 'noRule') : <RuleName id={record.rule} />}
          </Step>
          {record.zone === 'managed' && (
            <Step title={w('masked')}>
              {sumOf(record.masked) === 0 ? w('nothingMasked') : <Counts of={record.masked} />}
            </Step>
          )}
          <Step title={w('ended')}>
            {o(outcome)}
            {record.settledAt !== null && ` · ${moment(record.settledAt)}`}
          </Step>
        </ol>
        <p className="text-small">
          <TextLink to="/trust/simulator" hash={`class-${record.class}`}>
            {w('try')}
          </TextLink>
        </p>
      </Sheet>
      {isRefused && record.modelAsked !== null && <RefusalHelp record={record} />}
      <Section title={w('what')}>
        <LeftContent requestIds={[record.id]} />
      </Section>
      <Section title={w('facts')}>
        <Figures record={record} />
      </Section>
    </div>
  )
}

/** Where it is looked into, by the code of the refusal. */
const PLACES = {
  above_ceiling: 'person',
  over_limit: 'budgets',
  not_allowed: 'policies',
  upstream_down: 'target',
  upstream_timeout: 'target',
  upstream_broke: 'target',
  upstream_refused: 'target',
} as const

/** The way to where somebody who may can do something about it. */
function Where({ record }: { readonly record: RequestView }): ReactNode {
  const w = useWords(words)
  const may = useMay()
  const place = PLACES[record.code as keyof typeof PLACES]
  const { known } = usePrincipals()
  const isPerson = known.some(({ id }) => id === record.principal)
  if (place === 'target')
    return may('settings') && record.target !== null && record.zone !== 'local' ? (
      <TextLink to={`/admin/targets/${record.target}`}>{w('target', { target: record.target })}</TextLink>
    ) : null
  if (place === 'person')
    return may('people') && isPerson ? (
      <TextLink to={`/admin/people/${record.principal}`}>{w('person')}</TextLink>
    ) : null
  if (place === 'policies')
    return may('settings') ? <TextLink to="/admin/policies">{w('policies')}</TextLink> : null
  return <TextLink to="/admin/usage">{w('budgets')}</TextLink>
}

const Step = ({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode => (
  <li className="grid gap-x-4 gap-y-1 border-s-2 border-line ps-4 text-small wide:grid-cols-[9rem_1fr]">
    <span className="text-soft">{title}</span>
    <div className="min-w-0">{children}</div>
  </li>
)

function Figures({ record }: { readonly record: RequestView }): ReactNode {
  const w = useWords(words)
  const mayAll = useMay()('requests-of-all')
  const { usage } = record
  const models =
    record.model === null || record.model === '*' || record.model === record.modelAsked
      ? (record.modelAsked ?? '–')
      : w('answeredBy', { asked: record.modelAsked ?? '–', answered: record.model })
  const took = record.durationMs === null ? null : duration(record.durationMs)
  return (
    <Facts
      facts={[
        [w('operation'), <code key="operation">{record.operation}</code>],
        [w('model'), models],
        [w('attempts'), number(record.attempts)],
        [
          w('bytes'),
          w('bytesOf', { private: size(record.bytesOut.private), managed: size(record.bytesOut.managed) }),
        ],
        ...(record.status === null ? [] : [[w('status'), String(record.status)] as const]),
        ...(usage === null
          ? []
          : [
              [
                w('tokens'),
                `${w('inOut', { input: number(usage.input), output: number(usage.output) })} ${usage.estimated ? w('estimated') : ''}`,
              ] as const,
            ]),
        ...(record.cost === null ? [] : [[w('cost'), cost(record.cost)] as const]),
        ...(took === null
          ? []
          : [
              [
                w('took'),
                record.timeToFirstTokenMs === null
                  ? took
                  : w('first', { all: took, first: duration(record.timeToFirstTokenMs) }),
              ] as const,
            ]),
        [w('reserved'), w('tokensOf', { count: number(record.reserved.tokens) })],
        [w('record'), w(record.record)],
        ...(mayAll && record.config !== null
          ? [[w('config'), <code key="config">{record.config}</code>] as const]
          : []),
      ]}
    />
  )
}
