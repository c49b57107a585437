import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { SkillDetail, SkillView } from '@freehold/sdk'
import { Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Page, Sheet } from '../../parts/page.tsx'
import { Loading, Shown } from '../../parts/state.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { notify, notifyRefusal } from '../../parts/toast.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { NotFound } from '../../shell/not-found.tsx'
import { AccessView } from './access-view.tsx'
import { own, titleOf } from './both.ts'
import { CallForm } from './call-form.tsx'
import { INSTALLED, useInstalled } from './installed.ts'
import { ReportView } from './report-view.tsx'
import { SkillSettingsForm } from './skill-settings.tsx'
import { kindWords, stateWords } from './skills-words.ts'
import { VersionsTab } from './versions-tab.tsx'

const words = defineWords('skill', {
  parts: { en: 'Parts of the skill', zh: '技能的各部分' },
  use: { en: 'Use', zh: '使用' },
  may: { en: 'What it may do', zh: '权限' },
  report: { en: 'Certification', zh: '认证报告' },
  versions: { en: 'Versions', zh: '版本' },
  settings: { en: 'Settings and secrets', zh: '设置与密钥' },
  enable: { en: 'Enable', zh: '启用' },
  disable: { en: 'Switch off', zh: '停用' },
  remove: { en: 'Remove', zh: '移除' },
  removeTitle: { en: 'Remove {title}?', zh: '移除“{title}”？' },
  removeHelp: {
    en: 'All its versions, secrets, kept calls and stored values go with it. This cannot be undone.',
    zh: '它的所有版本、密钥、保存的调用和数据会一并删除。此操作无法撤销。',
  },
  removed: { en: '{title} was removed.', zh: '“{title}”已移除。' },
  pending: { en: 'Version {version} waits for your yes', zh: '版本 {version} 等待您的许可' },
  pendingReview: { en: 'Version {version} waits for a review', zh: '版本 {version} 等待审查' },
  pendingRejected: { en: 'Version {version} was rejected in a review', zh: '版本 {version} 未通过审查' },
  grows: { en: 'It wants more than the version before:', zh: '它要求的权限多于前一版本：' },
  permit: { en: 'Permit', zh: '许可' },
  permitted: { en: 'Version {version} is permitted.', zh: '版本 {version} 已获许可。' },
  noReport: { en: 'There is no report.', zh: '没有报告。' },
  notCalled: { en: 'It is not called: {why}', zh: '不会被调用：{why}' },
})

/** One skill: used by whoever may, looked after by whoever does. */
export function SkillScreen(): ReactNode {
  const { name } = useParams({ from: '/skills/of/$name' })
  const mayManage = useMay()('settings')
  return mayManage ? <ManagedSkill key={name} name={name} /> : <UsedSkill key={name} name={name} />
}

const call =
  (name: string) => (wish: { operation: string; input: Record<string, unknown>; confirmed: boolean }) =>
    // Some tools take their time.
    server.skills.call(name, wish, { timeoutMs: 120_000 })

function UsedSkill({ name }: { readonly name: string }): ReactNode {
  const installed = useInstalled()
  if (installed.data === undefined)
    return <div className="p-6">{installed.error ? <Refused error={installed.error} /> : <Loading />}</div>
  const skill = installed.data.data.find((one) => one.name === name)
  if (skill === undefined) return <NotFound />
  return (
    <Page title={titleOf(skill)} lead={descriptionOf(skill)}>
      <Sheet>
        <CallForm operations={skill.operations} onCall={call(name)} />
      </Sheet>
    </Page>
  )
}

const descriptionOf = ({ description, zh }: SkillView | SkillDetail): string =>
  own({ en: description, zh: zh?.description ?? description })

function ManagedSkill({ name }: { readonly name: string }): ReactNode {
  const skill = useQuery({ queryKey: ['skills', 'skill', name], queryFn: () => server.skills.get(name) })
  if (skill.data === undefined)
    return (
      <div className="p-6">
        <Shown query={skill}>{() => null}</Shown>
      </div>
    )
  return <Detail skill={skill.data} />
}

function Detail({ skill }: { readonly skill: SkillDetail }): ReactNode {
  const w = useWords(words)
  const k = useWords(kindWords)
  const t = useWords(stateWords)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [isRemoving, setRemoving] = useState(false)
  const title = titleOf(skill)
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ['skills'] })
  const change = useMutation({
    mutationFn: () =>
      server.skills.change(skill.name, { state: skill.state === 'enabled' ? 'disabled' : 'enabled' }),
    onSuccess: refresh,
    onError: notifyRefusal,
  })
  const active = skill.versions.find(({ digest }) => digest === (skill.active ?? skill.pending[0]?.digest))
  return (
    <Page
      title={title}
      lead={
        <>
          {descriptionOf(skill)}
          <span className="mt-1.5 flex flex-wrap gap-1.5">
            <Chip>{k(skill.kind)}</Chip>
            {skill.version !== null && <Chip>{skill.version}</Chip>}
            <Chip tone={skill.state === 'enabled' ? 'good' : skill.state === 'disabled' ? 'plain' : 'alarm'}>
              {t(skill.state)}
            </Chip>
          </span>
        </>
      }
      actions={
        <>
          <Button isBusy={change.isPending} onClick={() => change.mutate()}>
            {w(skill.state === 'enabled' ? 'disable' : 'enable')}
          </Button>
          <Button
            look="danger"
            icon={<Trash2 aria-hidden className="size-4" />}
            onClick={() => setRemoving(true)}
          >
            {w('remove')}
          </Button>
        </>
      }
    >
      {skill.why !== null && (
        <p className="rounded-medium bg-caution-tint p-3 text-small">{w('notCalled', { why: skill.why })}</p>
      )}
      {skill.pending.map((pending) => (
        <Pending key={pending.digest} skill={skill} pending={pending} onDone={refresh} />
      ))}
      <Tabs
        label={w('parts')}
        tabs={[
          {
            id: 'use',
            title: w('use'),
            content: (
              <Sheet>
                <CallForm operations={skill.operations} onCall={call(skill.name)} />
              </Sheet>
            ),
          },
          {
            id: 'may',
            title: w('may'),
            content: active === undefined ? null : <AccessView access={active.access} />,
          },
          {
            id: 'report',
            title: w('report'),
            content: active?.report ? (
              <ReportView report={active.report} />
            ) : (
              <p className="text-soft">{w('noReport')}</p>
            ),
          },
          {
            id: 'versions',
            title: w('versions'),
            content: <VersionsTab skill={skill} onChanged={refresh} />,
          },
          {
            id: 'settings',
            title: w('settings'),
            content: <SkillSettingsForm skill={skill} onChanged={refresh} />,
          },
        ]}
      />
      <Confirm
        isOpen={isRemoving}
        onClose={() => setRemoving(false)}
        title={w('removeTitle', { title })}
        action={w('remove')}
        typed={skill.name}
        onConfirm={async () => {
          await server.skills.remove(skill.name)
          await navigate({ to: '/skills' })
          queries.removeQueries({ queryKey: ['skills', 'skill', skill.name] })
          await queries.invalidateQueries({ queryKey: INSTALLED })
          notify(w('removed', { title }))
        }}
      >
        <p>{w('removeHelp')}</p>
      </Confirm>
    </Page>
  )
}

interface PendingProps {
  readonly skill: SkillDetail
  readonly pending: SkillDetail['pending'][number]
  readonly onDone: () => Promise<void>
}

const WAITS = { approval: 'pending', review: 'pendingReview', rejected: 'pendingRejected' } as const

function Pending({ skill, pending, onDone }: PendingProps): ReactNode {
  const w = useWords(words)
  const version = skill.versions.find(({ digest }) => digest === pending.digest)
  const permission = useMutation({
    mutationFn: () => server.skills.approve(skill.name, { digest: pending.digest }),
    async onSuccess() {
      notify(w('permitted', { version: pending.version }))
      await onDone()
    },
  })
  return (
    <section className="space-y-3 rounded-large border border-caution/50 bg-caution-tint/40 p-4">
      <h2 className="font-sans font-medium">{w(WAITS[pending.waitsFor], { version: pending.version })}</h2>
      {version !== undefined && version.grows.length > 0 && skill.active !== null && (
        <div className="text-small">
          <p>{w('grows')}</p>
          <ul className="list-disc ps-5">
            {version.grows.map((grant) => (
              <li key={`${grant.kind} ${grant.subject}`}>{own(grant.words)}</li>
            ))}
          </ul>
        </div>
      )}
      {version !== undefined && <AccessView access={version.access} />}
      {permission.error !== null && <Refused error={permission.error} />}
      {pending.waitsFor === 'approval' && (
        <Button look="primary" isBusy={permission.isPending} onClick={() => permission.mutate()}>
          {w('permit')}
        </Button>
      )}
    </section>
  )
}
