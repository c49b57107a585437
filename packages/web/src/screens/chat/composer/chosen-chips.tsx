import { Bot, Library, Wrench, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../../language/words.ts'
import { composerWords } from './composer-words.ts'
import type { Draft } from './draft.ts'

interface ChosenProps {
  readonly draft: Draft
  readonly onChange: (change: Partial<Draft>) => void
}

/** Who answers, where it is looked up and what is used for it, where somebody chose. */
export function ChosenChips({ draft, onChange }: ChosenProps): ReactNode {
  const w = useWords(composerWords)
  const { model, collections, skills } = draft
  if (model === null && collections.length === 0 && skills.length === 0) return null
  return (
    <ul className="flex flex-wrap gap-1.5 px-3 pt-3">
      {model !== null && (
        <ChosenChip
          icon={<Bot aria-hidden className="size-3.5" />}
          text={w('withModel', { name: model })}
          label={w('remove', { name: model })}
          onRemove={() => onChange({ model: null })}
        />
      )}
      {collections.map(({ id, name }) => (
        <ChosenChip
          key={id}
          icon={<Library aria-hidden className="size-3.5" />}
          text={w('inCollection', { name })}
          label={w('remove', { name })}
          onRemove={() => onChange({ collections: collections.filter((other) => other.id !== id) })}
        />
      ))}
      {skills.map(({ name, title }) => (
        <ChosenChip
          key={name}
          icon={<Wrench aria-hidden className="size-3.5" />}
          text={w('withSkill', { name: title })}
          label={w('remove', { name: title })}
          onRemove={() => onChange({ skills: skills.filter((other) => other.name !== name) })}
        />
      ))}
    </ul>
  )
}

interface ChipProps {
  readonly icon: ReactNode
  readonly text: string
  readonly label: string
  readonly onRemove: () => void
}

const ChosenChip = ({ icon, text, label, onRemove }: ChipProps): ReactNode => (
  <li className="inline-flex max-w-full items-center gap-1.5 rounded-full bg-tint py-0.5 ps-2.5 pe-1 text-small text-accent">
    {icon}
    <bdi className="min-w-0 truncate">{text}</bdi>
    <button
      type="button"
      aria-label={label}
      onClick={onRemove}
      className="grid size-6 place-items-center rounded-full hover:bg-mark"
    >
      <X aria-hidden className="size-3.5" />
    </button>
  </li>
)
