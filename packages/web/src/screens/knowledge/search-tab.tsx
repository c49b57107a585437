import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { Hit, HitExplanation } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { number, percent } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { TextField } from '../../parts/field.tsx'
import { Empty, Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'
import { Highlighted } from './highlighted.tsx'

const words = defineWords('search', {
  question: { en: 'What are you looking for?', zh: '您要找什么？' },
  send: { en: 'Search', zh: '搜索' },
  begin: { en: 'Ask in your own words', zh: '用自己的话提问' },
  beginHelp: {
    en: 'You see the passages that an answer would quote, and why each was found. Only what you may read is looked at.',
    zh: '您会看到回答可能引用的段落，以及每一段被找到的原因。只会查找您有权阅读的内容。',
  },
  none: { en: 'Nothing was found', zh: '没有找到' },
  noneHelp: {
    en: 'Other words may help. What you may not read is never counted or hinted at.',
    zh: '换一种说法试试。您无权阅读的内容不会被计入，也不会有任何提示。',
  },
  results: { en: 'Passages', zh: '段落' },
  why: { en: 'Why this passage?', zh: '为什么是这一段？' },
  coverage: { en: 'It covers {share} of what the question weighs.', zh: '它覆盖了问题权重的 {share}。' },
  term: { en: 'Word', zh: '词' },
  where: { en: 'Where', zh: '位置' },
  inTitle: { en: 'title', zh: '标题' },
  inHeading: { en: 'heading', zh: '小标题' },
  inBody: {
    en: '{count, plural, one {once in the text} other {# times in the text}}',
    zh: '正文中 {count} 次',
  },
  rarity: { en: 'Passages with it', zh: '含此词的段落' },
  points: { en: 'Points', zh: '得分' },
  feedback: { en: 'Words that the best passages brought in', zh: '由最佳段落带入的词' },
  meaning: { en: 'Nearness of meaning', zh: '语义接近程度' },
  repeats: {
    en: '{share} of it was already said by better hits, so it stands further down.',
    zh: '其中 {share} 的内容在更好的结果中已出现，因此排在后面。',
  },
  rerank: { en: 'A reranker had it at place {place}.', zh: '重排前它在第 {place} 位。' },
  page: { en: 'page {page}', zh: '第 {page} 页' },
})

interface SearchTabProps {
  readonly collection: string
  readonly query?: string
}

/** Finds passages, and says why. */
export function SearchTab({ collection, query = '' }: SearchTabProps): ReactNode {
  const w = useWords(words)
  const navigate = useNavigate()
  const [text, setText] = useState(query)
  const search = useQuery({
    queryKey: ['knowledge', 'search', collection, query],
    enabled: query !== '',
    queryFn: ({ signal }) =>
      server.collections.search(collection, { query, limit: 20, explain: true }, { signal }),
  })
  return (
    <div className="max-w-3xl space-y-5">
      <form
        role="search"
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          void navigate({
            to: '/knowledge/$collection',
            params: { collection },
            search: { tab: 'search', ...(text.trim() !== '' && { q: text.trim() }) },
            replace: true,
          })
        }}
      >
        <div className="grow">
          <TextField
            label={w('question')}
            type="search"
            value={text}
            maxLength={4096}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </div>
        <Button type="submit" look="primary" isBusy={search.isFetching}>
          {w('send')}
        </Button>
      </form>
      {query === '' ? (
        <Empty title={w('begin')}>{w('beginHelp')}</Empty>
      ) : (
        <Shown query={search}>
          {({ hits }) =>
            hits.length === 0 ? (
              <Empty title={w('none')}>{w('noneHelp')}</Empty>
            ) : (
              <ol aria-label={w('results')} className="space-y-4">
                {hits.map((hit) => (
                  <li key={`${hit.documentId} ${hit.span.start}`}>
                    <HitView hit={hit} collection={collection} />
                  </li>
                ))}
              </ol>
            )
          }
        </Shown>
      )}
    </div>
  )
}

function HitView({ hit, collection }: { readonly hit: Hit; readonly collection: string }): ReactNode {
  const w = useWords(words)
  const terms = hit.explanation?.terms.flatMap(({ term, alternatives }) => [term, ...alternatives]) ?? []
  return (
    <article className="rounded-large border border-line bg-sheet p-4">
      <h2 className="flex flex-wrap items-baseline gap-x-2 font-sans">
        <Link
          to="/knowledge/$collection/$document"
          params={{ collection, document: hit.documentId }}
          search={{ start: hit.span.start, end: hit.span.end }}
          className="font-medium text-accent hover:underline"
        >
          {hit.title}
        </Link>
        <span className="text-small text-soft">
          {[hit.heading, hit.page !== undefined && w('page', { page: hit.page }), hit.cells]
            .filter((one) => typeof one === 'string')
            .join(' · ')}
        </span>
      </h2>
      <p className="mt-1.5 max-h-48 overflow-y-auto whitespace-pre-wrap">
        <Highlighted text={hit.text} terms={terms} />
      </p>
      {hit.explanation && <Why explanation={hit.explanation} />}
    </article>
  )
}

function Why({ explanation }: { readonly explanation: HitExplanation }): ReactNode {
  const w = useWords(words)
  const { coverage, terms, feedback, meaning, rerank, repeats } = explanation
  return (
    <details className="mt-3 text-small">
      <summary className="text-soft">{w('why')}</summary>
      <div className="mt-2 space-y-2 overflow-x-auto">
        <p>{w('coverage', { share: percent(coverage) })}</p>
        <table className="w-full">
          <thead>
            <tr className="text-start text-soft">
              {(['term', 'where', 'rarity', 'points'] as const).map((key) => (
                <th key={key} scope="col" className="py-1 pe-3 text-start font-normal">
                  {w(key)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {terms.map((one) => (
              <tr key={one.term}>
                <td className="py-0.5 pe-3">{[one.term, ...one.alternatives].join(' / ')}</td>
                <td className="py-0.5 pe-3">
                  {[
                    one.title && w('inTitle'),
                    one.headings && w('inHeading'),
                    one.body > 0 && w('inBody', { count: one.body }),
                  ]
                    .filter((where) => typeof where === 'string')
                    .join(', ')}
                </td>
                <td className="py-0.5 pe-3 tabular-nums">{number(one.passages)}</td>
                <td className="py-0.5 tabular-nums">{one.contribution.toFixed(2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {feedback.length > 0 && (
          <p>
            {w('feedback')}{' '}
            {feedback.map(({ term, contribution }) => (
              <Chip key={term}>
                {term} {contribution.toFixed(2)}
              </Chip>
            ))}
          </p>
        )}
        {meaning !== null && (
          <p>
            {w('meaning')}: {percent(meaning.nearness)} ({meaning.contribution.toFixed(2)})
          </p>
        )}
        {rerank !== undefined && <p>{w('rerank', { place: rerank.place })}</p>}
        {repeats > 0.05 && <p>{w('repeats', { share: percent(repeats) })}</p>}
      </div>
    </details>
  )
}
