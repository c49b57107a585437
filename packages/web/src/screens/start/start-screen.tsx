import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { buttonClass, TextLink } from '../../parts/button.tsx'
import { Page } from '../../parts/page.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { ConnectStep } from './connect-step.tsx'
import { FileStep } from './file-step.tsx'
import { GuideStep } from './guide-step.tsx'
import { PrivacyStep } from './privacy-step.tsx'
import type { StepId } from './progress.ts'
import { nextOf, STEPS, useDone } from './progress.ts'
import { SkillStep } from './skill-step.tsx'
import { Step } from './step.tsx'

const words = defineWords('start', {
  title: { en: 'First steps', zh: '入门' },
  lead: {
    en: 'Four things that work right now, without any model and without a connection. Then connect a model.',
    zh: '有四件事现在就能做，不需要任何模型，也不需要联网。之后再接入模型。',
  },
  skip: { en: 'Skip to the chat', zh: '跳过，前往对话' },
  done: { en: 'To the chat', zh: '前往对话' },
  progress: { en: '{done} of {all} done', zh: '已完成 {done} / {all}' },
  guide: { en: 'Ask a first question', zh: '提出第一个问题' },
  guideLead: {
    en: 'About the guide that comes along; the answer quotes it.',
    zh: '针对自带指南提问，答案摘自指南。',
  },
  file: { en: 'Ask a file of yours', zh: '向您的文件提问' },
  fileLead: { en: 'It is read, encrypted and cited on this machine.', zh: '文件在本机读取、加密并引用。' },
  skill: { en: 'Run a skill', zh: '运行一个技能' },
  skillLead: {
    en: 'One YAML file that can reach nothing it did not declare.',
    zh: '一个 YAML 文件，无法触及未声明的任何资源。',
  },
  privacy: { en: 'See what would leave', zh: '查看会离开的内容' },
  privacyLead: {
    en: 'Personal data marked, where it would go, and the exact body.',
    zh: '标出个人数据、去向以及确切正文。',
  },
  connect: { en: 'Connect intelligence', zh: '接入智能' },
  connectLead: {
    en: 'A model on this machine, or one with a key. Nothing leaves until you save a rule.',
    zh: '本机上的模型，或使用密钥的模型。保存规则之前不会发出任何内容。',
  },
})

const CONTENT: Readonly<Record<StepId, () => ReactNode>> = {
  guide: GuideStep,
  file: FileStep,
  skill: SkillStep,
  privacy: PrivacyStep,
  connect: ConnectStep,
}

/** The first minutes: each step does the real thing, in any order, and none is in the way. */
export function StartScreen(): ReactNode {
  const w = useWords(words)
  const done = useFacts()
  const [opened, setOpened] = useState<StepId | null>(() => nextOf(done))
  return (
    <Page
      title={w('title')}
      lead={w('lead')}
      actions={
        <TextLink to="/chat" className={`${buttonClass('plain')} text-ink! no-underline!`}>
          {w(nextOf(done) === null ? 'done' : 'skip')}
        </TextLink>
      }
    >
      <div>
        <div aria-hidden className="flex gap-1">
          {STEPS.map((step) => (
            <span
              key={step}
              className={`h-1 grow rounded-full ${done.includes(step) ? 'bg-accent' : 'bg-line'}`}
            />
          ))}
        </div>
        <p className="mt-1.5 text-small text-soft">
          {w('progress', { done: done.length, all: STEPS.length })}
        </p>
      </div>
      <ol className="grid gap-3">
        {STEPS.map((step, at) => {
          const Content = CONTENT[step]
          return (
            <Step
              key={step}
              number={at + 1}
              title={w(step)}
              lead={w(`${step}Lead`)}
              isDone={done.includes(step)}
              isOpen={opened === step}
              onToggle={() => setOpened(opened === step ? null : step)}
            >
              <Content />
            </Step>
          )
        })}
      </ol>
    </Page>
  )
}

/** What was done: as this browser remembers, and as the server knows. */
function useFacts(): readonly StepId[] {
  const kept = useDone()
  const may = useMay()('settings')
  const targets = useQuery({
    queryKey: ['start', 'targets'],
    queryFn: () => server.targets.list(),
    enabled: may,
  })
  const isConnected = targets.data?.data.some(({ kind }) => kind === 'model') === true
  return STEPS.filter((step) => kept.includes(step) || (step === 'connect' && isConnected))
}
