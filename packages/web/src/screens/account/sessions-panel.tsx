import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Shown } from '../../parts/state.tsx'
import { notify } from '../../parts/toast.tsx'
import { server } from '../../server.ts'
import { SessionRows } from './session-rows.tsx'

const words = defineWords('sessions', {
  title: { en: 'Where you are signed in', zh: '登录的设备' },
  lead: {
    en: 'A session ends after a day without use, and after a week in any case.',
    zh: '会话在一天不使用后结束，最长一周。',
  },
  endTitle: { en: 'End the session {device}?', zh: '结束会话 {device}？' },
  endText: {
    en: 'Whoever uses it is signed out within seconds, also in the middle of an answer.',
    zh: '使用者会在几秒内退出，即使回答还没有结束。',
  },
  endSend: { en: 'End session', zh: '结束会话' },
  others: { en: 'End all others', zh: '结束其他所有会话' },
  othersTitle: {
    en: '{count, plural, one {End one other session?} other {End # other sessions?}}',
    zh: '结束另外 {count} 个会话？',
  },
  othersSend: { en: 'End them', zh: '结束它们' },
  ended: {
    en: '{count, plural, one {One session was ended.} other {# sessions were ended.}}',
    zh: '已结束 {count} 个会话。',
  },
})

interface Asked {
  readonly title: string
  readonly send: string
  readonly ids: readonly string[]
}

export function SessionsPanel(): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => server.sessions.list() })
  const [asked, setAsked] = useState<Asked | null>(null)
  const others = sessions.data?.data.filter(({ current }) => !current) ?? []
  return (
    <Panel title={w('title')} lead={w('lead')}>
      <Shown query={sessions}>
        {({ data }) => (
          <SessionRows
            label={w('title')}
            sessions={data}
            onEnd={({ id }, device) =>
              setAsked({ title: w('endTitle', { device }), send: w('endSend'), ids: [id] })
            }
          />
        )}
      </Shown>
      {others.length > 0 && (
        <Button
          onClick={() =>
            setAsked({
              title: w('othersTitle', { count: others.length }),
              send: w('othersSend'),
              ids: others.map(({ id }) => id),
            })
          }
        >
          {w('others')}
        </Button>
      )}
      {asked !== null && (
        <Confirm
          isOpen
          onClose={() => setAsked(null)}
          title={asked.title}
          action={asked.send}
          onConfirm={async () => {
            for (const id of asked.ids) await server.sessions.end(id)
            await queries.invalidateQueries({ queryKey: ['sessions'] })
            notify(w('ended', { count: asked.ids.length }))
          }}
        >
          {w('endText')}
        </Confirm>
      )}
    </Panel>
  )
}
