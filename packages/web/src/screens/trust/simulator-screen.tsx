import type { DataClass } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { SelectField, TextArea } from '../../parts/field.tsx'
import { Page, Section, Sheet } from '../../parts/page.tsx'
import { server } from '../../server.ts'
import { useMay, useSession } from '../../session/session.ts'
import { DryRun } from './dry-run.tsx'
import { Playground } from './playground.tsx'
import { RuleList } from './rule-list.tsx'
import { useRules } from './rule-name.tsx'
import { Whither } from './whither.tsx'
import { DATA_CLASSES, classWords } from '../../data-classes.ts'
import { useRested } from '../../rested.ts'

const REST_MS = 400

const words = defineWords('simulator', {
  title: { en: 'Where would this go?', zh: '会发往哪里？' },
  lead: {
    en: 'Type anything: the same steps are taken as for a real question, and nothing is sent or kept.',
    zh: '随意输入：会执行与真实提问相同的步骤，但不会发送或保存任何内容。',
  },
  text: { en: 'What would be asked', zh: '要提出的内容' },
  sample: {
    en: 'Please write to Anna Lindqvist (anna.lindqvist@example.org, +46 70 740 61 22) about contract 2026-114.',
    zh: '请给张伟（zhangwei@example.org，13800138000）写信，说明合同 2026-114 的情况。',
  },
  class: { en: 'Declared class', zh: '声明级别' },
  undeclared: { en: 'None', zh: '不声明' },
  model: { en: 'Model', zh: '模型' },
  usual: { en: 'As usual', zh: '默认' },
  as: {
    en: 'Decided for you: what you write counts as {base} at least, and {ceiling} at most.',
    zh: '以您的身份判断：您写的内容至少为{base}，最高为{ceiling}。',
  },
  outcome: { en: 'What would happen', zh: '会怎样' },
  rules: { en: 'The rules', zh: '规则' },
  playground: { en: 'What would be masked', zh: '会脱敏什么' },
  playgroundLead: {
    en: 'Personal data and secrets that are found, and the body that would leave by each profile.',
    zh: '发现的个人数据和密钥，以及按各配置会发出的正文。',
  },
})

/** Asks where something would go and why, and shows what would be masked in it. */
export function SimulatorScreen(): ReactNode {
  const w = useWords(words)
  const c = useWords(classWords)
  const may = useMay()
  const { caller } = useSession()
  const [text, setText] = useState(w('sample'))
  const pointed = useRouterState({ select: ({ location }) => location.hash })
  // A record leads here with its class, and a rule with its own id.
  const [declared, setDeclared] = useState<DataClass | ''>(
    DATA_CLASSES.find((one) => pointed === `class-${one}`) ?? '',
  )
  const [model, setModel] = useState('')
  const rested = useRested(text, REST_MS)
  const rules = useRules()
  const pointedRule = rules?.find(({ id }) => id === pointed)?.id
  const models = useQuery({
    queryKey: ['trust', 'models'],
    queryFn: () => server.models.list(),
    enabled: may('model'),
  })
  const explained = useQuery({
    queryKey: ['trust', 'explain', rested, declared, model],
    queryFn: ({ signal }) =>
      server.routes.explain(
        {
          messages: [{ role: 'user', content: rested }],
          ...(declared !== '' && { class: declared }),
          ...(model !== '' && { model }),
        },
        { signal },
      ),
    placeholderData: (before) => before,
  })
  return (
    <Page isWide title={w('title')} lead={w('lead')}>
      <Sheet className="space-y-3">
        <TextArea
          label={w('text')}
          value={text}
          rows={4}
          maxLength={100_000}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className="flex flex-wrap items-end gap-3">
          <div className="w-48">
            <SelectField
              label={w('class')}
              value={declared}
              // The options are the classes and nothing.
              onChange={(event) => setDeclared(event.currentTarget.value as DataClass | '')}
            >
              <option value="">{w('undeclared')}</option>
              {DATA_CLASSES.map((one) => (
                <option key={one} value={one}>
                  {c(one)}
                </option>
              ))}
            </SelectField>
          </div>
          <div className="w-56">
            <SelectField
              label={w('model')}
              value={model}
              onChange={(event) => setModel(event.currentTarget.value)}
            >
              <option value="">{w('usual')}</option>
              {models.data?.data.map(({ id }) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
            </SelectField>
          </div>
          <p className="min-w-0 grow basis-64 pb-1 text-small text-soft">
            {w('as', { base: c(caller.baseClass), ceiling: c(caller.classCeiling) })}
          </p>
        </div>
      </Sheet>
      <div className="grid items-start gap-6 vast:grid-cols-2">
        <Section title={w('outcome')}>
          <Sheet>
            <Whither query={explained} />
          </Sheet>
          {rules !== null && (
            <>
              <h3 className="pt-2 text-small font-medium">{w('rules')}</h3>
              <RuleList
                rules={rules}
                chosen={pointedRule ?? explained.data?.rule ?? null}
                {...(explained.data?.instead && { unmet: explained.data.instead.rules })}
              />
            </>
          )}
        </Section>
        <Section title={w('playground')} lead={w('playgroundLead')}>
          <Playground text={rested} {...(model !== '' && { model })} />
        </Section>
      </div>
      {may('settings') && rules !== null && <DryRun rules={rules} />}
    </Page>
  )
}
