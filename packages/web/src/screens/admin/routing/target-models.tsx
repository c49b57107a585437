import type { PullView, TargetModels as Offered } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { number, percent, size } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { TextField } from '../../../parts/field.tsx'
import { Section } from '../../../parts/page.tsx'
import { Row, Rows } from '../../../parts/rows.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notifyRefusal } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { pullStep } from './pull-words.ts'
import type { Listed } from './targets.ts'
import { ROUTING } from './targets.ts'

const words = defineWords('target-models', {
  title: { en: 'What it offers', zh: '它提供的模型' },
  lead: { en: 'The target is asked now.', zh: '会立即询问该目标。' },
  ask: { en: 'Ask it', zh: '询问' },
  none: { en: 'It offers nothing.', zh: '它没有提供模型。' },
  askedAs: { en: 'asked for as {names}', zh: '请求名称：{names}' },
  unasked: { en: 'nobody may ask for it', zh: '无人可以请求' },
  context: { en: '{count} tokens of context', zh: '上下文 {count} 个词元' },
  loaded: { en: 'In memory', zh: '已在内存' },
  pull: { en: 'Fetch a model', zh: '拉取模型' },
  pullHelp: {
    en: 'Its name as Ollama knows it, such as llama3.2:1b',
    zh: 'Ollama 中的名称，例如 llama3.2:1b',
  },
  fetch: { en: 'Fetch', zh: '拉取' },
  pulls: { en: 'Fetched since the start', zh: '启动以来的拉取' },
  pulling: { en: 'Being fetched', zh: '正在拉取' },
  done: { en: 'Done', zh: '已完成' },
  failed: { en: 'Failed', zh: '失败' },
  cancelled: { en: 'Stopped', zh: '已停止' },
  cancel: { en: 'Stop', zh: '停止' },
  of: { en: '{done} of {all} ({share})', zh: '{done} / {all}（{share}）' },
})

/** What a target says that it has, asked for by a press, and fetching more where it can. */
export function TargetModels({ target }: { readonly target: Listed }): ReactNode {
  const w = useWords(words)
  const { name, native } = target
  const [isAsked, setAsked] = useState(false)
  const models = useQuery({
    queryKey: [...ROUTING, 'models', name],
    queryFn: ({ signal }) => server.targets.models(name, { signal }),
    enabled: isAsked,
    retry: false,
  })
  return (
    <Section
      title={w('title')}
      lead={w('lead')}
      actions={
        <Button
          size="small"
          isBusy={models.isFetching}
          onClick={() => (isAsked ? void models.refetch() : setAsked(true))}
        >
          {w('ask')}
        </Button>
      }
    >
      {isAsked && <Shown query={models}>{({ data }) => <Models data={data} />}</Shown>}
      {native === 'ollama' && target.zone === 'private' && <Pulls name={name} />}
    </Section>
  )
}

function Models({ data }: { readonly data: Offered['data'] }): ReactNode {
  const w = useWords(words)
  return (
    <Rows label={w('title')} none={w('none')}>
      {data.map((model) => (
        <Row
          key={model.id}
          title={<span className="break-all">{model.id}</span>}
          note={model.loaded !== null && <Chip tone="good">{w('loaded')}</Chip>}
          facts={[
            model.askedAs.length === 0 ? w('unasked') : w('askedAs', { names: model.askedAs.join(', ') }),
            model.family,
            model.parameters,
            model.quantisation,
            model.sizeBytes !== null && size(model.sizeBytes),
            model.contextTokens !== null && w('context', { count: number(model.contextTokens) }),
            ...model.capabilities,
          ].filter((fact) => typeof fact === 'string')}
        />
      ))}
    </Rows>
  )
}

function Pulls({ name }: { readonly name: string }): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const key = [...ROUTING, 'pulls', name]
  const pulls = useQuery({
    queryKey: key,
    queryFn: () => server.targets.pulls(name),
    refetchInterval: ({ state }) =>
      state.data?.data.some((pull) => pull.state === 'pulling') === true ? 1000 : false,
  })
  const [model, setModel] = useState('')
  const [refusal, setRefusal] = useState<unknown>(null)
  const fetchModel = async (): Promise<void> => {
    setRefusal(null)
    try {
      await server.targets.pull(name, { model: model.trim() })
      setModel('')
    } catch (error) {
      setRefusal(error)
    }
    await queries.invalidateQueries({ queryKey: key })
  }
  return (
    <div className="space-y-3">
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (model.trim() !== '') void fetchModel()
        }}
      >
        <div className="min-w-0 grow basis-56">
          <TextField
            label={w('pull')}
            placeholder={w('pullHelp')}
            value={model}
            autoCapitalize="none"
            spellCheck={false}
            maxLength={128}
            onChange={(event) => setModel(event.currentTarget.value)}
          />
        </div>
        <Button type="submit">{w('fetch')}</Button>
      </form>
      {refusal !== null && <Refused error={refusal} />}
      <Shown query={pulls}>
        {({ data }) =>
          data.length > 0 && (
            <Rows label={w('pulls')} none="">
              {data.map((pull) => (
                <PullRow
                  key={pull.id}
                  pull={pull}
                  onCancel={() =>
                    void server.pulls
                      .cancel(pull.id)
                      .catch(notifyRefusal)
                      .then(() => queries.invalidateQueries({ queryKey: key }))
                  }
                />
              ))}
            </Rows>
          )
        }
      </Shown>
    </div>
  )
}

const TONES = { pulling: 'plain', done: 'good', failed: 'alarm', cancelled: 'caution' } as const

function PullRow({ pull, onCancel }: { readonly pull: PullView; readonly onCancel: () => void }): ReactNode {
  const w = useWords(words)
  const { state, completedBytes: done, totalBytes: all } = pull
  const isPulling = state === 'pulling'
  return (
    <Row
      title={pull.model}
      note={<Chip tone={TONES[state]}>{w(state)}</Chip>}
      facts={[
        pullStep(pull),
        ...(all > 0 ? [w('of', { done: size(done), all: size(all), share: percent(done / all) })] : []),
      ]}
      actions={
        isPulling && (
          <>
            <progress aria-label={pull.model} value={done} max={Math.max(all, 1)} className="w-28" />
            <Button size="small" onClick={onCancel}>
              {w('cancel')}
            </Button>
          </>
        )
      }
    />
  )
}
