import type { Page } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { useKeyset } from '../../../keyset.ts'
import { Button } from '../../../parts/button.tsx'
import { Confirm, Dialog } from '../../../parts/dialog.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Section } from '../../../parts/page.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { Shown } from '../../../parts/state.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table } from '../../../parts/table.tsx'
import { notify } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { policyWords } from './policy-words.ts'

interface PolicyVersionsProps {
  readonly newest: number
  readonly whoIs: (id: string) => string
}

interface Version {
  readonly version: number
  readonly policies: number
  /** Null of the state before the first one. */
  readonly at: string | null
  readonly actor: string | null
}

const NONE: Version = { version: 0, policies: 0, at: null, actor: null }

/** What was in force before, to be read and brought back. */
export function PolicyVersions({ newest, whoIs }: PolicyVersionsProps): ReactNode {
  const w = useWords(policyWords)
  const queries = useQueryClient()
  const list = useKeyset(['policies', 'versions', newest], async (after): Promise<Page<Version>> => {
    const page = await server.policies.versions({ limit: 20, ...(after !== undefined && { after }) })
    // Before the first one nothing was forbidden, and that can be had again.
    return { ...page, data: page.next === null && newest > 0 ? [...page.data, NONE] : page.data }
  })
  const [asked, setAsked] = useState<{ readonly at: 'show' | 'restore'; readonly version: number } | null>(
    null,
  )
  const countOf = ({ policies }: Version): string => w('count', { count: policies })
  const byWhom = ({ actor }: Version): string => (actor === null ? '' : whoIs(actor))
  const columns: readonly Column<Version>[] = [
    {
      id: 'version',
      title: w('versionTitle'),
      cell: ({ version }) => (
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium">{w('versionOf', { version })}</span>
          {version === newest && <Chip tone="good">{w('inForce')}</Chip>}
        </span>
      ),
      text: ({ version }) => String(version),
    },
    {
      id: 'at',
      title: w('at'),
      cell: ({ at }) => at !== null && <Moment at={at} />,
      text: ({ at }) => at ?? '',
    },
    { id: 'by', title: w('by'), cell: byWhom, text: byWhom, isMinor: true },
    {
      id: 'policies',
      title: w('title'),
      cell: countOf,
      text: ({ policies }) => String(policies),
      isMinor: true,
    },
    {
      id: 'action',
      title: w('act'),
      cell: ({ version }) => (
        <span className="flex flex-wrap gap-2">
          {(['show', 'restore'] as const)
            .filter((act) => (act === 'show' ? version > 0 : version !== newest))
            .map((act) => (
              <Button
                key={act}
                size="small"
                aria-label={w(`${act}Label`, { version })}
                onClick={() => setAsked({ at: act, version })}
              >
                {w(act)}
              </Button>
            ))}
        </span>
      ),
    },
  ]
  return (
    <Section title={w('history')}>
      <Table
        label={w('history')}
        columns={columns}
        list={list}
        keyOf={({ version }) => String(version)}
        empty={<p className="text-small text-soft">{w('historyNone')}</p>}
      />
      {asked?.at === 'show' && <Show version={asked.version} onClose={() => setAsked(null)} />}
      {asked?.at === 'restore' && (
        <Confirm
          isOpen
          onClose={() => setAsked(null)}
          title={w('restoreTitle', { version: asked.version })}
          action={w('restore')}
          onConfirm={async () => {
            await server.policies.restore(asked.version)
            notify(w('restored', { version: asked.version }))
            await queries.invalidateQueries({ queryKey: ['policies'] })
          }}
        >
          {w('putText')}
        </Confirm>
      )}
    </Section>
  )
}

function Show({ version, onClose }: { readonly version: number; readonly onClose: () => void }): ReactNode {
  const w = useWords(policyWords)
  const read = useQuery({
    queryKey: ['policies', 'version', version],
    queryFn: () => server.policies.version(version),
  })
  return (
    <Dialog isOpen shape="drawer" onClose={onClose} title={w('versionOf', { version })}>
      <Shown query={read}>
        {({ text }) => (
          <pre tabIndex={0} className="overflow-auto font-mono text-small whitespace-pre-wrap">
            {text}
          </pre>
        )}
      </Shown>
    </Dialog>
  )
}
