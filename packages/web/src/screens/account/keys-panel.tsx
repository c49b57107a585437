import type { KeyView } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { ClassChip } from '../../parts/chip.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Row, Rows } from '../../parts/rows.tsx'
import { Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'
import { useNames } from '../../session/power-words.ts'
import { useSession } from '../../session/session.ts'
import { keyWords } from './key-words.ts'
import { useLimitLines } from './limit-fields.tsx'
import { NewKey } from './new-key.tsx'
import { RevokeKey } from './revoke-key.tsx'

/** Whoever looks after keys is told of everybody's; here stand their own. What was revoked cannot be brought back. */
async function ownKeys(principal: string): Promise<readonly KeyView[]> {
  const own: KeyView[] = []
  for await (const key of server.keys.list({ limit: 200 }))
    if (key.creator === principal && key.revokedAt === null) own.push(key)
  return own
}

export function KeysPanel(): ReactNode {
  const w = useWords(keyWords)
  const names = useNames()
  const limitLines = useLimitLines()
  const { caller } = useSession()
  const queries = useQueryClient()
  const keys = useQuery({ queryKey: ['keys', 'own'], queryFn: () => ownKeys(caller.principal) })
  const [asked, setAsked] = useState<KeyView | 'new' | null>(null)
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['keys'] })
  return (
    <Panel title={w('title')} lead={w('lead')}>
      <Shown query={keys}>
        {(own) => (
          <Rows label={w('title')} none={w('none')}>
            {own.map((key) => {
              const name = key.name ?? key.id
              return (
                <Row
                  key={key.id}
                  title={name}
                  note={<ClassChip of={key.ceiling} />}
                  facts={[
                    ...key.scopes.map((scope) => names.scope(scope)),
                    key.lastUsedAt === null ? (
                      w('never')
                    ) : (
                      <>
                        {w('used')} <Moment at={key.lastUsedAt} />
                      </>
                    ),
                    ...(key.expiresAt === null
                      ? []
                      : [
                          <>
                            {w('until')} <Moment at={key.expiresAt} />
                          </>,
                        ]),
                    ...limitLines(key.limits),
                  ]}
                  actions={
                    <Button
                      size="small"
                      look="danger"
                      aria-label={w('revokeLabel', { name })}
                      onClick={() => setAsked(key)}
                    >
                      {w('revoke')}
                    </Button>
                  }
                />
              )
            })}
          </Rows>
        )}
      </Shown>
      <Button onClick={() => setAsked('new')}>{w('add')}</Button>
      {asked === 'new' && <NewKey onMade={again} onClose={() => setAsked(null)} />}
      {asked !== null && asked !== 'new' && (
        <RevokeKey of={asked} onDone={again} onClose={() => setAsked(null)} />
      )}
    </Panel>
  )
}
