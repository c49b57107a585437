import { useMutation } from '@tanstack/react-query'
import type { DataClass, ShownOperation } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { duration } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip, ClassChip } from '../../parts/chip.tsx'
import { Checkbox, SelectField, TextArea, TextField } from '../../parts/field.tsx'
import { Empty } from '../../parts/state.tsx'
import { Refused } from '../../refusal/refused.tsx'
import type { SchemaField, SchemaValues } from './schema-fields.ts'
import { inputOf, schemaFields } from './schema-fields.ts'
import { effectWords } from './skills-words.ts'
import { ownOperation } from './both.ts'

const words = defineWords('skill-call', {
  operation: { en: 'Operation', zh: '操作' },
  needed: { en: 'Needed', zh: '必填' },
  notJson: { en: 'This is no JSON.', zh: '这不是有效的 JSON。' },
  json: { en: 'As JSON', zh: '以 JSON 填写' },
  none: { en: 'It has no operation that can be called.', zh: '没有可调用的操作。' },
  confirm: { en: 'Yes, do it', zh: '是的，执行' },
  confirmHelp: { en: 'This does more than read: {effect}.', zh: '此操作不只是读取：{effect}。' },
  call: { en: 'Call', zh: '调用' },
  result: { en: 'Result', zh: '结果' },
  took: { en: 'took {duration}', zh: '用时 {duration}' },
  cut: { en: 'It was cut: it is longer than a result may be.', zh: '结果过长，已截断。' },
  left: { en: 'What left for it', zh: '为此发出的请求' },
  masked: { en: '{count} masked', zh: '遮盖 {count} 处' },
  choose: { en: 'not said', zh: '未指定' },
})

export interface Called {
  readonly value: unknown
  readonly text: string
  readonly class: DataClass
  readonly durationMs: number
  readonly isCut: boolean
  readonly requests?: readonly {
    readonly method: string
    readonly host: string
    readonly zone: 'private' | 'managed'
    readonly masked: number
    readonly status: number | null
  }[]
}

export interface CallWish {
  readonly operation: string
  readonly input: Record<string, unknown>
  readonly confirmed: boolean
}

interface CallFormProps {
  readonly operations: readonly ShownOperation[]
  readonly onCall: (wish: CallWish) => Promise<Called>
}

/** Calls an operation of a skill by hand and shows what came of it. */
export function CallForm({ operations, onCall }: CallFormProps): ReactNode {
  const w = useWords(words)
  const e = useWords(effectWords)
  const [chosen, setChosen] = useState(operations[0]?.id ?? '')
  const [values, setValues] = useState<SchemaValues>({})
  const [isConfirmed, setConfirmed] = useState(false)
  const [isSent, setSent] = useState(false)
  const [wrong, setWrong] = useState<string | null>(null)
  const call = useMutation({ mutationFn: onCall })
  const operation = operations.find(({ id }) => id === chosen)
  if (operation === undefined) return <Empty title={w('none')} />
  const fields = schemaFields(operation.input)
  const isMore = operation.effect !== 'read' || operation.confirm === 'always'
  const isMissing = ({ name, isRequired }: SchemaField): boolean => isRequired && (values[name] ?? '') === ''

  const submit = (): void => {
    setSent(true)
    setWrong(null)
    if (fields.some(isMissing) || call.isPending || (isMore && !isConfirmed)) return
    try {
      call.mutate({ operation: chosen, input: inputOf(fields, values), confirmed: isConfirmed })
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      setWrong(error.message)
    }
  }

  return (
    <form
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <SelectField
        label={w('operation')}
        help={ownOperation(operation).description}
        value={chosen}
        onChange={(event) => {
          setChosen(event.currentTarget.value)
          setValues({})
          setConfirmed(false)
          setSent(false)
          call.reset()
        }}
      >
        {operations.map((one) => (
          <option key={one.id} value={one.id}>
            {ownOperation(one).title}
          </option>
        ))}
      </SelectField>
      {fields.map((field) => (
        <FieldInput
          key={`${chosen} ${field.name}`}
          field={field}
          value={values[field.name] ?? ''}
          error={isSent && isMissing(field) ? w('needed') : wrong === field.name ? w('notJson') : ''}
          onChange={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      {isMore && (
        <Checkbox
          label={w('confirm')}
          help={w('confirmHelp', { effect: e(operation.effect) })}
          checked={isConfirmed}
          onChange={setConfirmed}
        />
      )}
      <Button type="submit" look="primary" isBusy={call.isPending} disabled={isMore && !isConfirmed}>
        {w('call')}
      </Button>
      {call.error !== null && <Refused error={call.error} />}
      {call.data && <Result called={call.data} />}
    </form>
  )
}

interface FieldInputProps {
  readonly field: SchemaField
  readonly value: string | boolean
  readonly error: string
  readonly onChange: (value: string | boolean) => void
}

function FieldInput({
  field: { name, kind, help, choices },
  value,
  error,
  onChange,
}: FieldInputProps): ReactNode {
  const w = useWords(words)
  const about = help === null ? {} : { help }
  if (kind === 'flag')
    return <Checkbox label={name} {...about} checked={value === true} onChange={onChange} />
  const common = {
    label: name,
    ...about,
    error,
    value: String(value),
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      onChange(event.currentTarget.value),
  }
  if (kind === 'choice')
    return (
      <SelectField {...common}>
        <option value="">{w('choose')}</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </SelectField>
    )
  if (kind === 'long') return <TextArea {...common} spellCheck={false} />
  if (kind === 'json')
    return <TextArea {...common} placeholder={w('json')} rows={3} spellCheck={false} className="font-mono" />
  return <TextField {...common} {...(kind === 'number' && { inputMode: 'decimal' })} />
}

function Result({ called }: { readonly called: Called }): ReactNode {
  const w = useWords(words)
  return (
    <section aria-label={w('result')} role="status" className="space-y-2">
      <p className="flex flex-wrap items-center gap-2 text-small">
        <span className="font-medium">{w('result')}</span>
        <ClassChip of={called.class} />
        <span className="text-soft">{w('took', { duration: duration(called.durationMs) })}</span>
      </p>
      <pre
        tabIndex={0}
        className="max-h-96 overflow-auto rounded-medium bg-sunk p-3 font-mono text-small whitespace-pre-wrap"
      >
        {called.text === '' ? JSON.stringify(called.value, null, 2) : called.text}
      </pre>
      {called.isCut && <p className="text-small text-caution">{w('cut')}</p>}
      {called.requests !== undefined && called.requests.length > 0 && (
        <div className="text-small">
          <p className="text-soft">{w('left')}</p>
          <ul>
            {called.requests.map((request, at) => (
              // oxlint-disable-next-line react/no-array-index-key -- what was sent, in its order
              <li key={at} className="flex flex-wrap items-center gap-2">
                <code>
                  {request.method} {request.host}
                </code>
                <Chip tone={request.zone}>{request.zone}</Chip>
                <span>{request.status ?? '–'}</span>
                {request.masked > 0 && <span>{w('masked', { count: request.masked })}</span>}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}
