import type { KeyView, ServiceAccountView } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { moment } from '../../../language/format.ts'
import { Button } from '../../../parts/button.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Panel } from '../../../parts/panel.tsx'
import { Row, Rows } from '../../../parts/rows.tsx'
import { Shown } from '../../../parts/state.tsx'
import { server } from '../../../server.ts'
import { SCOPES, useNames } from '../../../session/power-words.ts'
import { keyWords } from '../../account/key-words.ts'
import { NewKey } from '../../account/new-key.tsx'
import { RevokeKey } from '../../account/revoke-key.tsx'
import { serviceWords } from './service-words.ts'

async function keysOf(service: string): Promise<readonly KeyView[]> {
  const own: KeyView[] = []
  for await (const key of server.keys.list({ limit: 200 }))
    if (key.creator === service && key.revokedAt === null) own.push(key)
  return own
}

export function ServiceKeys({ service }: { readonly service: ServiceAccountView }): ReactNode {
  const w = useWords(serviceWords)
  const k = useWords(keyWords)
  const names = useNames()
  const queries = useQueryClient()
  const { id, name } = service
  const keys = useQuery({ queryKey: ['keys', 'service', id], queryFn: () => keysOf(id) })
  const [asked, setAsked] = useState<KeyView | 'new' | null>(null)
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['keys'] })
  const scopes = SCOPES.filter((scope) => service.scopes.includes('*') || service.scopes.includes(scope))
  return (
    <Panel title={w('keys')} lead={w('keysLead')}>
      <Shown query={keys}>
        {(own) => (
          <Rows label={w('keys')} none={k('none')}>
            {own.map((key) => (
              <Row
                key={key.id}
                title={key.name ?? key.id}
                facts={[
                  ...key.scopes.map((scope) => names.scope(scope)),
                  key.lastUsedAt === null ? (
                    k('never')
                  ) : (
                    <>
                      {k('used')} <Moment at={key.lastUsedAt} />
                    </>
                  ),
                  key.expiresAt === null ? k('ever') : `${k('until')} ${moment(key.expiresAt)}`,
                ]}
                actions={
                  <Button
                    size="small"
                    look="danger"
                    aria-label={k('revokeLabel', { name: key.name ?? key.id })}
                    onClick={() => setAsked(key)}
                  >
                    {k('revoke')}
                  </Button>
                }
              />
            ))}
          </Rows>
        )}
      </Shown>
      <Button onClick={() => setAsked('new')}>{k('add')}</Button>
      {asked === 'new' && (
        <NewKey service={{ id, name }} scopes={scopes} onMade={again} onClose={() => setAsked(null)} />
      )}
      {asked !== null && asked !== 'new' && (
        <RevokeKey of={asked} onDone={again} onClose={() => setAsked(null)} />
      )}
    </Panel>
  )
}
