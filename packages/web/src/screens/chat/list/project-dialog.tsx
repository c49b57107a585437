import type { ProjectView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { TextField } from '../../../parts/field.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { useProjects } from './changes.ts'
import { listWords } from './list-words.ts'

interface ProjectDialogProps {
  /** The one that is renamed; without it one is made. */
  readonly project?: ProjectView
  readonly onClose: () => void
  readonly onMade?: (project: ProjectView) => void
}

export function ProjectDialog({ project, onClose, onMade }: ProjectDialogProps): ReactNode {
  const w = useWords(listWords)
  const { create, rename } = useProjects()
  const [name, setName] = useState(project?.name ?? '')
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: unknown }>({
    isBusy: false,
    error: null,
  })
  const send = async (): Promise<void> => {
    setState({ isBusy: true, error: null })
    try {
      if (project === undefined) onMade?.(await create(name.trim()))
      else await rename(project.id, name.trim())
      onClose()
    } catch (error) {
      setState({ isBusy: false, error })
    }
  }
  const isReady = name.trim() !== ''
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={w(project === undefined ? 'newProject' : 'renameProject')}
      lead={w('projectLead')}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady && !state.isBusy) void send()
        }}
      >
        <TextField
          label={w('projectName')}
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {state.error !== null && <Refused error={state.error} />}
        <div className="flex justify-end">
          <Button type="submit" look="primary" disabled={!isReady} isBusy={state.isBusy}>
            {w(project === undefined ? 'create' : 'save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
