import type { RouteView } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { TextLink } from '../../parts/button.tsx'
import { classWords } from '../../data-classes.ts'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'

const words = defineWords('rule-name', {
  file: { en: 'No. {at} of the file', zh: '文件中的第 {at} 条' },
  settings: { en: 'No. {at} of the settings', zh: '设置中的第 {at} 条' },
  any: { en: 'anything', zh: '任何内容' },
  is: { en: 'Class {classes}', zh: '级别 {classes}' },
  models: { en: 'model {models}', zh: '模型 {models}' },
  services: { en: 'service {services}', zh: '服务 {services}' },
  share: { en: '{percent} % of conversations', zh: '{percent}% 的对话' },
  or: { en: ' or ', zh: '或' },
  and: { en: ', ', zh: '，' },
})

/** The rules, for whoever may see them; null for everybody else. */
export function useRules(): readonly RouteView[] | null {
  const may = useMay()('settings')
  const { data } = useQuery({
    queryKey: ['trust', 'rules'],
    queryFn: () => server.routes.list(),
    enabled: may,
  })
  return data?.data ?? null
}

/** `file:2` as people say it. */
export function useRuleTitle(): (id: string) => string {
  const w = useWords(words)
  return (id) => {
    const [origin, at = ''] = id.split(':')
    return origin === 'file' || origin === 'settings' ? w(origin, { at }) : id
  }
}

/** What a rule is for, in a few words. */
export function useCondition(): (when: RouteView['when']) => string {
  const w = useWords(words)
  const c = useWords(classWords)
  return (when) => {
    const parts = [
      when.class && w('is', { classes: when.class.map((one) => c(one)).join(w('or')) }),
      when.model && w('models', { models: when.model.join(w('or')) }),
      when.service && w('services', { services: when.service.join(w('or')) }),
      when.share !== null && w('share', { percent: Math.round(when.share * 100) }),
    ].filter((part) => typeof part === 'string')
    return parts.length === 0 ? w('any') : parts.join(w('and'))
  }
}

/** The rule that decided; whoever may see the rules reads what it says. */
export function RuleName({ id }: { readonly id: string }): ReactNode {
  const title = useRuleTitle()
  const condition = useCondition()
  const rules = useRules()
  const rule = rules?.find((one) => one.id === id)
  if (rules === null) return title(id)
  return (
    <>
      <TextLink to="/trust/simulator" hash={id}>
        {title(id)}
      </TextLink>
      {rule && (
        <span className="block text-tiny text-soft">
          {condition(rule.when)} → {rule.to.flat().join(', ')}
        </span>
      )}
    </>
  )
}
