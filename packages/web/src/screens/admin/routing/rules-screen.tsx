import type { RouteList } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { TextLink } from '../../../parts/button.tsx'
import { Page, Section } from '../../../parts/page.tsx'
import { Shown } from '../../../parts/state.tsx'
import { proposedRule } from '../../trust/proposals.ts'
import { RuleList } from '../../trust/rule-list.tsx'
import { RuleEditor } from './rule-editor.tsx'
import { RuleTrial } from './rule-trial.tsx'
import { RuleVersions } from './rule-versions.tsx'
import { rulesQuery } from './targets.ts'

const words = defineWords('rules', {
  title: { en: 'Rules', zh: '路由规则' },
  lead: {
    en: 'Which request may go where. They are tried in this order, and the first that fits decides.',
    zh: '决定哪个请求可以发往哪里。按此顺序尝试，第一条符合的规则生效。',
  },
  simulator: { en: 'Where would this go?', zh: '会发往哪里？' },
  file: { en: 'Rules of the file', zh: '文件中的规则' },
  fileLead: {
    en: 'They come first, stand in freehold.yaml and are changed there.',
    zh: '排在最前，写在 freehold.yaml 中，只能在文件里修改。',
  },
})

/** All rules: those of the file as they are, those of the settings to be changed, tried out and taken back. */
export function RulesScreen(): ReactNode {
  const w = useWords(words)
  const rules = useQuery(rulesQuery)
  return (
    <Page
      isWide
      title={w('title')}
      lead={w('lead')}
      actions={<TextLink to="/trust/simulator">{w('simulator')}</TextLink>}
    >
      <Shown query={rules}>{(list) => <Rules list={list} />}</Shown>
    </Page>
  )
}

function Rules({ list }: { readonly list: RouteList }): ReactNode {
  const w = useWords(words)
  const { add } = useSearch({ from: '/admin/routes' })
  const [proposed] = useState(() => proposedRule(add))
  const ofFile = list.data.filter(({ origin }) => origin === 'file')
  return (
    <>
      {ofFile.length > 0 && (
        <Section title={w('file')} lead={w('fileLead')}>
          <RuleList rules={ofFile} chosen={null} />
        </Section>
      )}
      <RuleEditor list={list} proposed={proposed} />
      <RuleTrial />
      <RuleVersions current={list.version} />
    </>
  )
}
