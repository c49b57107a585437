import type { ReactNode } from 'react'
import { useWords } from '../../../language/words.ts'
import { cx } from '../../../parts/class-names.ts'
import type { Choice } from './choices.ts'
import { composerWords } from './composer-words.ts'

interface ChoiceListProps {
  readonly id: string
  readonly choices: readonly Choice[]
  readonly active: number
  readonly onChoose: (choice: Choice) => void
}

/** What a sign offers, above the field that keeps the focus. */
export function ChoiceList({ id, choices, active, onChoose }: ChoiceListProps): ReactNode {
  const w = useWords(composerWords)
  return (
    <div className="absolute inset-x-0 bottom-full z-30 mb-1.5 rounded-medium border border-line bg-sheet p-1 shadow-raised">
      {choices.length === 0 && <p className="px-2.5 py-1.5 text-small text-soft">{w('noChoice')}</p>}
      <ul id={id} role="listbox" aria-label={w('choices')} className="max-h-72 overflow-y-auto">
        {choices.map((choice, at) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are the field's
          <li
            key={choice.key}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === active}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(choice)}
            className={cx(
              'flex min-h-9 cursor-pointer items-center gap-3 rounded-small px-2.5 text-small hover:bg-tint',
              at === active && 'bg-tint',
            )}
          >
            <bdi className="min-w-0 truncate font-medium">{choice.name}</bdi>
            <span className="ms-auto min-w-0 truncate text-tiny text-soft">{choice.note}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
