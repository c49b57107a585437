import type { DictionaryView } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { number } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button, TextLink } from '../../../parts/button.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { Confirm } from '../../../parts/dialog.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Page, Section } from '../../../parts/page.tsx'
import { Row, Rows } from '../../../parts/rows.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notify, notifyRefusal } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { DICTIONARIES, MOST_EDITED, termsOf } from './dictionaries.ts'
import { csvOfTerms } from './dictionary-csv.ts'
import { DictionaryForm } from './dictionary-form.tsx'

const words = defineWords('desensitising', {
  title: { en: 'Desensitising', zh: '脱敏' },
  lead: {
    en: 'What is found in texts before they leave for a managed service: personal data and secrets by form, and the terms of your own dictionaries.',
    zh: '文本发往托管服务之前会查找什么：按形式识别的个人数据和密钥，以及您自己词典中的词。',
  },
  playground: { en: 'Try it on a text', zh: '用一段文字试试' },
  dictionaries: { en: 'Dictionaries', zh: '词典' },
  dictionariesLead: {
    en: 'They count as soon as they are saved, also in texts that were read before. The terms are kept encrypted.',
    zh: '保存后立即生效，对以前读过的文本同样有效。词条加密保存。',
  },
  none: { en: 'None yet.', zh: '还没有。' },
  add: { en: 'Add a dictionary', zh: '添加词典' },
  values: { en: '{count, plural, one {# value} other {# values}}', zh: '{count} 个词' },
  patterns: { en: '{count, plural, one {# pattern} other {# patterns}}', zh: '{count} 个模式' },
  changed: { en: 'changed', zh: '更改于' },
  edit: { en: 'Edit', zh: '编辑' },
  replace: { en: 'Replace', zh: '替换' },
  delete: { en: 'Delete', zh: '删除' },
  deleteTitle: { en: 'Delete {name}?', zh: '删除 {name}？' },
  deleteHelp: {
    en: 'Its terms are no longer found, so they may leave unmasked from then on. This cannot be undone.',
    zh: '此后不再查找其中的词，它们可能不经脱敏就离开。此操作无法撤销。',
  },
  deleted: { en: '{name} was deleted.', zh: '{name} 已删除。' },
  detectors: { en: 'Detectors', zh: '检测器' },
  detectorsLead: {
    en: 'The built-in one always looks. Others beside it are named in freehold.yaml.',
    zh: '内置检测器始终运行。其他检测器在 freehold.yaml 中指定。',
  },
  builtIn: { en: 'Built in', zh: '内置' },
  alone: { en: 'It looks alone.', zh: '没有其他检测器。' },
  presidio: { en: 'Presidio', zh: 'Presidio' },
  module: { en: 'Module', zh: '模块' },
  required: { en: 'nothing leaves without it', zh: '没有它的结果就不放行' },
  optional: { en: 'looked past when it fails', zh: '失败时跳过' },
  ready: { en: 'Ready', zh: '就绪' },
  starting: { en: 'Starting', zh: '正在启动' },
  returning: { en: 'Being tried again', zh: '正在重新尝试' },
  away: { en: 'Does not answer', zh: '没有响应' },
  off: { en: 'Off', zh: '已关闭' },
  calls: { en: '{count} calls', zh: '调用 {count} 次' },
  failures: { en: '{count} failed', zh: '失败 {count} 次' },
  last: { en: 'Failed last: {why}', zh: '最近一次失败：{why}' },
})

const TONES = {
  ready: 'good',
  starting: 'plain',
  returning: 'caution',
  away: 'alarm',
  off: 'plain',
} as const

/** What the desensitiser knows: dictionaries of one's own, and who looks besides. */
export function DesensitisingScreen(): ReactNode {
  const w = useWords(words)
  return (
    <Page
      isWide
      title={w('title')}
      lead={w('lead')}
      actions={<TextLink to="/trust/simulator">{w('playground')}</TextLink>}
    >
      <Dictionaries />
      <Detectors />
    </Page>
  )
}

interface Open {
  readonly before: DictionaryView | null
  readonly text: string
}

function Dictionaries(): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const [open, setOpen] = useState<Open | null>(null)
  const [deleting, setDeleting] = useState('')
  const list = useQuery({ queryKey: DICTIONARIES, queryFn: () => server.dictionaries.list() })
  const isSmall = ({ values, patterns }: DictionaryView): boolean => values + patterns <= MOST_EDITED
  const edit = async (one: DictionaryView): Promise<void> => {
    try {
      setOpen({ before: one, text: isSmall(one) ? csvOfTerms(await termsOf(one.name)) : '' })
    } catch (error) {
      notifyRefusal(error)
    }
  }
  return (
    <Section
      title={w('dictionaries')}
      lead={w('dictionariesLead')}
      actions={
        <Button
          size="small"
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() => setOpen({ before: null, text: 'value,type\n' })}
        >
          {w('add')}
        </Button>
      }
    >
      <Shown query={list}>
        {({ data }) => (
          <Rows label={w('dictionaries')} none={w('none')}>
            {data.map((one) => {
              const verb = w(isSmall(one) ? 'edit' : 'replace')
              return (
                <Row
                  key={one.name}
                  title={one.name}
                  facts={[
                    w('values', { count: one.values }),
                    ...(one.patterns > 0 ? [w('patterns', { count: one.patterns })] : []),
                    <span key="at">
                      {w('changed')} <Moment at={one.changedAt} />
                    </span>,
                  ]}
                  actions={
                    <>
                      <Button size="small" aria-label={`${verb} ${one.name}`} onClick={() => void edit(one)}>
                        {verb}
                      </Button>
                      <Button
                        size="small"
                        look="danger"
                        aria-label={`${w('delete')} ${one.name}`}
                        onClick={() => setDeleting(one.name)}
                      >
                        {w('delete')}
                      </Button>
                    </>
                  }
                />
              )
            })}
          </Rows>
        )}
      </Shown>
      {open !== null && <DictionaryForm {...open} onClose={() => setOpen(null)} />}
      <Confirm
        isOpen={deleting !== ''}
        onClose={() => setDeleting('')}
        title={w('deleteTitle', { name: deleting })}
        action={w('delete')}
        typed={deleting}
        onConfirm={async () => {
          await server.dictionaries.delete(deleting)
          await queries.invalidateQueries({ queryKey: DICTIONARIES })
          notify(w('deleted', { name: deleting }))
        }}
      >
        <p>{w('deleteHelp')}</p>
      </Confirm>
    </Section>
  )
}

function Detectors(): ReactNode {
  const w = useWords(words)
  const list = useQuery({
    queryKey: ['routing', 'detectors'],
    queryFn: () => server.privacy.detectors(),
  })
  return (
    <Section title={w('detectors')} lead={w('detectorsLead')}>
      <Shown query={list}>
        {({ detectors }) => (
          <Rows label={w('detectors')} none="">
            <Row
              title={w('builtIn')}
              note={<Chip tone="good">{w('ready')}</Chip>}
              facts={[w('required'), ...(detectors.length === 0 ? [w('alone')] : [])]}
            />
            {detectors.map(({ name, kind, required, state, calls, failures, lastFailure }) => (
              <Row
                key={name}
                title={name}
                note={<Chip tone={TONES[state]}>{w(state)}</Chip>}
                facts={[
                  w(kind),
                  w(required ? 'required' : 'optional'),
                  w('calls', { count: number(calls) }),
                  ...(failures > 0 ? [w('failures', { count: number(failures) })] : []),
                  ...(lastFailure === null
                    ? []
                    : [
                        <span key="last" className="text-alarm">
                          {w('last', { why: lastFailure })}
                        </span>,
                      ]),
                ]}
              />
            ))}
          </Rows>
        )}
      </Shown>
    </Section>
  )
}
