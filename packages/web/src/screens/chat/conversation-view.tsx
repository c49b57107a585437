import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useWords } from '../../language/words.ts'
import { useTitle } from '../../parts/page.tsx'
import { Loading } from '../../parts/state.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { chatWords } from './chat-words.ts'
import { ConversationHeader } from './conversation-header.tsx'
import type { Sought } from './finding/marks.ts'
import { Composer } from './composer/composer.tsx'
import type { ThreadState } from './run/thread-state.ts'
import { isBusy } from './run/thread-state.ts'
import { useFinding } from './finding/use-finding.ts'
import { useThread } from './run/use-thread.ts'
import { ThreadView } from './thread/thread-view.tsx'
import { threadWords } from './thread/thread-words.ts'
import { useSpeech } from './thread/use-speech.ts'

const FindBar = lazy(async () => ({ default: (await import('./finding/find-bar.tsx')).FindBar }))

interface ConversationProps {
  readonly id: string
  readonly message?: string | undefined
}

/** One conversation: what was said, and where one says more. */
export function ConversationView({ id, message }: ConversationProps): ReactNode {
  const w = useWords(chatWords)
  const t = useWords(threadWords)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { thread, state } = useThread(id)
  const { conversation, live } = state
  const isRunning = live !== null && live.told.end === null
  const title = conversation?.title ?? w('untitled')
  const linked = useMemo<Sought | undefined>(
    () => (message === undefined ? undefined : { message }),
    [message],
  )
  const [sought, setSought] = useState<Sought | undefined>()
  const { asked, ask, stop } = useFinding()
  useTitle(title)
  useSpeech(live?.told.steps.at(-1)?.text ?? '', isRunning, t('finished'))
  useQuery({
    // Whoever changes it elsewhere in the page says so by this name.
    queryKey: ['conversation', id],
    queryFn: async () => {
      await thread.refresh()
      return null
    },
  })
  const seen = conversation === null ? null : `${conversation.title} ${conversation.leaf}`
  const before = useRef(seen)
  useEffect(() => {
    const isNews = before.current !== null && before.current !== seen
    before.current = seen
    // Opening a conversation changes nothing in it.
    if (!isNews) return
    // The list at the left tells titles and who was spoken with last.
    void queries.invalidateQueries({ queryKey: ['conversations'] })
    void queries.invalidateQueries({ queryKey: ['trust', 'foresight'] })
  }, [queries, seen])

  if (conversation === null && state.error !== null)
    return (
      <div className="mx-auto max-w-2xl p-6">
        <h1 className="mb-3 text-title">{w('untitled')}</h1>
        <Refused error={state.error} onRetry={() => void thread.refresh()} />
      </div>
    )
  return (
    <div className="flex h-full flex-col">
      <ConversationHeader conversation={conversation} title={title} onFind={ask} />
      {asked > 0 && (
        <Suspense>
          <FindBar
            conversation={id}
            asked={asked}
            onSought={setSought}
            onClose={() => {
              setSought(undefined)
              stop()
            }}
          />
        </Suspense>
      )}
      {state.isHere && state.tree.messages.size === 0 && !isBusy(state) ? (
        <div className="grid grow place-items-center content-center px-8 text-center">
          <p className="font-display text-title">{w('greeting')}</p>
          {conversation?.temporary && (
            <p className="mt-1 max-w-prose text-small text-soft">{w('temporaryNote')}</p>
          )}
        </div>
      ) : state.isHere ? (
        <ThreadView key={id} thread={thread} state={state} sought={sought ?? linked} />
      ) : (
        <div className="mx-auto w-full max-w-[48rem] grow px-8 pt-6">
          {state.error === null ? (
            <Loading />
          ) : (
            <Refused error={state.error} onRetry={() => void thread.refresh()} />
          )}
        </div>
      )}
      <div className="mx-auto w-full max-w-[48rem] px-3 pb-3 wide:px-8 wide:pb-5">
        {state.refusal !== null && (
          <div className="mb-2">
            <Refused error={state.refusal} onRetry={() => thread.again()} />
          </div>
        )}
        <Composer
          key={id}
          conversation={id}
          model={modelOf(state)}
          isKeptPrivate={conversation?.keepPrivate === true}
          isBusy={isBusy(state)}
          isStopping={live?.isStopping === true && isRunning}
          queue={state.queue}
          onSend={(wording) => thread.send(wording)}
          onStop={() => void thread.stop()}
          onSendQueued={(key) => void thread.sendQueued(key)}
          onWithdraw={(key) => thread.withdraw(key)}
          onBegin={async () => id}
          onKeep={(keepPrivate) => thread.change({ keepPrivate })}
          onNew={(isTemporary) =>
            void navigate({ to: '/chat', search: isTemporary ? { temporary: true } : {} })
          }
        />
      </div>
    </div>
  )
}

/** Who answers next, where nobody says otherwise: whom the conversation is set to, or who answered last in its branch. */
function modelOf({ conversation, tree }: ThreadState): string | null {
  if (conversation === null || conversation.model !== null) return conversation?.model ?? null
  const last = tree.messages.get(conversation.leaf ?? '')
  return last?.making?.model ?? null
}
