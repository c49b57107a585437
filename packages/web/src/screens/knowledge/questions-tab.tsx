import type { QuestionsAnswered, QuestionView } from '@freehold/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Play, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import type { Keyset } from '../../keyset.ts'
import { useKeyset } from '../../keyset.ts'
import { number, percent } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button, IconButton, TextLink } from '../../parts/button.tsx'
import type { Tone } from '../../parts/chip.tsx'
import { Chip } from '../../parts/chip.tsx'
import { deleteSoon, useHidden } from '../../parts/delete-soon.ts'
import { SelectField } from '../../parts/field.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Sheet } from '../../parts/page.tsx'
import { Empty } from '../../parts/state.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table } from '../../parts/table.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { NewQuestion, useTitles } from './new-question.tsx'

const words = defineWords('questions', {
  lead: {
    en: 'Questions that the collection should be able to answer, each with the document that should come up. Ask them all after adding or changing documents, and see what became worse.',
    zh: '这个知识集应能回答的问题，以及各自应找到的文档。添加或更改文档后全部运行一次，看看哪些变差了。',
  },
  label: { en: 'Test questions', zh: '测试问题' },
  none: { en: 'No test questions yet', zh: '还没有测试问题' },
  noneHelp: {
    en: 'Begin with three that people really ask.',
    zh: '可以先写三个人们真正会问的问题。',
  },
  run: { en: 'Ask them all', zh: '全部运行' },
  k: { en: 'Counts as found among the first', zh: '出现在前几段算找到' },
  delete: { en: 'Delete: {question}', zh: '删除：{question}' },
  deleted: { en: 'The question was deleted.', zh: '问题已删除。' },
  never: { en: 'Not asked yet', zh: '尚未运行' },
  place: { en: 'Place {place}', zh: '第 {place} 位' },
  missed: { en: 'Not found', zh: '未找到' },
  question: { en: 'Question', zh: '问题' },
  document: { en: 'Document', zh: '文档' },
  result: { en: 'Last time', zh: '上次结果' },
  asked: { en: 'Asked', zh: '运行于' },
  action: { en: 'Action', zh: '操作' },
  words: { en: 'must hold “{passage}”', zh: '须包含“{passage}”' },
  hits: {
    en: '{found} of {questions} found among the first {k} ({share})',
    zh: '{questions} 个问题中有 {found} 个在前 {k} 段找到（{share}）',
  },
  better: {
    en: '{count, plural, one {One more} other {# more}} than the last time.',
    zh: '比上次多 {count} 个。',
  },
  worse: {
    en: '{count, plural, one {One less} other {# less}} than the last time.',
    zh: '比上次少 {count} 个。',
  },
  same: { en: 'As many as the last time.', zh: '与上次相同。' },
  first: { en: 'First came', zh: '排在首位的是' },
  nothing: { en: 'Nothing came up.', zh: '什么也没有找到。' },
  fell: { en: 'It was at place {before}.', zh: '上次在第 {before} 位。' },
  rose: { en: 'Up from place {before}.', zh: '从第 {before} 位上升。' },
  lost: { en: 'It was not found the last time.', zh: '上次没有找到。' },
})

/** Questions by which one sees whether a collection still answers. */
export function QuestionsTab({ collection }: { readonly collection: string }): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const hidden = useHidden()
  const [k, setK] = useState(5)
  const key = ['knowledge', 'questions', collection]
  const list = useKeyset(key, async () => ({
    data: (await server.questions.list(collection)).data,
    next: null,
  }))
  const shown = list.items.filter(({ id }) => !hidden.has(id))
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: key })
  const run = useMutation({
    mutationFn: () => server.questions.run(collection, { k }),
    onSuccess: refresh,
  })
  return (
    <div className="max-w-4xl space-y-5">
      <p className="max-w-prose text-soft">{w('lead')}</p>
      <NewQuestion collection={collection} onMade={refresh} />
      {shown.length > 0 && (
        <>
          <div className="flex flex-wrap items-end gap-3">
            <Button
              look="primary"
              icon={<Play aria-hidden className="size-4" />}
              isBusy={run.isPending}
              onClick={() => run.mutate()}
            >
              {w('run')}
            </Button>
            <div className="w-60">
              <SelectField
                label={w('k')}
                value={k}
                onChange={(event) => setK(Number(event.currentTarget.value))}
              >
                {[1, 3, 5, 10, 20].map((one) => (
                  <option key={one} value={one}>
                    {number(one)}
                  </option>
                ))}
              </SelectField>
            </div>
          </div>
          {run.error && <Refused error={run.error} />}
          <div aria-live="polite">{run.data && <Result result={run.data} collection={collection} />}</div>
        </>
      )}
      <Questions
        collection={collection}
        list={{ ...list, items: shown }}
        onDelete={({ id }) =>
          deleteSoon({
            text: w('deleted'),
            ids: [id],
            send: (client) => client.questions.delete(id),
            onGone: () => void refresh(),
          })
        }
      />
    </div>
  )
}

interface QuestionsProps {
  readonly collection: string
  readonly list: Keyset<QuestionView>
  readonly onDelete: (question: QuestionView) => void
}

function Questions({ collection, list, onDelete }: QuestionsProps): ReactNode {
  const w = useWords(words)
  const { titleOf } = useTitles(collection)
  const placeOf = usePlace()
  const columns: readonly Column<QuestionView>[] = [
    {
      id: 'question',
      title: w('question'),
      cell: ({ question, passage }) => (
        <span className="block min-w-40">
          <span className="font-medium">{question}</span>
          {passage !== null && <span className="block text-tiny text-soft">{w('words', { passage })}</span>}
        </span>
      ),
      text: ({ question }) => question,
    },
    {
      id: 'document',
      title: w('document'),
      cell: ({ document }) => (
        <TextLink to="/knowledge/$collection/$document" params={{ collection, document }}>
          {titleOf(document)}
        </TextLink>
      ),
      text: ({ document }) => titleOf(document),
      isMinor: true,
    },
    {
      id: 'place',
      title: w('result'),
      cell: ({ last }) => <Place last={last} />,
      text: ({ last }) => placeOf(last),
    },
    {
      id: 'asked',
      title: w('asked'),
      cell: ({ last }) => last !== null && <Moment at={last.at} />,
      text: ({ last }) => last?.at ?? '',
      isMinor: true,
    },
    {
      id: 'action',
      title: w('action'),
      cell: (one) => (
        <IconButton
          size="small"
          label={w('delete', { question: one.question })}
          onClick={() => onDelete(one)}
        >
          <Trash2 aria-hidden className="size-4" />
        </IconButton>
      ),
    },
  ]
  return (
    <Table
      label={w('label')}
      columns={columns}
      list={list}
      keyOf={({ id }) => id}
      empty={<Empty title={w('none')}>{w('noneHelp')}</Empty>}
    />
  )
}

/** How it went the last time, in words. */
function usePlace(): (last: QuestionView['last']) => string {
  const w = useWords(words)
  return (last) => {
    if (last === null) return w('never')
    return last.place === null ? w('missed') : w('place', { place: last.place })
  }
}

function Place({ last }: { readonly last: QuestionView['last'] }): ReactNode {
  const said = usePlace()(last)
  if (last === null) return <Chip>{said}</Chip>
  return <Chip tone={last.place === null ? 'alarm' : 'good'}>{said}</Chip>
}

interface ResultProps {
  readonly result: QuestionsAnswered
  readonly collection: string
}

/** How many were found, beside the last time, and each that was not or has moved. */
function Result({ result, collection }: ResultProps): ReactNode {
  const w = useWords(words)
  const { k, questions, found, foundBefore, data } = result
  const change = foundBefore === null ? null : found - foundBefore
  const told = data.filter(
    ({ place, before }) => place === null || place > k || (before !== undefined && before !== place),
  )
  return (
    <Sheet className="space-y-3">
      <p>
        <span className="font-display text-lead">
          {w('hits', { found, questions, k, share: percent(questions === 0 ? 0 : found / questions) })}
        </span>{' '}
        {change !== null && (
          <span className={change < 0 ? 'text-alarm' : 'text-soft'}>
            {change === 0 ? w('same') : w(change > 0 ? 'better' : 'worse', { count: Math.abs(change) })}
          </span>
        )}
      </p>
      {told.length > 0 && (
        <ul className="divide-y divide-line border-t border-line text-small">
          {told.map((one) => (
            <li key={one.id} className="space-y-0.5 py-2">
              <p className="flex flex-wrap items-center gap-2">
                <span className="font-medium">{one.question}</span>
                <Chip tone={toneOf(one.place, k)}>
                  {one.place === null ? w('missed') : w('place', { place: one.place })}
                </Chip>
              </p>
              <p className="text-soft">
                <Moved place={one.place} before={one.before} />{' '}
                {one.first === null ? (
                  w('nothing')
                ) : (
                  <>
                    {w('first')}{' '}
                    <TextLink
                      to="/knowledge/$collection/$document"
                      params={{ collection, document: one.first.documentId }}
                    >
                      {one.first.title}
                    </TextLink>
                  </>
                )}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  )
}

const toneOf = (place: number | null, k: number): Tone =>
  place === null ? 'alarm' : place > k ? 'caution' : 'good'

interface MovedProps {
  readonly place: number | null
  readonly before: number | null | undefined
}

function Moved({ place, before }: MovedProps): ReactNode {
  const w = useWords(words)
  if (before === undefined || before === place) return null
  if (before === null) return w('lost')
  return w(place !== null && place < before ? 'rose' : 'fell', { before })
}
