import type { DataClass, TemplateView } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { SelectField, TextArea, TextField } from '../../../parts/field.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { partsOf } from './fill.ts'
import { templateWords } from './template-words.ts'
import { DATA_CLASSES, classWords } from '../../../data-classes.ts'

interface TemplateDialogProps {
  /** The one that is changed; without it one is made. */
  readonly template?: TemplateView
  readonly onClose: () => void
}

export function TemplateDialog({ template, onClose }: TemplateDialogProps): ReactNode {
  const w = useWords(templateWords)
  const c = useWords(classWords)
  const queries = useQueryClient()
  const [name, setName] = useState(template?.name ?? '')
  const [text, setText] = useState(template?.text ?? '')
  const [dataClass, setClass] = useState<DataClass>('internal')
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: unknown }>({
    isBusy: false,
    error: null,
  })
  const isReady = name.trim() !== '' && text.trim() !== ''
  const names = [
    ...new Set(
      partsOf(text)
        .filter((part) => part.isVariable)
        .map((part) => part.text.slice(2, -2).trim()),
    ),
  ]
  const send = async (): Promise<void> => {
    setState({ isBusy: true, error: null })
    try {
      const said = { name: name.trim(), text: text.trim() }
      if (template === undefined) await server.templates.create({ ...said, class: dataClass })
      else await server.templates.change(template.id, said)
      await queries.invalidateQueries({ queryKey: ['templates'] })
      onClose()
    } catch (error) {
      setState({ isBusy: false, error })
    }
  }
  return (
    <Dialog isOpen onClose={onClose} title={template === undefined ? w('new') : template.name}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady && !state.isBusy) void send()
        }}
      >
        <TextField
          label={w('name')}
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextArea
          label={w('text')}
          help={names.length === 0 ? w('textHelp') : w('variables', { names: names.join(', ') })}
          value={text}
          rows={8}
          maxLength={8000}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {template === undefined && (
          <SelectField
            label={w('class')}
            help={w('classHelp')}
            value={dataClass}
            // The options are the classes.
            onChange={(event) => setClass(event.currentTarget.value as DataClass)}
          >
            {DATA_CLASSES.map((one) => (
              <option key={one} value={one}>
                {c(one)}
              </option>
            ))}
          </SelectField>
        )}
        {state.error !== null && <Refused error={state.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{w('cancel')}</Button>
          <Button type="submit" look="primary" disabled={!isReady} isBusy={state.isBusy}>
            {w('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
