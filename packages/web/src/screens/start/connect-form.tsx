import type { FormEvent, ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Checkbox, SelectField, TextField } from '../../parts/field.tsx'
import { ConnectProposal } from './connect-proposal.tsx'
import type { Proposal, Provider } from './proposals.ts'
import { modelsIn, proposalOf, PROVIDERS } from './proposals.ts'

const words = defineWords('connect-form', {
  provider: { en: 'Provider', zh: '提供方' },
  compatible: { en: 'Any other with OpenAI’s API', zh: '其他兼容 OpenAI 接口的服务' },
  name: { en: 'Name of the target', zh: '目标名称' },
  nameHelp: { en: 'Lower-case letters, digits and dashes.', zh: '小写字母、数字和连字符。' },
  nameWrong: { en: 'Only lower-case letters, digits and dashes.', zh: '只能使用小写字母、数字和连字符。' },
  url: { en: 'Address', zh: '地址' },
  urlHelp: { en: 'Such as https://models.example.com/v1', zh: '例如 https://models.example.com/v1' },
  urlWrong: { en: 'Enter an address that begins with http.', zh: '请输入以 http 开头的地址。' },
  key: { en: 'API key', zh: 'API 密钥' },
  keyHelp: { en: 'It is kept encrypted and never shown again.', zh: '密钥加密保存，不会再次显示。' },
  models: { en: 'Models', zh: '模型' },
  modelsHelp: {
    en: 'Names that may be asked for, parted by commas; * stands for any text.',
    zh: '可请求的模型名称，用逗号分隔；* 表示任意文本。',
  },
  modelsWrong: { en: 'Name at least one model.', zh: '请至少填写一个模型。' },
  own: { en: 'It is a server of ours', zh: '这是我们自己的服务器' },
  ownHelp: {
    en: 'Then it counts as private: everything may go there as it is. Otherwise values are masked, and what is restricted never goes there.',
    zh: '则视为私有：内容可以原样发往。否则会先脱敏，限制级内容也绝不发往。',
  },
  go: { en: 'Test it', zh: '测试' },
})

/** A provider with a key, typed in; tested before anything depends on it. */
export function ConnectForm(): ReactNode {
  const w = useWords(words)
  const [provider, setProvider] = useState<Provider>(PROVIDERS[0] as Provider)
  const [name, setName] = useState('openai')
  const [url, setUrl] = useState(provider.url)
  const [models, setModels] = useState(provider.models.join(', '))
  const [key, setKey] = useState('')
  const [isOwn, setOwn] = useState(false)
  const [isSent, setSent] = useState(false)
  const [tested, setTested] = useState<Proposal | null>(null)

  const wrong = {
    name: /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/.test(name) && name !== 'local' ? '' : w('nameWrong'),
    url: /^https?:\/\/./.test(url) ? '' : w('urlWrong'),
    models: modelsIn(models).length > 0 ? '' : w('modelsWrong'),
  }
  const choose = (id: string): void => {
    const next = PROVIDERS.find((one) => one.id === id)
    if (next === undefined) return
    setProvider(next)
    setName(next.url === '' ? 'my-models' : next.id)
    setUrl(next.url)
    setModels(next.models.join(', '))
    setOwn(false)
    setSent(false)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (Object.values(wrong).some((text) => text !== '')) return
    setTested(proposalOf({ provider, name, url, key, models, isOwn: provider.url === '' && isOwn }))
  }
  if (tested !== null)
    return <ConnectProposal proposal={tested} secret={key} onBack={() => setTested(null)} />
  return (
    <form noValidate onSubmit={submit} className="grid gap-3 wide:grid-cols-2">
      <SelectField
        label={w('provider')}
        value={provider.id}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {PROVIDERS.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name === '' ? w('compatible') : one.name}
          </option>
        ))}
      </SelectField>
      <TextField
        label={w('key')}
        help={w('keyHelp')}
        type="password"
        autoComplete="off"
        value={key}
        maxLength={16_384}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      {provider.url === '' && (
        <TextField
          label={w('url')}
          help={w('urlHelp')}
          error={isSent ? wrong.url : ''}
          type="url"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
      )}
      <TextField
        label={w('name')}
        help={w('nameHelp')}
        error={isSent ? wrong.name : ''}
        value={name}
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextField
        label={w('models')}
        help={w('modelsHelp')}
        error={isSent ? wrong.models : ''}
        value={models}
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => setModels(event.currentTarget.value)}
      />
      {provider.url === '' && (
        <div className="wide:col-span-2">
          <Checkbox label={w('own')} help={w('ownHelp')} checked={isOwn} onChange={setOwn} />
        </div>
      )}
      <div className="wide:col-span-2">
        <Button type="submit">{w('go')}</Button>
      </div>
    </form>
  )
}
