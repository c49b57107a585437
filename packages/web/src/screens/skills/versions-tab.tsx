import { useMutation } from '@tanstack/react-query'
import type { SkillDetail, SkillVersionView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { duration, number, percent } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Confirm, Dialog } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/field.tsx'
import { Moment } from '../../parts/moment.tsx'
import { notify, notifyRefusal } from '../../parts/toast.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'

const words = defineWords('skill-versions', {
  version: { en: 'Version', zh: '版本' },
  calls: { en: 'Calls (a day)', zh: '调用（一天）' },
  success: { en: 'Success', zh: '成功率' },
  p50: { en: 'Half within', zh: '半数不超过' },
  p95: { en: '95 % within', zh: '95% 不超过' },
  installed: { en: 'Installed', zh: '安装时间' },
  actions: { en: 'Actions', zh: '操作' },
  active: { en: 'in use', zh: '使用中' },
  canary: { en: 'canary, {share} %', zh: '试用，{share}%' },
  revoked: { en: 'taken back', zh: '已撤回' },
  switch: { en: 'Switch to it', zh: '切换到此版本' },
  switched: { en: 'Version {version} is called from now on.', zh: '从现在起调用版本 {version}。' },
  try: { en: 'Try on a share', zh: '按比例试用' },
  tryTitle: { en: 'Try version {version}', zh: '试用版本 {version}' },
  share: { en: 'Percent of callers', zh: '调用者百分比' },
  shareHelp: {
    en: 'It is taken back by itself when 10 percent more of its calls fail than of the version beside it, or when it gets much slower.',
    zh: '如果失败率比当前版本高出 10%，或明显变慢，会自动撤回。',
  },
  begin: { en: 'Begin', zh: '开始' },
  end: { en: 'End the trial', zh: '结束试用' },
  rollback: { en: 'Back to the version before', zh: '退回前一版本' },
  rolledBack: { en: 'The version before is called again.', zh: '已恢复调用前一版本。' },
  revoke: { en: 'Take back for good', zh: '永久撤回' },
  revokeTitle: { en: 'Take back version {version} for good?', zh: '永久撤回版本 {version}？' },
  revokeHelp: {
    en: 'Its calls end at once, on every replica, and nobody can switch to it again.',
    zh: '其调用会立即在所有副本上终止，之后无法再切换到该版本。',
  },
})

interface VersionsTabProps {
  readonly skill: SkillDetail
  readonly onChanged: () => Promise<void>
}

/** The versions side by side, with how their calls went. */
export function VersionsTab({ skill, onChanged }: VersionsTabProps): ReactNode {
  const w = useWords(words)
  const [trying, setTrying] = useState<SkillVersionView | null>(null)
  const [revoking, setRevoking] = useState<SkillVersionView | null>(null)
  const rollback = useMutation({
    mutationFn: () => server.skills.rollback(skill.name),
    async onSuccess() {
      notify(w('rolledBack'))
      await onChanged()
    },
    onError: notifyRefusal,
  })
  const switchTo = useMutation({
    mutationFn: (version: SkillVersionView) => server.skills.change(skill.name, { active: version.digest }),
    async onSuccess(_, { version }) {
      notify(w('switched', { version }))
      await onChanged()
    },
    onError: notifyRefusal,
  })
  return (
    <div className="space-y-4">
      <div
        className="overflow-x-auto rounded-large border border-line bg-sheet"
        tabIndex={0}
        role="group"
        aria-label={w('version')}
      >
        <table className="w-full text-small">
          <thead>
            <tr className="border-b border-line text-soft">
              {(['version', 'calls', 'success', 'p50', 'p95', 'installed', 'actions'] as const).map((key) => (
                <th key={key} scope="col" className="px-3 py-2 text-start font-medium whitespace-nowrap">
                  {w(key)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {skill.versions.map((version) => {
              const figures = skill.figures.find(({ digest }) => digest === version.digest)
              const isActive = version.digest === skill.active
              const isCanary = version.digest === skill.canary?.digest
              const isFree =
                !isActive && !isCanary && version.approvedAt !== null && version.revokedAt === null
              return (
                <tr key={version.digest} className="border-b border-line last:border-0">
                  <td className="px-3 py-2 whitespace-nowrap">
                    {version.version} {isActive && <Chip tone="good">{w('active')}</Chip>}
                    {isCanary && (
                      <Chip tone="private">{w('canary', { share: skill.canary?.share ?? 0 })}</Chip>
                    )}
                    {version.revokedAt !== null && <Chip tone="alarm">{w('revoked')}</Chip>}
                  </td>
                  <td className="px-3 py-2 tabular-nums">{number(figures?.calls ?? 0)}</td>
                  <td className="px-3 py-2 tabular-nums">
                    {typeof figures?.successRate === 'number' ? percent(figures.successRate) : '–'}
                  </td>
                  <td className="px-3 py-2 tabular-nums">
                    {typeof figures?.p50Ms === 'number' ? duration(figures.p50Ms) : '–'}
                  </td>
                  <td className="px-3 py-2 tabular-nums">
                    {typeof figures?.p95Ms === 'number' ? duration(figures.p95Ms) : '–'}
                  </td>
                  <td className="px-3 py-2">
                    <Moment at={version.installedAt} />
                  </td>
                  <td className="px-3 py-2">
                    <span className="flex flex-wrap gap-1.5">
                      {isFree && (
                        <>
                          <Button size="small" onClick={() => switchTo.mutate(version)}>
                            {w('switch')}
                          </Button>
                          <Button size="small" onClick={() => setTrying(version)}>
                            {w('try')}
                          </Button>
                        </>
                      )}
                      {version.revokedAt === null && (
                        <Button size="small" look="danger" onClick={() => setRevoking(version)}>
                          {w('revoke')}
                        </Button>
                      )}
                    </span>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      {(skill.previous !== null || skill.canary !== null) && (
        <Button isBusy={rollback.isPending} onClick={() => rollback.mutate()}>
          {w(skill.canary === null ? 'rollback' : 'end')}
        </Button>
      )}
      <Dialog
        isOpen={trying !== null}
        onClose={() => setTrying(null)}
        title={w('tryTitle', { version: trying?.version ?? '' })}
      >
        {trying !== null && (
          <CanaryForm
            name={skill.name}
            digest={trying.digest}
            onDone={async () => {
              setTrying(null)
              await onChanged()
            }}
          />
        )}
      </Dialog>
      <Confirm
        isOpen={revoking !== null}
        onClose={() => setRevoking(null)}
        title={w('revokeTitle', { version: revoking?.version ?? '' })}
        action={w('revoke')}
        typed={revoking?.version ?? ''}
        onConfirm={async () => {
          if (revoking === null) return
          await server.skills.revoke({ digest: revoking.digest })
          await onChanged()
        }}
      >
        <p>{w('revokeHelp')}</p>
      </Confirm>
    </div>
  )
}

interface CanaryFormProps {
  readonly name: string
  readonly digest: string
  readonly onDone: () => Promise<void>
}

function CanaryForm({ name, digest, onDone }: CanaryFormProps): ReactNode {
  const w = useWords(words)
  const [share, setShare] = useState('10')
  const canary = useMutation({
    mutationFn: () => server.skills.canary(name, { digest, share: Number(share) }),
    onSuccess: onDone,
  })
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!canary.isPending) canary.mutate()
      }}
    >
      <TextField
        label={w('share')}
        help={w('shareHelp')}
        type="number"
        min={1}
        max={100}
        value={share}
        onChange={(event) => setShare(event.currentTarget.value)}
      />
      {canary.error !== null && <Refused error={canary.error} />}
      <Button type="submit" look="primary" isBusy={canary.isPending}>
        {w('begin')}
      </Button>
    </form>
  )
}
