import { FreeholdError } from '@freehold/sdk'
import { Pause } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { RecordWays } from '../../trust/record-ways.tsx'
import type { Live } from '../run/thread-state.ts'
import type { Thread } from '../run/thread.ts'
import { threadWords } from './thread-words.ts'

interface NoticeProps {
  readonly thread: Thread
  readonly live: Live
}

/** What became of a run that came to no whole answer, and what can be done about it. */
export function RunNotice({ thread, live }: NoticeProps): ReactNode {
  const w = useWords(threadWords)
  const { end } = live.told
  const goOn = (
    <Button size="small" onClick={() => void thread.continue()}>
      {w('goOn')}
    </Button>
  )
  const again = (
    <Button size="small" onClick={() => void thread.regenerate(live.message)}>
      {w('askAgain')}
    </Button>
  )
  if (live.isCutOff && end === null)
    return (
      <p role="status" className="text-small text-soft">
        {w('cutOff')}
      </p>
    )
  switch (end?.how) {
    case 'failed':
      return (
        <div className="space-y-2">
          <Refused
            error={
              new FreeholdError(end.code, end.message, {
                ...(end.request !== null && { requestId: end.request }),
              })
            }
            {...(end.request !== null && { ways: <RecordWays request={end.request} /> })}
          />
          <div className="flex flex-wrap gap-2">
            {goOn}
            {again}
          </div>
        </div>
      )
    case 'interrupted':
      return (
        <Line text={w('interrupted')}>
          {goOn}
          {again}
        </Line>
      )
    case 'stopped':
      return <Line text={w('stoppedEarly')}>{again}</Line>
    default:
      return null
  }
}

const Line = ({ text, children }: { readonly text: string; readonly children: ReactNode }): ReactNode => (
  <div role="status" className="flex flex-wrap items-center gap-2 text-small text-soft">
    <Pause aria-hidden className="size-4" />
    <span>{text}</span>
    {children}
  </div>
)

/** A question that nobody has answered: its run is over, and this tab does not know how. */
export function Unanswered({ thread, message }: { readonly thread: Thread; readonly message: string }) {
  const w = useWords(threadWords)
  return (
    <Line text={w('unanswered')}>
      <Button size="small" onClick={() => void thread.regenerate(message)}>
        {w('askAgain')}
      </Button>
    </Line>
  )
}
