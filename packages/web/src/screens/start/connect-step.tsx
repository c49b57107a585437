import { useMutation, useQuery } from '@tanstack/react-query'
import { Radar } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip, ZoneChip } from '../../parts/chip.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { ConnectForm } from './connect-form.tsx'
import { ConnectProposal } from './connect-proposal.tsx'
import type { Proposal } from './proposals.ts'

const words = defineWords('connect-step', {
  ask: {
    en: 'Models are connected by whoever looks after this installation.',
    zh: '模型由管理此安装的人接入。',
  },
  there: { en: 'Connected already: {names}.', zh: '已接入：{names}。' },
  look: { en: 'Look for models on this machine', zh: '在本机查找模型' },
  lookHelp: {
    en: 'Asks the usual ports of Ollama, LM Studio, llama.cpp and vLLM on this machine, once. That is on record.',
    zh: '向本机上 Ollama、LM Studio、llama.cpp 和 vLLM 的常用端口各询问一次，并留下记录。',
  },
  models: {
    en: '{count, plural, one {one model} other {# models}}: {names}',
    zh: '{count} 个模型：{names}',
  },
  empty: { en: 'there, but without a model', zh: '在运行，但没有模型' },
  other: { en: 'something else answers there', zh: '该端口由其他程序应答' },
  nothing: { en: 'nobody answers', zh: '无应答' },
  inUse: { en: 'in use as {name}', zh: '已作为 {name} 使用' },
  use: { en: 'Use it', zh: '使用' },
  useOf: { en: 'Use {program}', zh: '使用 {program}' },
  keys: { en: 'Keys that Freehold was started with', zh: '启动 Freehold 时带有的密钥' },
  keyHelp: {
    en: 'The key stays where it is: these lines in freehold.yaml use it.',
    zh: '密钥留在原处：在 freehold.yaml 中加入以下几行即可使用。',
  },
  or: { en: 'Or take a model from elsewhere', zh: '或者使用其他地方的模型' },
})

const PROGRAMS = {
  ollama: 'Ollama',
  'lm-studio': 'LM Studio',
  'llama.cpp': 'llama.cpp',
  vllm: 'vLLM',
} as const

/** Looks for models nearby, or takes a key; nothing leaves until a rule is saved. */
export function ConnectStep(): ReactNode {
  const w = useWords(words)
  const may = useMay()('settings')
  const [chosen, setChosen] = useState<Proposal | null>(null)
  const targets = useQuery({
    queryKey: ['start', 'targets'],
    queryFn: () => server.targets.list(),
    enabled: may,
  })
  const look = useMutation({ mutationFn: () => server.targets.discover() })
  if (!may) return <p className="text-small text-soft">{w('ask')}</p>
  const models = targets.data?.data.filter(({ kind }) => kind === 'model') ?? []
  if (chosen !== null) return <ConnectProposal proposal={chosen} onBack={() => setChosen(null)} />
  return (
    <div className="space-y-5">
      {models.length > 0 && (
        <p className="text-small">{w('there', { names: models.map(({ name }) => name).join(', ') })}</p>
      )}
      <div className="space-y-3">
        <Button
          look="primary"
          icon={<Radar aria-hidden className="size-4" />}
          isBusy={look.isPending}
          onClick={() => look.mutate()}
        >
          {w('look')}
        </Button>
        <p className="text-small text-soft">{w('lookHelp')}</p>
        {look.error && <Refused error={look.error} />}
        {look.data && (
          <ul aria-live="polite" className="divide-y divide-line rounded-medium border border-line">
            {look.data.places.map(({ program, url, state, models: found, inUse, proposal }) => (
              <li key={url} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-small">
                <span className="w-24 font-medium">{PROGRAMS[program]}</span>
                <code className="font-mono text-tiny text-soft">{new URL(url).host}</code>
                <span className="min-w-0 grow basis-48 truncate text-soft">
                  {state === 'models'
                    ? w('models', { count: found.length, names: found.join(', ') })
                    : w(state)}
                </span>
                {inUse !== null && <Chip tone="good">{w('inUse', { name: inUse })}</Chip>}
                {proposal !== null && (
                  <Button
                    size="small"
                    aria-label={w('useOf', { program: PROGRAMS[program] })}
                    onClick={() => setChosen(proposal)}
                  >
                    {w('use')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
        {look.data && look.data.keys.length > 0 && (
          <div className="space-y-2">
            <h3 className="text-small font-medium">{w('keys')}</h3>
            <p className="text-small text-soft">{w('keyHelp')}</p>
            {look.data.keys.map(({ variable, provider, inUse, yaml }) => (
              <details key={variable} className="rounded-medium border border-line px-3 py-2 text-small">
                <summary>
                  {provider} <code className="font-mono text-tiny">{variable}</code>{' '}
                  {inUse !== null && <ZoneChip zone="managed">{w('inUse', { name: inUse })}</ZoneChip>}
                </summary>
                <pre
                  className="mt-2 overflow-x-auto rounded-small bg-sunk p-2 font-mono text-tiny"
                  tabIndex={0}
                >
                  {yaml}
                </pre>
              </details>
            ))}
          </div>
        )}
      </div>
      <div className="space-y-3 border-t border-line pt-4">
        <h3 className="font-medium">{w('or')}</h3>
        <ConnectForm />
      </div>
    </div>
  )
}
