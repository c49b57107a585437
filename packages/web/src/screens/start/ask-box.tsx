import { ArrowUp } from 'lucide-react'
import type { FormEvent, ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { TextField } from '../../parts/field.tsx'
import { Foresight } from '../trust/foresight.tsx'
import type { KeepPrivate } from '../trust/keeping.ts'
import { OWN_ENGINE, useAsking } from './asking.ts'
import { QuotedAnswer } from './quoted-answer.tsx'

const words = defineWords('ask-box', {
  ask: { en: 'Ask', zh: '提问' },
})

interface AskBoxProps {
  readonly label: string
  readonly collections: readonly string[]
  /** Questions to begin with. */
  readonly questions?: readonly string[]
  readonly onAnswered: () => void
}

/** A question about documents and its answer, made on this machine. */
export function AskBox({ label, collections, questions = [], onAnswered }: AskBoxProps): ReactNode {
  const w = useWords(words)
  const [text, setText] = useState('')
  const [keep, setKeep] = useState<KeepPrivate>('no')
  const asking = useAsking(collections)
  const isBusy = asking.asked.state === 'asking'
  const ask = async (question: string): Promise<void> => {
    if (question.trim() === '' || isBusy) return
    setText(question)
    if (await asking.ask(question.trim(), keep)) onAnswered()
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void ask(text)
  }
  return (
    <div className="space-y-3">
      {questions.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {questions.map((question) => (
            <li key={question}>
              <Button
                size="small"
                className="text-start whitespace-normal!"
                onClick={() => void ask(question)}
              >
                {question}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div>
        <Foresight
          text={text}
          model={OWN_ENGINE}
          collections={collections}
          keepPrivate={keep}
          onKeepPrivate={setKeep}
          {...(asking.conversation !== null && { conversation: asking.conversation })}
        />
        <form onSubmit={submit} className="flex items-end gap-2">
          <div className="grow">
            <TextField
              label={label}
              isLabelUnseen
              placeholder={label}
              value={text}
              maxLength={2000}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          </div>
          <Button
            type="submit"
            look="primary"
            isBusy={isBusy}
            icon={<ArrowUp aria-hidden className="size-4" />}
          >
            {w('ask')}
          </Button>
        </form>
      </div>
      <QuotedAnswer {...asking} />
    </div>
  )
}
