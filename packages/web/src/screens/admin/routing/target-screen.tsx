import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Pause, Pencil, Play, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { cost, number } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button, TextLink } from '../../../parts/button.tsx'
import { ZoneChip } from '../../../parts/chip.tsx'
import { Confirm } from '../../../parts/dialog.tsx'
import { Facts, Page, Section, Sheet } from '../../../parts/page.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notify, notifyRefusal } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { NotFound } from '../../../shell/not-found.tsx'
import { useLimitLines } from '../../account/limit-fields.tsx'
import { useRuleTitle } from '../../trust/rule-name.tsx'
import { TargetModels } from './target-models.tsx'
import { TargetProblems, TargetState } from './target-state.tsx'
import { targetWords } from './target-words.ts'
import type { Listed } from './targets.ts'
import { askedNames, ROUTING, rulesQuery, targetsQuery } from './targets.ts'
import { TryTarget } from './try-target.tsx'

const words = defineWords('target-screen', {
  drain: { en: 'Take out of service', zh: '停用' },
  drained: {
    en: '{name} gets nothing new. What is under way there finishes.',
    zh: '{name} 不再收到新请求，进行中的会完成。',
  },
  resume: { en: 'Use it again', zh: '恢复使用' },
  resumed: { en: '{name} is in use again.', zh: '{name} 已恢复使用。' },
  inFlight: { en: 'Under way now', zh: '正在进行' },
  rules: { en: 'Named by', zh: '被引用于' },
  noRule: { en: 'No rule sends anything there yet.', zh: '还没有规则把请求发往这里。' },
  try: { en: 'Does it work?', zh: '能用吗？' },
  tryLead: {
    en: 'Address, connection, certificate, credential and models are tried as a request would. Nothing anybody said is sent.',
    zh: '会像真实请求那样检查地址、连接、证书、凭据和模型，不会发送任何人说过的内容。',
  },
  deleteTitle: { en: 'Delete {name}?', zh: '删除 {name}？' },
  deleteHelp: {
    en: 'Nothing can go there any more, and its credential is forgotten. Earlier versions of targets and rules can be restored on the screen of rules.',
    zh: '之后不会再有请求发往那里，其凭据也不再使用。可以在路由规则页面恢复早先的版本。',
  },
  deleteFirst: {
    en: 'It can be deleted when no rule names it.',
    zh: '没有规则引用它时才能删除。',
  },
  deleted: { en: '{name} was deleted.', zh: '{name} 已删除。' },
})

/** One target: what it is, how it does, what it offers. */
export function TargetScreen(): ReactNode {
  const { name } = useParams({ from: '/admin/targets/$name' })
  const list = useQuery({ ...targetsQuery, refetchInterval: 10_000 })
  return (
    <Shown query={list}>
      {({ data }) => {
        const target = data.find((one) => one.name === name)
        return target === undefined ? <NotFound /> : <Target key={name} target={target} />
      }}
    </Shown>
  )
}

function Target({ target }: { readonly target: Listed }): ReactNode {
  const w = useWords(words)
  const t = useWords(targetWords)
  const limitLines = useLimitLines()
  const ruleTitle = useRuleTitle()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [isDeleting, setDeleting] = useState(false)
  const { name } = target
  const rules = useQuery(rulesQuery)
  const naming = rules.data?.data.filter(({ to }) => to.flat().includes(name)) ?? []
  const isOfSettings = target.origin === 'settings'
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ROUTING })
  const turn = useMutation({
    mutationFn: () => (target.drained ? server.targets.resume(name) : server.targets.drain(name)),
    async onSuccess() {
      notify(w(target.drained ? 'resumed' : 'drained', { name }))
      await refresh()
    },
    onError: notifyRefusal,
  })
  const facts: readonly (readonly [string, ReactNode] | false)[] = [
    [t('kind'), target.dialect === null ? t(target.kind) : `${t(target.kind)} · ${t(target.dialect)}`],
    [t('zone'), <ZoneChip key="zone" zone={target.zone} />],
    [
      t('url'),
      <code key="url" className="break-all">
        {target.url}
      </code>,
    ],
    [t('origin'), t(target.origin)],
    target.kind === 'model' && [t('models'), askedNames(target).join(', ')],
    [t('auth'), t(target.auth.kind) + (target.auth.name === null ? '' : `: ${target.auth.name}`)],
    target.kind === 'model' && [
      t('price'),
      target.price === null
        ? t('unpriced')
        : t('priceOf', { in: cost(target.price.in), out: cost(target.price.out) }),
    ],
    target.maxOutput !== null && [t('maxOutput'), number(target.maxOutput)],
    target.limits !== null && [t('limits'), limitLines(target.limits).join(', ')],
    target.desensitise !== undefined && [t('desensitise'), target.desensitise],
    target.probe !== undefined && [t('probe'), <code key="probe">{target.probe.path}</code>],
    [t('retries'), number(target.retries)],
    [w('inFlight'), number(target.inFlight)],
    [
      w('rules'),
      naming.length === 0 ? (
        w('noRule')
      ) : (
        <span key="rules">
          <TextLink to="/admin/routes">{naming.map(({ id }) => ruleTitle(id)).join(', ')}</TextLink>
          {isOfSettings && <span className="block text-tiny text-soft">{w('deleteFirst')}</span>}
        </span>
      ),
    ],
  ]
  return (
    <Page
      title={name}
      {...(!isOfSettings && { lead: t('fileHelp') })}
      actions={
        <>
          <Button
            icon={
              target.drained ? (
                <Play aria-hidden className="size-4" />
              ) : (
                <Pause aria-hidden className="size-4" />
              )
            }
            isBusy={turn.isPending}
            onClick={() => turn.mutate()}
          >
            {w(target.drained ? 'resume' : 'drain')}
          </Button>
          {isOfSettings && (
            <>
              <Button
                icon={<Pencil aria-hidden className="size-4" />}
                onClick={() => void navigate({ to: '/admin/targets/$name/edit', params: { name } })}
              >
                {t('edit')}
              </Button>
              <Button
                look="danger"
                disabled={naming.length > 0}
                icon={<Trash2 aria-hidden className="size-4" />}
                onClick={() => setDeleting(true)}
              >
                {t('delete')}
              </Button>
            </>
          )}
        </>
      }
    >
      <Sheet className="space-y-3">
        <div className="space-y-1">
          <TargetState of={target} />
          <TargetProblems of={target} />
        </div>
        <Facts facts={facts.filter((fact) => fact !== false)} />
      </Sheet>
      <Section title={w('try')} lead={w('tryLead')}>
        <Sheet>
          <TryTarget isModel={target.kind === 'model'} send={(call) => server.targets.test(name, { call })} />
        </Sheet>
      </Section>
      {target.kind === 'model' && target.zone !== 'local' && <TargetModels target={target} />}
      <Confirm
        isOpen={isDeleting}
        onClose={() => setDeleting(false)}
        title={w('deleteTitle', { name })}
        action={t('delete')}
        typed={name}
        onConfirm={async () => {
          await server.targets.delete(name)
          notify(w('deleted', { name }))
          await navigate({ to: '/admin/targets' })
          await refresh()
        }}
      >
        <p>{w('deleteHelp')}</p>
      </Confirm>
    </Page>
  )
}
