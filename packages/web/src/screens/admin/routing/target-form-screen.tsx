import { FreeholdError } from '@freehold/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { FormEvent, ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Page, Section, Sheet } from '../../../parts/page.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notify } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { NotFound } from '../../../shell/not-found.tsx'
import type { TargetTexts } from './target-fields.ts'
import { NOTHING_TYPED, targetOf, typedOf } from './target-fields.ts'
import { TargetForm } from './target-form.tsx'
import { targetWords } from './target-words.ts'
import type { Listed } from './targets.ts'
import { ROUTING, targetsQuery } from './targets.ts'
import { TryTarget } from './try-target.tsx'
import { refusedProblem } from '../../trust/routing-problems.ts'

const words = defineWords('target-form-screen', {
  new: { en: 'Add a target', zh: '添加目标' },
  newLead: {
    en: 'It gets requests once a rule names it.',
    zh: '有规则引用它之后，它才会收到请求。',
  },
  edit: { en: 'Edit {name}', zh: '编辑 {name}' },
  editLead: {
    en: 'It is in force as soon as it is saved.',
    zh: '保存后立即生效。',
  },
  again: {
    en: 'Credentials, certificates and time-outs are never told again: what it had of them is replaced by what you type here.',
    zh: '凭据、证书和超时设置不会再次显示：保存时，原有的会被您在这里填写的内容替换。',
  },
  before: { en: 'Test before saving', zh: '保存前测试' },
  beforeLead: {
    en: 'Tried as it is typed; nothing is saved by it.',
    zh: '按当前填写的内容测试，不会保存任何内容。',
  },
  save: { en: 'Save', zh: '保存' },
  cancel: { en: 'Cancel', zh: '取消' },
  saved: { en: '{name} was saved.', zh: '{name} 已保存。' },
})

export function NewTargetScreen(): ReactNode {
  const list = useQuery(targetsQuery)
  return <Shown query={list}>{({ version }) => <TargetFormScreen version={version} before={null} />}</Shown>
}

export function EditTargetScreen(): ReactNode {
  const { name } = useParams({ from: '/admin/targets/$name/edit' })
  const list = useQuery(targetsQuery)
  return (
    <Shown query={list}>
      {({ data, version }) => {
        const target = data.find((one) => one.name === name)
        return target?.origin === 'settings' ? (
          <TargetFormScreen key={name} version={version} before={target} />
        ) : (
          <NotFound />
        )
      }}
    </Shown>
  )
}

interface TargetFormScreenProps {
  /** That the form begins with; a save is refused when there is a newer one. */
  readonly version: number
  readonly before: Listed | null
}

function TargetFormScreen({ version, before }: TargetFormScreenProps): ReactNode {
  const w = useWords(words)
  const t = useWords(targetWords)
  const navigate = useNavigate()
  const queries = useQueryClient()
  // What is shown later of the list must not change what this is based on.
  const [basis] = useState({ version, before })
  const [typed, setTyped] = useState<TargetTexts>(before === null ? NOTHING_TYPED : typedOf(before))
  const save = useMutation({
    mutationFn: () => {
      const target = targetOf(typed, basis.before)
      return server.targets.put(target.name, { target, version: basis.version })
    },
    async onSuccess({ target: { name } }) {
      notify(w('saved', { name }))
      await queries.invalidateQueries({ queryKey: ROUTING })
      await navigate({ to: '/admin/targets/$name', params: { name } })
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!save.isPending && typed.name.trim() !== '') save.mutate()
  }
  const isConflict = save.error instanceof FreeholdError && save.error.code === 'conflict'
  const leave = (): void =>
    void (before === null
      ? navigate({ to: '/admin/targets' })
      : navigate({ to: '/admin/targets/$name', params: { name: before.name } }))
  return (
    <Page
      title={before === null ? w('new') : w('edit', { name: before.name })}
      lead={w(before === null ? 'newLead' : 'editLead')}
    >
      <form noValidate onSubmit={submit} className="space-y-6">
        {before !== null && <p className="text-small text-caution">{w('again')}</p>}
        <TargetForm typed={typed} onChange={setTyped} isNew={before === null} before={before} />
        <Section title={w('before')} lead={w('beforeLead')}>
          <Sheet>
            <TryTarget
              isModel={typed.kind === 'model'}
              send={(call) => server.targets.testNew({ target: targetOf(typed, basis.before), call })}
            />
          </Sheet>
        </Section>
        {save.error && (
          <Refused error={save.error} reason={refusedProblem(save.error)}>
            {isConflict ? t('conflict') : undefined}
          </Refused>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={leave}>{w('cancel')}</Button>
          <Button type="submit" look="primary" disabled={typed.name.trim() === ''} isBusy={save.isPending}>
            {w('save')}
          </Button>
        </div>
      </form>
    </Page>
  )
}
