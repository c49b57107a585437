import type { AuthorisationView } from '@freehold/sdk'
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

const words = defineWords('programs', {
  title: { en: 'Programs that act in your name', zh: '以您的名义操作的程序' },
  lead: {
    en: 'You let these use your tools, documents and models. Each stays connected until you end it, or until the session ends in which you allowed it.',
    zh: '您允许它们使用您的工具、文档和模型。每个程序保持连接，直到您结束它，或允许它时所在的会话结束。',
  },
  none: { en: 'No program acts in your name.', zh: '没有程序以您的名义操作。' },
  used: { en: 'last connected', zh: '最近连接' },
  since: { en: 'allowed', zh: '允许于' },
  until: { en: 'until', zh: '至' },
  end: { en: 'End', zh: '结束' },
  endLabel: { en: 'End that {name} acts in your name', zh: '结束 {name} 以您的名义操作' },
  ended: { en: '{name} no longer acts in your name.', zh: '{name} 不再以您的名义操作。' },
})

const KEY = ['account', 'programs'] as const

export function ProgramsPanel(): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const programs = useQuery({ queryKey: KEY, queryFn: () => server.authorisations.list() })
  const end = async ({ id, application: { name } }: AuthorisationView): Promise<void> => {
    try {
      await server.authorisations.revoke(id)
      await queries.invalidateQueries({ queryKey: KEY })
      notify(w('ended', { name }))
    } catch (error) {
      notifyRefusal(error)
    }
  }
  return (
    <Panel title={w('title')} lead={w('lead')}>
      <Shown query={programs}>
        {({ data }) => (
          <Rows label={w('title')} none={w('none')}>
            {data.map((program) => (
              <Row
                key={program.id}
                title={program.application.name}
                facts={[
                  program.resource,
                  <>
                    {w('used')} <Moment at={program.refreshedAt} />
                  </>,
                  <>
                    {w('since')} <Moment at={program.createdAt} />
                  </>,
                  <>
                    {w('until')} <Moment at={program.expiresAt} />
                  </>,
                ]}
                actions={
                  <Button
                    size="small"
                    aria-label={w('endLabel', { name: program.application.name })}
                    onClick={() => void end(program)}
                  >
                    {w('end')}
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
