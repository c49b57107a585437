import type { DictionaryView } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { FileUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRef, useState } from 'react'
import { number } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { TextArea, TextField } from '../../../parts/field.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { notify } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { DICTIONARIES } from './dictionaries.ts'
import type { Preview } from './dictionary-csv.ts'
import { HEAD, previewOf } from './dictionary-csv.ts'

const words = defineWords('dictionary-form', {
  add: { en: 'Add a dictionary', zh: '添加词典' },
  edit: { en: 'Edit {name}', zh: '编辑 {name}' },
  lead: {
    en: 'Names of customers, codes of projects, hosts: what only you know to be a secret.',
    zh: '客户名称、项目代号、主机名：只有您知道需要保密的内容。',
  },
  name: { en: 'Name', zh: '名称' },
  nameHelp: {
    en: 'Small letters, digits and dashes. It stands in the audit log, so choose one that says nothing.',
    zh: '小写字母、数字和连字符。名称会出现在审计日志中，请不要透露内容。',
  },
  file: { en: 'Read a CSV file', zh: '读取 CSV 文件' },
  terms: { en: 'Terms, as CSV', zh: '词条（CSV）' },
  termsHelp: {
    en: 'The first line names the columns: value or pattern, and type, case_sensitive, whole_word if wanted. A pattern is a regular expression with bounded repeats, such as {example}.',
    zh: '首行为列名：value 或 pattern，可选 type、case_sensitive、whole_word。pattern 是重复次数有限的正则表达式，例如 {example}。',
  },
  replaces: { en: 'What is saved replaces the whole dictionary.', zh: '保存的内容会替换整本词典。' },
  preview: { en: 'Preview', zh: '预览' },
  counts: {
    en: '{values, plural, one {# value} other {# values}}, {patterns, plural, one {# pattern} other {# patterns}}',
    zh: '{values} 个词，{patterns} 个模式',
  },
  first: { en: 'The first {count} are shown.', zh: '显示前 {count} 条。' },
  empty: { en: 'Type terms or read a file.', zh: '请输入词条或读取文件。' },
  quote: { en: 'A quotation mark is not closed.', zh: '有引号没有闭合。' },
  head: {
    en: 'The first line must name a column value or pattern.',
    zh: '首行必须包含 value 或 pattern 列。',
  },
  lacking: { en: 'There is no term below the first line.', zh: '首行之后没有词条。' },
  tooBig: { en: 'The file is larger than 16 MiB.', zh: '文件大于 16 MiB。' },
  save: { en: 'Save', zh: '保存' },
  saved: { en: '{name} is in force.', zh: '{name} 已生效。' },
  refused: {
    en: 'Nothing was changed. What is not taken is named by its line:',
    zh: '没有任何更改。未被接受的内容以行号指出：',
  },
})

const SHOWN = 12
const MOST_BYTES = 16 * 1024 * 1024
/** More than that is a burden for a text field; a file is then kept as it is. */
const MOST_TYPED = 200_000

interface DictionaryFormProps {
  /** Null: a new one. */
  readonly before: DictionaryView | null
  readonly text: string
  readonly onClose: () => void
}

/** The terms of a dictionary as CSV, from a file or typed, with a preview of what they are read as. */
export function DictionaryForm({ before, text: begin, onClose }: DictionaryFormProps): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const [name, setName] = useState(before?.name ?? '')
  const [text, setText] = useState(begin)
  const [isTooBig, setTooBig] = useState(false)
  const file = useRef<HTMLInputElement>(null)
  const preview = previewOf(text)
  const mistake = typeof preview === 'string' ? w(preview === 'terms' ? 'lacking' : preview) : ''
  const read = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return
    setTooBig(chosen.size > MOST_BYTES)
    if (chosen.size > MOST_BYTES) return
    setText(await chosen.text())
    if (name === '')
      setName(
        chosen.name
          .replace(/\.[^.]*$/, '')
          .toLowerCase()
          .replaceAll(/[^a-z\d]+/g, '-')
          .replaceAll(/^[^a-z]+|-+$/g, ''),
      )
  }
  return (
    <FormDialog
      title={before === null ? w('add') : w('edit', { name: before.name })}
      lead={w('lead')}
      send={w('save')}
      isReady={typeof preview !== 'string' && name.trim() !== ''}
      refusals={{ invalid: w('refused') }}
      onClose={onClose}
      onSend={async () => {
        await server.dictionaries.putCsv(name.trim(), text)
        await queries.invalidateQueries({ queryKey: DICTIONARIES })
        notify(w('saved', { name: name.trim() }))
      }}
    >
      <TextField
        label={w('name')}
        help={w('nameHelp')}
        value={name}
        disabled={before !== null}
        maxLength={64}
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <div className="flex flex-wrap items-center gap-3">
        <Button
          size="small"
          icon={<FileUp aria-hidden className="size-4" />}
          onClick={() => file.current?.click()}
        >
          {w('file')}
        </Button>
        {isTooBig && <span className="text-small text-alarm">{w('tooBig')}</span>}
        {before !== null && <span className="text-small text-soft">{w('replaces')}</span>}
        <input
          ref={file}
          type="file"
          accept=".csv,text/csv"
          hidden
          onChange={(event) => {
            void read(event.currentTarget.files?.[0])
            event.currentTarget.value = ''
          }}
        />
      </div>
      {text.length <= MOST_TYPED && (
        <TextArea
          label={w('terms')}
          help={w('termsHelp', { example: 'PRJ-\\d{4}' })}
          rows={6}
          className="font-mono text-tiny"
          spellCheck={false}
          value={text}
          error={mistake}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {typeof preview !== 'string' && <PreviewTable of={preview} />}
    </FormDialog>
  )
}

function PreviewTable({ of: { head, rows, values, patterns } }: { readonly of: Preview }): ReactNode {
  const w = useWords(words)
  const columns = HEAD.filter((name) => head.includes(name))
  return (
    <div className="space-y-1.5">
      <p role="status" className="text-small text-soft">
        {w('counts', { values, patterns })}
        {rows.length > SHOWN && ` · ${w('first', { count: number(SHOWN) })}`}
      </p>
      <div
        className="overflow-x-auto rounded-medium border border-line"
        tabIndex={0}
        role="group"
        aria-label={w('preview')}
      >
        <table className="w-full text-tiny">
          <thead>
            <tr className="border-b border-line text-soft">
              {columns.map((name) => (
                <th key={name} scope="col" className="px-2 py-1 text-start font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, SHOWN).map((row, at) => (
              // oxlint-disable-next-line react/no-array-index-key -- lines of a file, in their order
              <tr key={at} className="border-b border-line last:border-0">
                {columns.map((name) => (
                  <td key={name} className="px-2 py-1 break-all">
                    {row[head.indexOf(name)]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
