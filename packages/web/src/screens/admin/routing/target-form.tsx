import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { zoneWords } from '../../../zones.ts'
import { Checkbox, SelectField, TextArea, TextField } from '../../../parts/field.tsx'
import { Sheet } from '../../../parts/page.tsx'
import { LimitFields } from '../../account/limit-fields.tsx'
import { ProfileField } from './profile-field.tsx'
import type { AuthKind, TargetTexts } from './target-fields.ts'
import { TIMEOUTS } from './target-fields.ts'
import { targetWords } from './target-words.ts'
import type { Listed } from './targets.ts'

const words = defineWords('target-form', {
  nameHelp: {
    en: 'Lower-case letters, digits and dashes; rules name it so.',
    zh: '小写字母、数字和连字符；规则用这个名称引用它。',
  },
  privateHelp: { en: 'It is yours: everything may go there as it is.', zh: '它属于您：内容可以原样发往。' },
  managedHelp: {
    en: 'Somebody else’s: values are masked, and what is restricted never goes there.',
    zh: '属于他人：内容会先脱敏，限制级内容绝不发往。',
  },
  urlHelp: { en: 'Such as http://10.0.1.5:8000/v1', zh: '例如 http://10.0.1.5:8000/v1' },
  modelsHelp: {
    en: 'One a line; * stands for any text. “small = gpt-5.2-mini”: asked for as small, called gpt-5.2-mini there.',
    zh: '每行一个，* 表示任意文本。“small = gpt-5.2-mini”表示以 small 请求，在那里名为 gpt-5.2-mini。',
  },
  audience: { en: 'Audience of the token', zh: '令牌的受众（audience）' },
  headerName: { en: 'Name of the header', zh: '请求头名称' },
  secret: { en: 'Secret', zh: '密钥' },
  secretHelp: { en: 'It is kept encrypted and never shown again.', zh: '密钥加密保存，不会再次显示。' },
  secretAgain: { en: 'Type it again: it is never shown.', zh: '请重新填写：密钥不会显示。' },
  money: { en: 'Price and limits', zh: '价格与上限' },
  priceIn: { en: 'Price in, per million tokens', zh: '输入价格（每百万词元）' },
  priceOut: { en: 'Price out, per million tokens', zh: '输出价格（每百万词元）' },
  more: { en: 'Connection and more', zh: '连接与其他' },
  retriesHelp: { en: '0 to 5; empty: as usual', zh: '0 到 5；留空为默认' },
  probeHelp: { en: 'A path such as /health; empty: it is not asked', zh: '例如 /health；留空则不检查' },
  ollama: { en: 'It is an Ollama', zh: '这是 Ollama' },
  ollamaHelp: {
    en: 'Then more is told of its models, and it can fetch new ones.',
    zh: '这样可以显示更多模型信息，并可拉取新模型。',
  },
  discover: { en: 'Ask it now and then which models it has', zh: '定期询问它有哪些模型' },
  discoverHelp: { en: 'So that those behind a * are listed.', zh: '这样 * 所代表的模型也会列出。' },
  connectMs: { en: 'Until connected (ms)', zh: '连接超时（毫秒）' },
  firstByteMs: { en: 'Until it begins to answer (ms)', zh: '首字节超时（毫秒）' },
  idleMs: { en: 'Between two pieces (ms)', zh: '数据间隔超时（毫秒）' },
  totalMs: { en: 'The whole call (ms)', zh: '整个调用超时（毫秒）' },
  ca: { en: 'Its own certificate authority (PEM)', zh: '自有证书颁发机构（PEM）' },
  cert: { en: 'Client certificate (PEM)', zh: '客户端证书（PEM）' },
  key: { en: 'Key of the client certificate (PEM)', zh: '客户端证书的私钥（PEM）' },
})

const AUTHS: readonly AuthKind[] = ['none', 'jwt', 'apiKey', 'header']
const PEMS = ['ca', 'cert', 'key'] as const

interface TargetFormProps {
  readonly typed: TargetTexts
  readonly onChange: (typed: TargetTexts) => void
  readonly isNew: boolean
  readonly before: Listed | null
}

/** The fields of a target; only those are shown that its kind and zone have. */
export function TargetForm({ typed, onChange, isNew, before }: TargetFormProps): ReactNode {
  const w = useWords(words)
  const t = useWords(targetWords)
  const z = useWords(zoneWords)
  const set = (part: Partial<TargetTexts>): void => onChange({ ...typed, ...part })
  const isModel = typed.kind === 'model'
  const isManaged = typed.zone === 'managed'
  const plain = { autoCapitalize: 'none', spellCheck: false } as const
  return (
    <>
      <Sheet className="grid gap-4 wide:grid-cols-2">
        <TextField
          label={t('name')}
          help={w('nameHelp')}
          value={typed.name}
          disabled={!isNew}
          maxLength={63}
          {...plain}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <SelectField
          label={t('kind')}
          value={typed.kind}
          onChange={(event) => set({ kind: event.currentTarget.value === 'service' ? 'service' : 'model' })}
        >
          <option value="model">{t('model')}</option>
          <option value="service">{t('service')}</option>
        </SelectField>
        <SelectField
          label={t('zone')}
          help={w(isManaged ? 'managedHelp' : 'privateHelp')}
          value={typed.zone}
          onChange={(event) => {
            const zone = event.currentTarget.value === 'managed' ? 'managed' : 'private'
            // A token of the person is for targets of one's own.
            set({ zone, ...(zone === 'managed' && typed.auth === 'jwt' && { auth: 'none' }) })
          }}
        >
          <option value="private">{z('private')}</option>
          <option value="managed">{z('managed')}</option>
        </SelectField>
        {isModel && (
          <SelectField
            label={t('dialect')}
            value={typed.dialect}
            onChange={(event) =>
              set({ dialect: event.currentTarget.value === 'anthropic' ? 'anthropic' : 'openai' })
            }
          >
            <option value="openai">{t('openai')}</option>
            <option value="anthropic">{t('anthropic')}</option>
          </SelectField>
        )}
        <div className="wide:col-span-2">
          <TextField
            label={t('url')}
            help={w('urlHelp')}
            type="url"
            value={typed.url}
            maxLength={2048}
            {...plain}
            onChange={(event) => set({ url: event.currentTarget.value })}
          />
        </div>
        {isModel && (
          <div className="wide:col-span-2">
            <TextArea
              label={t('models')}
              help={w('modelsHelp')}
              rows={3}
              value={typed.models}
              {...plain}
              onChange={(event) => set({ models: event.currentTarget.value })}
            />
          </div>
        )}
        <SelectField
          label={t('auth')}
          value={typed.auth}
          // The options are the kinds and nothing.
          onChange={(event) => set({ auth: event.currentTarget.value as AuthKind, secret: '' })}
        >
          {AUTHS.filter((kind) => kind !== 'jwt' || !isManaged).map((kind) => (
            <option key={kind} value={kind}>
              {t(kind)}
            </option>
          ))}
        </SelectField>
        {typed.auth === 'jwt' && (
          <TextField
            label={w('audience')}
            value={typed.audience}
            maxLength={128}
            {...plain}
            onChange={(event) => set({ audience: event.currentTarget.value })}
          />
        )}
        {typed.auth === 'header' && (
          <TextField
            label={w('headerName')}
            value={typed.header}
            maxLength={64}
            {...plain}
            onChange={(event) => set({ header: event.currentTarget.value })}
          />
        )}
        {(typed.auth === 'apiKey' || typed.auth === 'header') && (
          <TextField
            label={w('secret')}
            help={w(before?.auth.kind === typed.auth ? 'secretAgain' : 'secretHelp')}
            type="password"
            autoComplete="off"
            value={typed.secret}
            maxLength={16_384}
            onChange={(event) => set({ secret: event.currentTarget.value })}
          />
        )}
        {isManaged && (
          <ProfileField
            label={t('desensitise')}
            value={typed.desensitise}
            isOptional
            onChange={(desensitise) => set({ desensitise })}
          />
        )}
      </Sheet>
      {isModel && (
        <details className="rounded-large border border-line bg-sheet px-4 py-3">
          <summary className="font-medium">{w('money')}</summary>
          <div className="mt-3 space-y-4">
            <div className="grid gap-4 wide:grid-cols-2">
              <TextField
                label={w('priceIn')}
                inputMode="decimal"
                value={typed.priceIn}
                onChange={(event) => set({ priceIn: event.currentTarget.value })}
              />
              <TextField
                label={w('priceOut')}
                inputMode="decimal"
                value={typed.priceOut}
                onChange={(event) => set({ priceOut: event.currentTarget.value })}
              />
              <TextField
                label={t('maxOutput')}
                inputMode="numeric"
                value={typed.maxOutput}
                onChange={(event) => set({ maxOutput: event.currentTarget.value })}
              />
            </div>
            <LimitFields isSpendingOnly value={typed.limits} onChange={(limits) => set({ limits })} />
          </div>
        </details>
      )}
      <details className="rounded-large border border-line bg-sheet px-4 py-3">
        <summary className="font-medium">{w('more')}</summary>
        <div className="mt-3 grid gap-4 wide:grid-cols-2">
          {isModel && (
            <div className="space-y-3 wide:col-span-2">
              <Checkbox label={t('images')} checked={typed.images} onChange={(images) => set({ images })} />
              <Checkbox
                label={w('ollama')}
                help={w('ollamaHelp')}
                checked={typed.ollama}
                onChange={(ollama) => set({ ollama })}
              />
              <Checkbox
                label={w('discover')}
                help={w('discoverHelp')}
                checked={typed.discover}
                onChange={(discover) => set({ discover })}
              />
            </div>
          )}
          <TextField
            label={t('probe')}
            help={w('probeHelp')}
            value={typed.probe}
            maxLength={1024}
            {...plain}
            onChange={(event) => set({ probe: event.currentTarget.value })}
          />
          <TextField
            label={t('retries')}
            help={w('retriesHelp')}
            inputMode="numeric"
            value={typed.retries}
            onChange={(event) => set({ retries: event.currentTarget.value })}
          />
          {TIMEOUTS.map((name) => (
            <TextField
              key={name}
              label={w(name)}
              inputMode="numeric"
              value={typed.timeouts[name] ?? ''}
              onChange={(event) =>
                set({ timeouts: { ...typed.timeouts, [name]: event.currentTarget.value } })
              }
            />
          ))}
          {PEMS.map((name) => (
            <div key={name} className="wide:col-span-2">
              <TextArea
                label={w(name)}
                rows={2}
                className="font-mono text-tiny"
                value={typed[name]}
                {...plain}
                autoComplete="off"
                onChange={(event) => set({ [name]: event.currentTarget.value })}
              />
            </div>
          ))}
        </div>
      </details>
    </>
  )
}
