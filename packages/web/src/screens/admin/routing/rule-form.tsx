import type { RouteInput } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button, IconButton } from '../../../parts/button.tsx'
import { Checkbox, SelectField, TextField } from '../../../parts/field.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { ProfileField } from './profile-field.tsx'
import type { RuleTexts } from './rule-fields.ts'
import { NO_RULE, ruleOf, ruleTextsOf } from './rule-fields.ts'
import { targetsQuery } from './targets.ts'
import { DATA_CLASSES, classWords } from '../../../data-classes.ts'

const words = defineWords('rule-form', {
  add: { en: 'Add a rule', zh: '添加规则' },
  edit: { en: 'Edit the rule', zh: '编辑规则' },
  lead: {
    en: 'It is in force when all rules are saved.',
    zh: '保存全部规则后才会生效。',
  },
  take: { en: 'Take over', zh: '采用' },
  kind: { en: 'For', zh: '适用于' },
  model: { en: 'Models', zh: '模型' },
  service: { en: 'Services', zh: '服务' },
  models: { en: 'Models asked for', zh: '请求的模型' },
  modelsHelp: {
    en: 'Parted by commas; * stands for any text. Empty: any.',
    zh: '用逗号分隔，* 表示任意文本。留空表示任意模型。',
  },
  services: { en: 'Names of services', zh: '服务名称' },
  classes: { en: 'Of these classes', zh: '适用级别' },
  classesHelp: {
    en: 'None ticked: every class. A rule that leads to a managed target must name its classes.',
    zh: '不勾选表示所有级别。指向托管目标的规则必须写明级别。',
  },
  share: { en: 'Share of conversations, in per cent', zh: '对话占比（百分比）' },
  shareHelp: {
    en: 'Empty: all. The others go on to the next rule.',
    zh: '留空表示全部。其余的交给下一条规则。',
  },
  to: { en: 'Goes to, in this order', zh: '依次发往' },
  toNone: { en: 'Nothing yet: choose a target below.', zh: '还没有，请在下面选择目标。' },
  step: { en: 'Remove {targets}', zh: '移除 {targets}' },
  target: { en: 'Target', zh: '目标' },
  next: { en: 'Add as next', zh: '添加为下一个' },
  group: { en: 'Spread with the last', zh: '与上一个分担' },
  spread: { en: 'spread over {targets}', zh: '分散到 {targets}' },
  profile: { en: 'What leaves is masked by', zh: '离开时的脱敏配置' },
  opaque: { en: 'Let out what cannot be read', zh: '允许发出无法读取的内容' },
  opaqueHelp: {
    en: 'Pictures, sound, files. For the class public only.',
    zh: '图片、声音、文件。仅限公开级别。',
  },
  more: { en: 'Limits, kept answers, hedging', zh: '上限、缓存与对冲' },
  rpm: { en: 'Requests per minute', zh: '每分钟请求数' },
  concurrent: { en: 'Requests at the same time', zh: '同时进行的请求数' },
  maxOutputTokens: { en: 'Tokens of one answer', zh: '单次回答的词元数' },
  cache: { en: 'Keep answers for (seconds)', zh: '缓存回答（秒）' },
  shared: { en: 'Kept answers are for all of the tenant', zh: '缓存的回答供整个租户使用' },
  sharedHelp: { en: 'Otherwise only for whom they were made.', zh: '否则只供最初的请求者使用。' },
  hedge: { en: 'Ask the next one too after (ms)', zh: '多久后同时询问下一个（毫秒）' },
})

interface RuleFormProps {
  /** Null: a new one. */
  readonly before: RouteInput | null
  readonly onTake: (rule: RouteInput) => void
  readonly onClose: () => void
}

/** One rule: for which requests, to which targets, and what is done on the way. */
export function RuleForm({ before, onTake, onClose }: RuleFormProps): ReactNode {
  const w = useWords(words)
  const c = useWords(classWords)
  const [typed, setTyped] = useState<RuleTexts>(before === null ? NO_RULE : ruleTextsOf(before))
  const set = (part: Partial<RuleTexts>): void => setTyped({ ...typed, ...part })
  const isModel = typed.kind === 'model'
  const field = (name: 'rpm' | 'concurrent' | 'maxOutputTokens'): ReactNode => (
    <TextField
      key={name}
      label={w(name)}
      inputMode="numeric"
      value={typed[name]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  )
  return (
    <FormDialog
      title={w(before === null ? 'add' : 'edit')}
      lead={w('lead')}
      send={w('take')}
      isReady={typed.to.length > 0}
      onClose={onClose}
      onSend={() => {
        onTake(ruleOf(typed, before))
        return Promise.resolve()
      }}
    >
      <div className="grid gap-3 wide:grid-cols-2">
        <SelectField
          label={w('kind')}
          value={typed.kind}
          onChange={(event) =>
            set({ kind: event.currentTarget.value === 'service' ? 'service' : 'model', to: [] })
          }
        >
          <option value="model">{w('model')}</option>
          <option value="service">{w('service')}</option>
        </SelectField>
        <TextField
          label={w(isModel ? 'models' : 'services')}
          {...(isModel && { help: w('modelsHelp') })}
          value={typed.names}
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => set({ names: event.currentTarget.value })}
        />
      </div>
      <fieldset className="space-y-1.5">
        <legend className="text-small font-medium">{w('classes')}</legend>
        <div className="flex flex-wrap gap-x-4 gap-y-1.5">
          {DATA_CLASSES.map((one) => (
            <Checkbox
              key={one}
              label={c(one)}
              checked={typed.classes.includes(one)}
              onChange={(isChecked) =>
                set({
                  classes: DATA_CLASSES.filter((other) =>
                    other === one ? isChecked : typed.classes.includes(other),
                  ),
                })
              }
            />
          ))}
        </div>
        <p className="text-small text-soft">{w('classesHelp')}</p>
      </fieldset>
      <Steps kind={typed.kind} to={typed.to} onChange={(to) => set({ to })} />
      <ProfileField
        label={w('profile')}
        value={typed.desensitise}
        onChange={(desensitise) => set({ desensitise })}
      />
      <Checkbox
        label={w('opaque')}
        help={w('opaqueHelp')}
        checked={typed.opaque}
        onChange={(opaque) => set({ opaque })}
      />
      <TextField
        label={w('share')}
        help={w('shareHelp')}
        inputMode="decimal"
        value={typed.share}
        onChange={(event) => set({ share: event.currentTarget.value })}
      />
      <details>
        <summary className="text-small font-medium">{w('more')}</summary>
        <div className="mt-3 grid gap-3 wide:grid-cols-2">
          {field('rpm')}
          {field('concurrent')}
          {isModel && (
            <>
              {field('maxOutputTokens')}
              <TextField
                label={w('hedge')}
                inputMode="numeric"
                value={typed.hedge}
                onChange={(event) => set({ hedge: event.currentTarget.value })}
              />
              <TextField
                label={w('cache')}
                inputMode="numeric"
                value={typed.cacheSeconds}
                onChange={(event) => set({ cacheSeconds: event.currentTarget.value })}
              />
              <Checkbox
                label={w('shared')}
                help={w('sharedHelp')}
                checked={typed.isCacheShared}
                onChange={(isCacheShared) => set({ isCacheShared })}
              />
            </>
          )}
        </div>
      </details>
    </FormDialog>
  )
}

interface StepsProps {
  readonly kind: RuleTexts['kind']
  readonly to: RuleTexts['to']
  readonly onChange: (to: RuleTexts['to']) => void
}

/** The targets in the order in which they are tried; those of one step share its requests. */
function Steps({ kind, to, onChange }: StepsProps): ReactNode {
  const w = useWords(words)
  const targets = useQuery(targetsQuery)
  const names = [
    ...new Set([
      ...(targets.data?.data ?? []).filter((target) => target.kind === kind).map(({ name }) => name),
      ...(kind === 'model' ? ['local'] : []),
    ]),
  ].filter((name) => !to.flat().includes(name))
  const [chosen, setChosen] = useState('')
  const choice = names.includes(chosen) ? chosen : (names[0] ?? '')
  const last = to.at(-1)
  return (
    <fieldset className="space-y-2">
      <legend className="text-small font-medium">{w('to')}</legend>
      {to.length === 0 ? (
        <p className="text-small text-soft">{w('toNone')}</p>
      ) : (
        <ol className="divide-y divide-line rounded-medium border border-line">
          {to.map((step, at) => (
            <li key={step.join()} className="flex items-center gap-2 py-1 ps-3 pe-1 text-small">
              <span className="text-soft tabular-nums">{at + 1}.</span>
              <span className="min-w-0 grow break-words">
                {step.length === 1 ? step[0] : w('spread', { targets: step.join(', ') })}
              </span>
              <IconButton
                size="small"
                label={w('step', { targets: step.join(', ') })}
                onClick={() => onChange(to.toSpliced(at, 1))}
              >
                <X aria-hidden className="size-4" />
              </IconButton>
            </li>
          ))}
        </ol>
      )}
      {names.length > 0 && (
        <div className="flex flex-wrap items-end gap-2">
          <div className="min-w-0 grow basis-40">
            <SelectField
              label={w('target')}
              value={choice}
              onChange={(event) => setChosen(event.currentTarget.value)}
            >
              {names.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </SelectField>
          </div>
          <Button onClick={() => onChange([...to, [choice]])}>{w('next')}</Button>
          {last !== undefined && !last.includes('local') && choice !== 'local' && (
            <Button onClick={() => onChange([...to.slice(0, -1), [...last, choice]])}>{w('group')}</Button>
          )}
        </div>
      )}
    </fieldset>
  )
}
