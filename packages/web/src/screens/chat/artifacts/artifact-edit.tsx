import { useQueryClient } from '@tanstack/react-query'
import type { ArtifactText } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { TextArea, TextField } from '../../../parts/field.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { artifactWords } from './artifact-words.ts'

/** The server takes no more. */
const MOST_CHARACTERS = 200_000

interface ArtifactEditProps {
  readonly artifact: ArtifactText
  readonly onSaved: () => void
}

/** Writes a version more; those before stay. */
export function ArtifactEdit({ artifact, onSaved }: ArtifactEditProps): ReactNode {
  const w = useWords(artifactWords)
  const queries = useQueryClient()
  const [title, setTitle] = useState(artifact.title)
  const [text, setText] = useState(artifact.text)
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: unknown }>({
    isBusy: false,
    error: null,
  })
  const newest = Math.max(...artifact.versions.map(({ version }) => version))
  const isReady = title.trim() !== '' && text !== '' && (text !== artifact.text || title !== artifact.title)
  const send = async (): Promise<void> => {
    setState({ isBusy: true, error: null })
    try {
      await server.artifacts.write(artifact.id, { title: title.trim(), text })
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['artifact', artifact.id] }),
        queries.invalidateQueries({ queryKey: ['artifacts', artifact.conversation] }),
      ])
      onSaved()
    } catch (error) {
      setState({ isBusy: false, error })
    }
  }
  return (
    <form
      className="flex h-full flex-col gap-3 overflow-y-auto p-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && !state.isBusy) void send()
      }}
    >
      <TextField
        label={w('title')}
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <TextArea
        label={w('text')}
        value={text}
        rows={20}
        maxLength={MOST_CHARACTERS}
        spellCheck={false}
        onChange={(event) => setText(event.currentTarget.value)}
        className="font-mono text-small"
      />
      {state.error !== null && <Refused error={state.error} />}
      <div className="flex justify-end">
        <Button type="submit" look="primary" disabled={!isReady} isBusy={state.isBusy}>
          {w('save', { n: newest + 1 })}
        </Button>
      </div>
    </form>
  )
}
