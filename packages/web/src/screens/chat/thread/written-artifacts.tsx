import { FileText } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMemo } from 'react'
import { useWords } from '../../../language/words.ts'
import { openFiles } from '../pane/passage.ts'
import type { Step } from '../run/run-told.ts'
import { threadWords } from './thread-words.ts'
import { writtenBy } from './written.ts'

interface WrittenArtifactsProps {
  readonly conversation: string
  readonly steps: readonly Step[]
}

/** What an answer wrote beside the conversation, and the way to it. */
export function WrittenArtifacts({ conversation, steps }: WrittenArtifactsProps): ReactNode {
  const w = useWords(threadWords)
  const written = useMemo(() => writtenBy(steps), [steps])
  if (written.length === 0) return null
  return (
    <ul className="grid gap-2">
      {written.map(({ id, title, version }) => (
        <li key={id}>
          <button
            type="button"
            onClick={() => openFiles(conversation, { kind: 'artifact', id })}
            className="flex w-full max-w-md items-center gap-3 rounded-medium border border-line bg-sheet px-3 py-2.5 text-start hover:bg-tint"
          >
            <FileText aria-hidden className="size-5 shrink-0 text-accent" />
            <span className="min-w-0 grow">
              <bdi className="block truncate font-medium">{title === '' ? w('artifact') : title}</bdi>
              <span className="block text-tiny text-soft">{w('artifactOpen', { version })}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
