import type { Page } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useKeyset } from '../../../keyset.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { Confirm } from '../../../parts/dialog.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Section } from '../../../parts/page.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table } from '../../../parts/table.tsx'
import { notify } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { usePrincipals } from '../../../session/principals.ts'
import { ROUTING } from './targets.ts'

const words = defineWords('rule-versions', {
  title: { en: 'Earlier versions', zh: '历史版本' },
  lead: {
    en: 'Each change of targets or rules makes a version of both.',
    zh: '目标或规则的每次更改都会生成一个包含两者的版本。',
  },
  none: { en: 'Nothing was changed yet.', zh: '还没有更改过。' },
  version: { en: 'Version {version}', zh: '版本 {version}' },
  current: { en: 'In force', zh: '生效中' },
  targets: { en: '{count, plural, one {# target} other {# targets}}', zh: '{count} 个目标' },
  rules: { en: '{count, plural, one {# rule} other {# rules}}', zh: '{count} 条规则' },
  restore: { en: 'Restore', zh: '恢复' },
  restoreTitle: { en: 'Restore version {version}?', zh: '恢复版本 {version}？' },
  restoreHelp: {
    en: 'Targets and rules of the settings become what they were then, at once, as a new version. This can be taken back in the same way.',
    zh: '设置中的目标和规则会立即恢复为当时的内容，并成为新版本。可以用同样的方式撤回。',
  },
  restored: { en: 'Version {version} is in force again.', zh: '版本 {version} 已重新生效。' },
  name: { en: 'Version', zh: '版本' },
  at: { en: 'Since', zh: '时间' },
  by: { en: 'By', zh: '操作者' },
  holds: { en: 'Holds', zh: '内容' },
  action: { en: 'Action', zh: '操作' },
})

type Version = Awaited<ReturnType<typeof server.routing.versions>> extends Page<infer T> ? T : never

/** What targets and rules were before, and the way back. */
export function RuleVersions({ current }: { readonly current: number }): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const { said } = usePrincipals()
  const [chosen, setChosen] = useState<number | null>(null)
  const list = useKeyset([...ROUTING, 'versions', current], (after) =>
    server.routing.versions({ limit: 20, ...(after !== undefined && { after }) }),
  )
  const holds = ({ targets, routes }: Version): string =>
    `${w('targets', { count: targets })} · ${w('rules', { count: routes })}`
  const columns: readonly Column<Version>[] = [
    {
      id: 'version',
      title: w('name'),
      cell: ({ version }) => (
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium">{w('version', { version })}</span>
          {version === current && <Chip tone="good">{w('current')}</Chip>}
        </span>
      ),
      text: ({ version }) => String(version),
    },
    { id: 'at', title: w('at'), cell: ({ at }) => <Moment at={at} />, text: ({ at }) => at },
    {
      id: 'by',
      title: w('by'),
      cell: ({ actor }) => said(actor),
      text: ({ actor }) => said(actor),
      isMinor: true,
    },
    { id: 'holds', title: w('holds'), cell: holds, text: holds, isMinor: true },
    {
      id: 'action',
      title: w('action'),
      cell: ({ version }) =>
        version !== current && (
          <Button
            size="small"
            aria-label={`${w('restore')}: ${w('version', { version })}`}
            onClick={() => setChosen(version)}
          >
            {w('restore')}
          </Button>
        ),
    },
  ]
  return (
    <Section title={w('title')} lead={w('lead')}>
      <Table
        label={w('title')}
        columns={columns}
        list={list}
        keyOf={({ version }) => String(version)}
        empty={<p className="text-small text-soft">{w('none')}</p>}
      />
      <Confirm
        isOpen={chosen !== null}
        onClose={() => setChosen(null)}
        title={w('restoreTitle', { version: chosen ?? 0 })}
        action={w('restore')}
        onConfirm={async () => {
          if (chosen === null) return
          await server.routing.restore(chosen)
          notify(w('restored', { version: chosen }))
          await queries.invalidateQueries({ queryKey: ROUTING })
        }}
      >
        <p>{w('restoreHelp')}</p>
      </Confirm>
    </Section>
  )
}
