import { FreeholdError } from '@freehold/sdk'
import type { MessageView, RunEvent } from '@freehold/sdk'
import { useEffect, useRef, useState } from 'react'
import { server } from '../../server.ts'
import type { KeepPrivate } from '../trust/keeping.ts'

/** The engine of the program itself: it quotes from documents and needs no model. */
export const OWN_ENGINE = 'extract-1'

/** A question and what came of it so far. */
export interface Asked {
  readonly state: 'idle' | 'asking' | 'answered' | 'failed'
  readonly text: string
  readonly answer: MessageView | null
  readonly error: unknown
}

const IDLE: Asked = { state: 'idle', text: '', answer: null, error: null }

export interface Asking {
  readonly asked: Asked
  readonly conversation: string | null
  readonly ask: (text: string, keep: KeepPrivate) => Promise<boolean>
}

/** Asks the program's own engine about some collections, in one conversation, word by word. */
export function useAsking(collections: readonly string[]): Asking {
  const [asked, setAsked] = useState(IDLE)
  const [conversation, setConversation] = useState<string | null>(null)
  const leaving = useRef(new AbortController())
  useEffect(() => {
    // Made anew here, because the first one is over when the development build mounts twice.
    const own = new AbortController()
    leaving.current = own
    return () => own.abort()
  }, [])

  const ask = async (text: string, keep: KeepPrivate): Promise<boolean> => {
    const { signal } = leaving.current
    setAsked({ ...IDLE, state: 'asking' })
    try {
      const id = conversation ?? (await begin(keep))
      setConversation(id)
      const started = await server.messages.send(id, {
        text,
        model: OWN_ENGINE,
        collections: [...collections],
        ...(keep !== 'no' && { keepPrivate: true }),
      })
      let said = ''
      for await (const { event } of server.follow(started.run, { signal })) {
        if (event.type === 'text') said += String(event['text'])
        if (event.type === 'model.started') said = ''
        if (event.type === 'run.failed') throw failure(event)
        setAsked({ state: 'asking', text: said, answer: null, error: null })
      }
      const answer = await answerOf(id, started.answer)
      setAsked({ state: 'answered', text: answer?.text ?? said, answer, error: null })
      return true
    } catch (error) {
      if (!signal.aborted) setAsked({ ...IDLE, state: 'failed', error })
      return false
    }
  }
  return { asked, conversation, ask }
}

/** What an answer failed with, as an operation would have refused it. */
const failure = ({ code, message }: RunEvent): FreeholdError =>
  new FreeholdError(typeof code === 'string' ? code : 'bug', typeof message === 'string' ? message : '')

async function begin(keep: KeepPrivate): Promise<string> {
  const { id } = await server.conversations.create({
    model: OWN_ENGINE,
    ...(keep === 'conversation' && { keepPrivate: true }),
  })
  return id
}

async function answerOf(conversation: string, answer: string): Promise<MessageView | null> {
  for await (const message of server.messages.list(conversation, { limit: 200 }))
    if (message.id === answer) return message
  return null
}
