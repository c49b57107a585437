import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Checkbox, SelectField, TextArea, TextField } from '../../parts/field.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import type { FormKind, SourceValues } from './source-fields.ts'
import { initialValues, missingOf, originOf, SOURCE_FIELDS } from './source-fields.ts'
import { kindWords } from './source-words.ts'
import { DATA_CLASSES, classWords } from '../../data-classes.ts'

const words = defineWords('source-form', {
  name: { en: 'Name', zh: '名称' },
  kind: { en: 'Where documents come from', zh: '文档来自' },
  every: { en: 'Looked at every', zh: '检查间隔' },
  minutes15: { en: '15 minutes', zh: '15 分钟' },
  hour: { en: 'Hour', zh: '1 小时' },
  day: { en: 'Day', zh: '1 天' },
  never: { en: 'Only when asked', zh: '仅在要求时' },
  class: { en: 'Class of its documents', zh: '文档级别' },
  add: { en: 'Add source', zh: '添加来源' },
  missing: { en: 'Needed', zh: '必填' },
  rest: {
    en: 'Lists in JSON (kind rest) are described in a file: freehold source add --file.',
    zh: 'JSON 列表（rest 类型）用文件描述：freehold source add --file。',
  },
  'field.path': { en: 'Folder', zh: '文件夹' },
  'field.start': { en: 'Addresses to begin with, one a line', zh: '起始地址，每行一个' },
  'field.hosts': { en: 'Further hosts that may be read', zh: '允许读取的其他主机' },
  'field.depth': { en: 'How many links away', zh: '链接深度' },
  'field.maxPages': { en: 'Pages at most', zh: '最多页数' },
  'field.url': { en: 'Address', zh: '地址' },
  'field.branch': { en: 'Branch', zh: '分支' },
  'field.user': { en: 'User', zh: '用户名' },
  'field.secret': { en: 'Secret (never shown again)', zh: '密钥（不会再次显示）' },
  'field.endpoint': { en: 'Endpoint', zh: '服务端点' },
  'field.bucket': { en: 'Bucket', zh: '存储桶' },
  'field.region': { en: 'Region', zh: '区域' },
  'field.prefix': { en: 'Only below', zh: '仅限此前缀' },
  'field.accessKeyId': { en: 'Access key id', zh: '访问密钥 ID' },
  'field.pathStyle': {
    en: 'Bucket in the path (most servers but AWS)',
    zh: '存储桶写在路径中（AWS 以外多数如此）',
  },
  'field.host': { en: 'Host', zh: '主机' },
  'field.port': { en: 'Port', zh: '端口' },
  'field.mailbox': { en: 'Mailbox', zh: '邮箱文件夹' },
})

// Every name of a field has words of its own.
type FieldKey = Extract<keyof typeof words.texts, `field.${string}`>

const PACES = { minutes15: 15, hour: 60, day: 1440, never: null } as const
type Pace = keyof typeof PACES
interface SourceFormProps {
  readonly collection: string
  readonly onDone: () => void
}

/** Adds a source to a collection. */
export function SourceForm({ collection, onDone }: SourceFormProps): ReactNode {
  const w = useWords(words)
  const k = useWords(kindWords)
  const c = useWords(classWords)
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<FormKind>('web')
  const [values, setValues] = useState<SourceValues>(initialValues('web'))
  const [pace, setPace] = useState<Pace>('hour')
  const [dataClass, setClass] = useState<(typeof DATA_CLASSES)[number]>('internal')
  const [isSent, setSent] = useState(false)
  const missing = missingOf(kind, values)
  const creation = useMutation({
    mutationFn: () =>
      server.sources.create({
        name: name.trim(),
        collection,
        from: originOf(kind, values),
        everyMinutes: PACES[pace],
        class: dataClass,
      }),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['knowledge', 'sources'] })
      onDone()
    },
  })
  return (
    <form
      className="space-y-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setSent(true)
        if (missing.length === 0 && name.trim() !== '' && !creation.isPending) creation.mutate()
      }}
    >
      <TextField
        label={w('name')}
        value={name}
        maxLength={128}
        error={isSent && name.trim() === '' ? w('missing') : ''}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <SelectField
        label={w('kind')}
        help={w('rest')}
        value={kind}
        onChange={(event) => {
          // The options are exactly these.
          const next = event.currentTarget.value as FormKind
          setKind(next)
          setValues(initialValues(next))
          setSent(false)
        }}
      >
        {Object.keys(SOURCE_FIELDS).map((one) => (
          <option key={one} value={one}>
            {k(one as FormKind)}
          </option>
        ))}
      </SelectField>
      {SOURCE_FIELDS[kind].map((field) => {
        const label = w(`field.${field.name}` as FieldKey)
        const value = values[field.name] ?? ''
        const error = isSent && missing.includes(field.name) ? w('missing') : ''
        const change = (next: string | boolean): void => setValues({ ...values, [field.name]: next })
        if (field.kind === 'flag')
          return <Checkbox key={field.name} label={label} checked={value === true} onChange={change} />
        const common = {
          label,
          error,
          value: String(value),
          placeholder: field.example,
          spellCheck: false,
          onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
            change(event.currentTarget.value),
        }
        if (field.kind === 'lines') return <TextArea key={field.name} {...common} rows={2} />
        return (
          <TextField
            key={field.name}
            {...common}
            {...(field.kind === 'secret' && { type: 'password', autoComplete: 'new-password' })}
            {...(field.kind === 'number' && { inputMode: 'numeric' })}
          />
        )
      })}
      <div className="grid gap-4 wide:grid-cols-2">
        <SelectField
          label={w('every')}
          value={pace}
          onChange={(event) => setPace(event.currentTarget.value as Pace)}
        >
          {Object.keys(PACES).map((one) => (
            <option key={one} value={one}>
              {w(one as Pace)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={w('class')}
          value={dataClass}
          onChange={(event) => setClass(event.currentTarget.value as (typeof DATA_CLASSES)[number])}
        >
          {DATA_CLASSES.map((one) => (
            <option key={one} value={one}>
              {c(one)}
            </option>
          ))}
        </SelectField>
      </div>
      {creation.error !== null && <Refused error={creation.error} />}
      <div className="flex justify-end">
        <Button type="submit" look="primary" isBusy={creation.isPending}>
          {w('add')}
        </Button>
      </div>
    </form>
  )
}
