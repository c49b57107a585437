import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { MessageCircleQuestion } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../../language/words.ts'
import { cx } from '../../parts/class-names.ts'
import { useTitle } from '../../parts/page.tsx'
import { server } from '../../server.ts'
import { chatWords } from './chat-words.ts'
import { Composer } from './composer/composer.tsx'
import { keepDraft, readDraft } from './composer/draft.ts'
import { LOCAL_MODEL } from './composer/models.ts'
import { threadOf } from './run/use-thread.ts'
import type { Wording } from './run/wording.ts'

const SUGGESTIONS = ['s1', 's2', 's3', 's4'] as const

/** `/chat`: a conversation that is begun with its first message. */
export function ChatScreen(): ReactNode {
  const w = useWords(chatWords)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { temporary } = useSearch({ from: '/chat' })
  const [sending, setSending] = useState<Wording | null>(null)
  const isSending = sending !== null
  const isKept = useRef(readDraft(sessionStorage, null).keepPrivate === 'conversation')
  const begun = useRef<Promise<string> | null>(null)
  useTitle(w('title'))
  // What an answer is drawn with comes while the question is written.
  useEffect(() => void import('./conversation-screen.tsx'), [])

  const begin = (): Promise<string> => {
    begun.current ??= server.conversations
      .create({
        ...(temporary && { temporary: true }),
        ...(isKept.current && { keepPrivate: true }),
      })
      .then(({ id }) => id)
      .catch((error: unknown) => {
        begun.current = null
        throw error
      })
    return begun.current
  }
  const send = async (wording: Wording): Promise<void> => {
    setSending(wording)
    try {
      const id = await begin()
      const thread = threadOf(id)
      await thread.open(wording)
      await navigate({ to: '/chat/$id', params: { id } })
      void queries.invalidateQueries({ queryKey: ['conversations'] })
    } finally {
      setSending(null)
    }
  }
  /** Files need a conversation; what was written goes along. */
  const beginWithFiles = async (): Promise<string> => {
    const id = await begin()
    keepDraft(sessionStorage, id, readDraft(sessionStorage, null))
    sessionStorage.removeItem('freehold.draft.new')
    await navigate({ to: '/chat/$id', params: { id } })
    return id
  }
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex min-h-full max-w-[48rem] flex-col justify-center gap-6 px-3 py-8 wide:px-8">
        {sending === null ? (
          <header className="px-1 text-center">
            <h1 className="text-hero">{w('greeting')}</h1>
            <p className="mx-auto mt-2 max-w-prose text-balance text-soft">
              {w(temporary ? 'temporaryNote' : 'lead')}
            </p>
          </header>
        ) : (
          <Sending text={sending.text} />
        )}
        <Composer
          key={temporary ? 'temporary' : 'new'}
          conversation={null}
          model={null}
          isKeptPrivate={false}
          isBusy={isSending}
          isStopping={false}
          queue={[]}
          onSend={send}
          onStop={() => {}}
          onSendQueued={() => {}}
          onWithdraw={() => null}
          onBegin={beginWithFiles}
          onKeep={async (next) => {
            isKept.current = next
          }}
          onNew={(isTemporary) =>
            void navigate({ to: '/chat', search: isTemporary ? { temporary: true } : {} })
          }
        />
        <section aria-labelledby="suggestions" className={cx('space-y-2', isSending && 'invisible')}>
          <div className="flex items-baseline justify-between gap-2 px-1 text-tiny text-soft">
            <h2 id="suggestions" className="font-sans">
              {w('suggestions')}
            </h2>
            <p>{w('fromGuide')}</p>
          </div>
          <ul className="grid gap-2 wide:grid-cols-2">
            {SUGGESTIONS.map((key) => (
              <li key={key}>
                <button
                  type="button"
                  aria-disabled={isSending || undefined}
                  onClick={() => {
                    if (!isSending) void send({ text: w(key), model: LOCAL_MODEL }).catch(() => {})
                  }}
                  className="flex min-h-11 w-full items-center gap-2.5 rounded-medium border border-line bg-sheet px-3.5 py-2 text-start text-small hover:border-accent hover:bg-tint"
                >
                  <MessageCircleQuestion aria-hidden className="size-4 shrink-0 text-accent" />
                  {w(key)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  )
}

/** The first words, until the conversation that they begin is there. */
function Sending({ text }: { readonly text: string }): ReactNode {
  const w = useWords(chatWords)
  return (
    <header className="flex flex-col items-end gap-1">
      <h1 className="unseen">{w('untitled')}</h1>
      <p
        dir="auto"
        className="max-w-[85%] rounded-large rounded-ee-small bg-tint px-4 py-2.5 whitespace-pre-wrap forced-colors:border"
      >
        {text}
      </p>
      <p role="status" className="text-tiny text-soft">
        {w('sending')}
      </p>
    </header>
  )
}
