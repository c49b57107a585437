import { Check, ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { useId } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { cx } from '../../parts/class-names.ts'

const words = defineWords('start-step', {
  done: { en: 'Done', zh: '已完成' },
})

interface StepProps {
  readonly number: number
  readonly title: string
  readonly lead: string
  readonly isDone: boolean
  readonly isOpen: boolean
  readonly onToggle: () => void
  readonly children: ReactNode
}

/** One thing to do, folded up until it is its turn; none is locked. */
export function Step({ number, title, lead, isDone, isOpen, onToggle, children }: StepProps): ReactNode {
  const w = useWords(words)
  const id = useId()
  return (
    <li
      className={cx(
        'rounded-large border bg-sheet transition-shadow duration-150 ease-calm',
        isOpen ? 'border-accent/50 shadow-raised' : 'border-line',
      )}
    >
      <h2 className="font-sans!">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={onToggle}
          className="flex w-full items-center gap-4 rounded-large p-4 text-start"
        >
          <span
            className={cx(
              'grid size-9 shrink-0 place-items-center rounded-full text-small font-medium',
              isDone ? 'bg-accent text-on-accent' : 'border border-edge text-soft',
            )}
          >
            {isDone ? <Check aria-hidden className="size-4" /> : number}
          </span>
          <span className="min-w-0 grow">
            <span className="block font-display text-lead">
              {title}
              {isDone && <span className="unseen"> ({w('done')})</span>}
            </span>
            <span className="block text-small font-normal text-soft">{lead}</span>
          </span>
          <ChevronDown
            aria-hidden
            className={cx(
              'size-4 shrink-0 text-soft transition-transform duration-150',
              isOpen && 'rotate-180',
            )}
          />
        </button>
      </h2>
      <div id={id} hidden={!isOpen} className="px-4 pb-5 wide:ps-17">
        {isOpen && children}
      </div>
    </li>
  )
}
