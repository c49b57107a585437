import { useMutation } from '@tanstack/react-query'
import type { SkillDetail } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { TextField } from '../../parts/field.tsx'
import { Section } from '../../parts/page.tsx'
import { Empty } from '../../parts/state.tsx'
import { notify, notifyRefusal } from '../../parts/toast.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { ownSetting } from './both.ts'

const words = defineWords('skill-settings', {
  secrets: { en: 'Secrets', zh: '密钥' },
  secretsLead: {
    en: 'Sealed here and added to requests outside of the skill. Nobody can read them again.',
    zh: '加密保存在本系统，在技能之外附加到请求中。任何人都无法再次读取。',
  },
  noSecrets: { en: 'It needs no secret', zh: '不需要密钥' },
  set: { en: 'set', zh: '已设置' },
  unset: { en: 'missing', zh: '缺少' },
  value: { en: 'New value of {name}', zh: '{name} 的新值' },
  save: { en: 'Save', zh: '保存' },
  forget: { en: 'Forget', zh: '清除' },
  kept: { en: '{name} is kept.', zh: '{name} 已保存。' },
  place: { en: 'In this house', zh: '本系统的设置' },
  baseUrl: { en: 'Address of its server', zh: '服务器地址' },
  baseUrlHelp: { en: 'It must be a host that its permissions name.', zh: '必须是权限中列出的主机。' },
  record: { en: 'Calls kept to try upgrades on', zh: '为试验升级而保留的调用数' },
  recordHelp: { en: 'Of each operation, sealed; 0 to 100.', zh: '每个操作保留的数量，加密保存；0 到 100。' },
  saved: { en: 'Saved.', zh: '已保存。' },
})

interface SkillSettingsProps {
  readonly skill: SkillDetail
  readonly onChanged: () => Promise<void>
}

/** What is so in this house: secrets, the address of its server, values of its settings. */
export function SkillSettingsForm({ skill, onChanged }: SkillSettingsProps): ReactNode {
  const w = useWords(words)
  const [baseUrl, setBaseUrl] = useState(skill.settings.baseUrl ?? '')
  const [recordCalls, setRecordCalls] = useState(String(skill.settings.recordCalls))
  const [values, setValues] = useState(skill.settings.values)
  const change = useMutation({
    mutationFn: () =>
      server.skills.change(skill.name, {
        settings: {
          ...(baseUrl.trim() !== '' && { baseUrl: baseUrl.trim() }),
          values,
          recordCalls: Number(recordCalls),
        },
      }),
    async onSuccess() {
      notify(w('saved'))
      await onChanged()
    },
  })
  return (
    <div className="space-y-6">
      <Section title={w('secrets')} lead={w('secretsLead')}>
        {skill.secrets.length === 0 ? (
          <Empty title={w('noSecrets')} />
        ) : (
          <ul className="grid gap-3">
            {skill.secrets.map((secret) => (
              <li key={secret.name}>
                <Secret skill={skill.name} secret={secret} onChanged={onChanged} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={w('place')}>
        <form
          className="max-w-xl space-y-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (!change.isPending) change.mutate()
          }}
        >
          <TextField
            label={w('baseUrl')}
            help={w('baseUrlHelp')}
            type="url"
            value={baseUrl}
            onChange={(event) => setBaseUrl(event.currentTarget.value)}
          />
          {skill.declared.map((one) => {
            const { title, description } = ownSetting(one)
            return (
              <TextField
                key={one.name}
                label={title}
                help={[one.name, description].filter(Boolean).join(' · ')}
                type={one.type === 'port' ? 'number' : 'text'}
                value={String(values[one.name] ?? one.default)}
                onChange={(event) => {
                  const text = event.currentTarget.value
                  setValues({ ...values, [one.name]: one.type === 'port' ? Number(text) : text })
                }}
              />
            )
          })}
          <TextField
            label={w('record')}
            help={w('recordHelp')}
            type="number"
            min={0}
            max={100}
            value={recordCalls}
            onChange={(event) => setRecordCalls(event.currentTarget.value)}
          />
          {change.error !== null && <Refused error={change.error} />}
          <Button type="submit" isBusy={change.isPending}>
            {w('save')}
          </Button>
        </form>
      </Section>
    </div>
  )
}

interface SecretProps {
  readonly skill: string
  readonly secret: SkillDetail['secrets'][number]
  readonly onChanged: () => Promise<void>
}

function Secret({ skill, secret: { name, isSet }, onChanged }: SecretProps): ReactNode {
  const w = useWords(words)
  const [value, setValue] = useState('')
  const keeping = useMutation({
    mutationFn: () => server.skills.secret(skill, name, { value }),
    async onSuccess() {
      setValue('')
      notify(w('kept', { name }))
      await onChanged()
    },
  })
  const forgetting = useMutation({
    mutationFn: () => server.skills.forgetSecret(skill, name),
    onSuccess: onChanged,
    onError: notifyRefusal,
  })
  return (
    <form
      className="space-y-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (value !== '' && !keeping.isPending) keeping.mutate()
      }}
    >
      <p className="flex items-center gap-2">
        <code>{name}</code>
        <Chip tone={isSet ? 'good' : 'caution'}>{w(isSet ? 'set' : 'unset')}</Chip>
      </p>
      <div className="flex items-end gap-2">
        <div className="grow">
          <TextField
            label={w('value', { name })}
            type="password"
            autoComplete="new-password"
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
        </div>
        <Button type="submit" disabled={value === ''} isBusy={keeping.isPending}>
          {w('save')}
        </Button>
        {isSet && (
          <Button look="danger" isBusy={forgetting.isPending} onClick={() => forgetting.mutate()}>
            {w('forget')}
          </Button>
        )}
      </div>
      {keeping.error !== null && <Refused error={keeping.error} />}
    </form>
  )
}
