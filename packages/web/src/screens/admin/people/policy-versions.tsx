import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { useKeyset } from '../../../keyset.ts'
import { Button } from '../../../parts/button.tsx'
import { Confirm, Dialog } from '../../../parts/dialog.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Section } from '../../../parts/page.tsx'
import { Row, Rows } from '../../../parts/rows.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notify } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { policyWords } from './policy-words.ts'

interface PolicyVersionsProps {
  readonly newest: number
  readonly whoIs: (id: string) => string
}

/** What was in force before, to be read and brought back. */
export function PolicyVersions({ newest, whoIs }: PolicyVersionsProps): ReactNode {
  const w = useWords(policyWords)
  const queries = useQueryClient()
  const { items, query } = useKeyset(['policies', 'versions', newest], (after) =>
    server.policies.versions({ limit: 20, ...(after !== undefined && { after }) }),
  )
  const [asked, setAsked] = useState<{ readonly at: 'show' | 'restore'; readonly version: number } | null>(
    null,
  )
  return (
    <Section title={w('history')}>
      {query.error !== null && <Refused error={query.error} onRetry={() => void query.refetch()} />}
      <Rows label={w('history')} none={w('historyNone')}>
        {items
          .filter(({ version }) => version !== newest)
          .map(({ version, at, actor, policies }) => (
            <Row
              key={version}
              title={w('versionOf', { version })}
              facts={[w('count', { count: policies }), whoIs(actor), <Moment key="at" at={at} />]}
              actions={(['show', 'restore'] as const).map((act) => (
                <Button
                  key={act}
                  size="small"
                  aria-label={w(`${act}Label`, { version })}
                  onClick={() => setAsked({ at: act, version })}
                >
                  {w(act)}
                </Button>
              ))}
            />
          ))}
        {newest > 0 && !query.hasNextPage && (
          <Row
            title={w('versionOf', { version: 0 })}
            facts={[w('count', { count: 0 })]}
            actions={
              <Button
                size="small"
                aria-label={w('restoreLabel', { version: 0 })}
                onClick={() => setAsked({ at: 'restore', version: 0 })}
              >
                {w('restore')}
              </Button>
            }
          />
        )}
      </Rows>
      {query.hasNextPage && (
        <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {w('showMore')}
        </Button>
      )}
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
