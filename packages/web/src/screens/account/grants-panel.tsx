import type { ToolGrantView } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Row, Rows } from '../../parts/rows.tsx'
import { Shown } from '../../parts/state.tsx'
import { notify, notifyRefusal } from '../../parts/toast.tsx'
import { server } from '../../server.ts'

const words = defineWords('grants', {
  title: { en: 'Tools that need not ask', zh: '无需询问的工具' },
  lead: {
    en: 'You said “always” to these. Each ends by itself; until then you can have it ask again.',
    zh: '您对这些工具选择了“始终允许”。每项都会自动到期，在此之前您可以让它重新询问。',
  },
  none: { en: 'Every tool asks.', zh: '所有工具都会询问。' },
  whole: { en: 'everything it does', zh: '它的所有操作' },
  until: { en: 'until', zh: '有效至' },
  revoke: { en: 'Ask again', zh: '重新询问' },
  revokeLabel: { en: 'Have {tool} ask again', zh: '让 {tool} 重新询问' },
  revoked: { en: '{tool} asks again.', zh: '{tool} 会重新询问。' },
})

const KEY = ['account', 'grants'] as const

export function GrantsPanel(): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const grants = useQuery({ queryKey: KEY, queryFn: () => server.toolGrants.list({ limit: 200 }) })
  const revoke = async ({ id, tool }: ToolGrantView): Promise<void> => {
    try {
      await server.toolGrants.revoke(id)
      await queries.invalidateQueries({ queryKey: KEY })
      notify(w('revoked', { tool }))
    } catch (error) {
      notifyRefusal(error)
    }
  }
  return (
    <Panel title={w('title')} lead={w('lead')}>
      <Shown query={grants}>
        {({ data }) => (
          <Rows label={w('title')} none={w('none')}>
            {data.map((grant) => (
              <Row
                key={grant.id}
                title={grant.tool}
                facts={[
                  grant.scope === '' ? w('whole') : grant.scope,
                  <>
                    {w('until')} <Moment at={grant.expiresAt} />
                  </>,
                ]}
                actions={
                  <Button
                    size="small"
                    aria-label={w('revokeLabel', { tool: grant.tool })}
                    onClick={() => void revoke(grant)}
                  >
                    {w('revoke')}
                  </Button>
                }
              />
            ))}
          </Rows>
        )}
      </Shown>
    </Panel>
  )
}
