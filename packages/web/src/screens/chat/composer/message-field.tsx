import type { ClipboardEvent, KeyboardEvent, ReactNode, RefObject } from 'react'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { ChoiceList } from './choice-list.tsx'
import type { Choice } from './choices.ts'
import { useChoices } from './choices.ts'
import { composerWords } from './composer-words.ts'
import type { Trigger } from './trigger.ts'
import { replaced, triggerAt } from './trigger.ts'

interface FieldProps {
  readonly ref: RefObject<HTMLTextAreaElement | null>
  readonly text: string
  readonly placeholder: string
  readonly onText: (text: string) => void
  /** Does what was chosen; returns what stands in the place of the sign. */
  readonly onChoose: (choice: Choice) => string
  readonly onSend: () => void
  readonly onPaste: (event: ClipboardEvent) => void
}

/** The field that grows with what is written, and the list behind `/`, `@` and `#`. */
export function MessageField({ ref, text, onText, onChoose, onSend, ...field }: FieldProps): ReactNode {
  const w = useWords(composerWords)
  const list = useId()
  const [trigger, setTrigger] = useState<Trigger | null>(null)
  const [active, setActive] = useState(0)
  const caret = useRef<number | null>(null)
  const choices = useChoices(trigger)
  useEffect(() => setActive(0), [trigger?.query, trigger?.sign])
  useEffect(() => {
    // On a telephone the keyboard would cover what one came to read.
    if (matchMedia('(pointer: fine)').matches) ref.current?.focus()
  }, [ref])
  useLayoutEffect(() => {
    if (caret.current === null) return
    ref.current?.setSelectionRange(caret.current, caret.current)
    caret.current = null
  })

  const look = (area: HTMLTextAreaElement): void =>
    setTrigger(area.selectionStart === area.selectionEnd ? triggerAt(area.value, area.selectionStart) : null)
  const choose = (choice: Choice): void => {
    if (trigger === null) return
    const next = replaced(text, trigger, onChoose(choice))
    caret.current = next.caret
    onText(next.text)
    setTrigger(triggerAt(next.text, next.caret))
    ref.current?.focus()
  }
  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // The keys belong to whoever composes a character of several.
    if (event.nativeEvent.isComposing) return
    const chosen = choices[active]
    if (trigger !== null && chosen !== undefined) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (step !== undefined) {
        event.preventDefault()
        setActive((active + step + choices.length) % choices.length)
        return
      }
      if (event.key === 'Enter' || event.key === 'Tab') {
        event.preventDefault()
        choose(chosen)
        return
      }
    }
    if (event.key === 'Escape' && trigger !== null) {
      event.preventDefault()
      setTrigger(null)
      return
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      setTrigger(null)
      onSend()
    }
  }
  const isListed = trigger !== null
  return (
    <>
      {isListed && <ChoiceList id={list} choices={choices} active={active} onChoose={choose} />}
      <textarea
        {...field}
        ref={ref}
        dir="auto"
        rows={1}
        aria-label={w('label')}
        aria-describedby={`${list}-signs`}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={isListed ? list : undefined}
        aria-activedescendant={isListed && choices.length > 0 ? `${list}-${active}` : undefined}
        value={text}
        onChange={({ currentTarget }) => {
          onText(currentTarget.value)
          look(currentTarget)
        }}
        onSelect={({ currentTarget }) => look(currentTarget)}
        onBlur={() => setTrigger(null)}
        onKeyDown={press}
        className="field-sizing-content block max-h-[40dvh] min-h-12 w-full resize-none bg-transparent px-4 pt-3 pb-1 outline-none"
      />
      <span id={`${list}-signs`} className="unseen">
        {w('signs')}
      </span>
    </>
  )
}
