import type { OpenSessionView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Row, Rows } from '../../parts/rows.tsx'
import { deviceOf } from './device.ts'

const words = defineWords('session-rows', {
  none: { en: 'There are no open sessions.', zh: '没有打开的会话。' },
  current: { en: 'this one', zh: '当前会话' },
  unknown: { en: 'Unknown program', zh: '未知程序' },
  seen: { en: 'last seen', zh: '最近使用' },
  opened: { en: 'since', zh: '开始于' },
  password: { en: 'by password', zh: '通过密码' },
  passkey: { en: 'by passkey', zh: '通过通行密钥' },
  federated: { en: 'by an account elsewhere', zh: '通过外部账户' },
  invitation: { en: 'by a link', zh: '通过链接' },
  claim: { en: 'by the first link', zh: '通过首次链接' },
  end: { en: 'End', zh: '结束' },
  endLabel: { en: 'End the session {device}', zh: '结束会话 {device}' },
})

const METHODS = ['password', 'passkey', 'federated', 'invitation', 'claim'] as const

interface SessionRowsProps {
  readonly label: string
  readonly sessions: readonly OpenSessionView[]
  readonly onEnd: (session: OpenSessionView, device: string) => void
}

/** Where somebody is signed in. */
export function SessionRows({ label, sessions, onEnd }: SessionRowsProps): ReactNode {
  const w = useWords(words)
  return (
    <Rows label={label} none={w('none')}>
      {sessions.map((session) => {
        const device = session.agent === null ? w('unknown') : deviceOf(session.agent)
        const method = METHODS.find((one) => one === session.method)
        return (
          <Row
            key={session.id}
            title={device}
            note={session.current && <Chip tone="good">{w('current')}</Chip>}
            facts={[
              <>
                {w('seen')} <Moment at={session.seenAt} />
              </>,
              <>
                {w('opened')} <Moment at={session.createdAt} />
              </>,
              ...(method === undefined ? [] : [w(method)]),
            ]}
            {...(!session.current && {
              actions: (
                <Button
                  size="small"
                  aria-label={w('endLabel', { device })}
                  onClick={() => onEnd(session, device)}
                >
                  {w('end')}
                </Button>
              ),
            })}
          />
        )
      })}
    </Rows>
  )
}
