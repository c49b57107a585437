import type { TemplateView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { TextField } from '../../../parts/field.tsx'
import { filled } from './fill.ts'
import { PromptText } from './prompt-text.tsx'
import { templateWords } from './template-words.ts'

interface FillDialogProps {
  readonly template: TemplateView
  /** The words of the button that takes it. */
  readonly action: string
  readonly onClose: () => void
  readonly onFilled: (text: string) => void
}

/** Asks for what a template leaves open, and shows what comes of it. */
export function FillDialog({ template, action, onClose, onFilled }: FillDialogProps): ReactNode {
  const w = useWords(templateWords)
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const text = filled(template.text, values)
  return (
    <Dialog isOpen onClose={onClose} title={template.name}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          onClose()
          onFilled(text)
        }}
      >
        {template.variables.map((name) => (
          <TextField
            key={name}
            label={name}
            value={values[name] ?? ''}
            maxLength={4000}
            onChange={(event) => {
              const { value } = event.currentTarget
              setValues((before) => ({ ...before, [name]: value }))
            }}
          />
        ))}
        <div>
          <p className="text-small font-medium">{w('preview')}</p>
          <div
            className="mt-1 max-h-60 overflow-y-auto rounded-medium bg-sunk p-3"
            tabIndex={0}
            role="region"
            aria-label={w('preview')}
          >
            <PromptText text={text} />
          </div>
        </div>
        <div className="flex justify-end">
          <Button type="submit" look="primary">
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
