import type { Zone } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { memo } from 'react'
import { useWords } from '../../../language/words.ts'
import { cx } from '../../../parts/class-names.ts'
import { Markdown } from '../markdown/markdown.tsx'
import { RouteChip } from '../../trust/route-chip.tsx'
import { openAsking } from '../run/run-told.ts'
import type { Thread } from '../run/thread.ts'
import { AnswerActions } from './answer-actions.tsx'
import { RunApproval } from './approval-card.tsx'
import { RunNotice } from './run-notice.tsx'
import { threadWords } from './thread-words.ts'
import type { ShownAnswer } from './turns.ts'
import { Unsupported } from './unsupported.tsx'
import { Work } from './work.tsx'
import { WrittenArtifacts } from './written-artifacts.tsx'

const EDGES: Readonly<Record<Zone, string>> = {
  local: 'border-local',
  private: 'border-private',
  managed: 'border-managed',
}

interface AnswerProps {
  readonly thread: Thread
  readonly turn: ShownAnswer
  readonly isBusy: boolean
  /** Which of how many answers it is; drawn anew when another one comes. */
  readonly place: string
}

/** What a model answered. Its edge has the colour of the zone that it was made in. */
export const AnswerTurn = memo(function AnswerTurn({ thread, turn, isBusy }: AnswerProps): ReactNode {
  const w = useWords(threadWords)
  const { live, text, steps, message } = turn
  const isRunning = live !== null && live.told.end === null
  const asked = live === null ? null : openAsking(live.told)
  // What was said before a tool was called stands with the work.
  const isSaid = text !== '' && (message !== null || (steps.at(-1)?.tools.length ?? 0) === 0)
  return (
    <div
      aria-busy={isRunning || undefined}
      className={cx(
        'space-y-3 border-s-2 ps-4 transition-colors duration-300',
        turn.zone === null ? 'border-line' : EDGES[turn.zone],
      )}
    >
      <h2 className="unseen">{w('answer')}</h2>
      <Work
        steps={steps}
        isRunning={isRunning}
        {...(message !== null && { onOpen: () => void thread.recall(message) })}
      />
      {isSaid && <Markdown text={text} isOpen={isRunning} citations={turn.citations} />}
      <WrittenArtifacts conversation={thread.id} steps={steps} />
      {isRunning && !isSaid && asked === null && (
        <Waiting text={w(live.isStopping ? 'stopping' : 'thinking')} />
      )}
      {live !== null && asked !== null && isRunning && <RunApproval run={live.run} tool={asked} />}
      {turn.limit !== null && <p className="text-small text-caution">{w('limit', { limit: turn.limit })}</p>}
      {live !== null && <RunNotice thread={thread} live={live} />}
      {message !== null && (
        <>
          {turn.checked !== null && <Unsupported text={text} checked={turn.checked} />}
          <footer className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <RouteChip message={message} />
            {message.status === 'stopped' && <span className="text-tiny text-soft">{w('stopped')}</span>}
            <AnswerActions thread={thread} message={message} isBusy={isBusy} />
          </footer>
        </>
      )}
    </div>
  )
})

const Waiting = ({ text }: { readonly text: string }): ReactNode => (
  <p className="flex min-h-7 items-center gap-2 text-small text-soft">
    <span aria-hidden className="size-2 animate-pulse rounded-full bg-accent" />
    {text}
  </p>
)
