import { FreeholdError } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { Refused } from '../refusal/refused.tsx'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

const words = defineWords('form-dialog', {
  cancel: { en: 'Cancel', zh: '取消' },
})

interface FormDialogProps {
  readonly title: ReactNode
  /** What will happen. */
  readonly lead?: ReactNode
  /** The words of the button: the verb. */
  readonly send: string
  /** It takes something away. */
  readonly isGrave?: boolean
  readonly isReady?: boolean
  /** What a refusal means here, by its code, where the general words would mislead. */
  readonly refusals?: Readonly<Record<string, string>>
  /** The platform's own reason in the language of the screen; null: it is not known there. */
  readonly reasonOf?: (error: unknown) => string | null
  /** What comes of it is shown by whoever renders it, in place of this. */
  readonly staysOpen?: boolean
  readonly onClose: () => void
  /** While it is open; what is refused is said in the dialog and can be mended there. */
  readonly onSend: () => Promise<unknown>
  readonly children?: ReactNode
}

/** Asks for a few things in a dialog and does what is asked for. It is there while it is rendered. */
export function FormDialog({
  title,
  lead,
  send,
  isGrave,
  isReady = true,
  refusals = {},
  reasonOf,
  staysOpen = false,
  onClose,
  onSend,
  children,
}: FormDialogProps): ReactNode {
  const w = useWords(words)
  const [isOpen, setOpen] = useState(true)
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: unknown }>({
    isBusy: false,
    error: null,
  })
  const close = (): void => {
    setOpen(false)
    onClose()
  }
  const act = async (): Promise<void> => {
    setState({ isBusy: true, error: null })
    try {
      await onSend()
      if (!staysOpen) close()
    } catch (error) {
      setState({ isBusy: false, error })
    }
  }
  const code = state.error instanceof FreeholdError ? state.error.code : ''
  const meant = Object.hasOwn(refusals, code) ? refusals[code] : undefined
  return (
    <Dialog isOpen={isOpen} onClose={close} title={title} {...(lead !== undefined && { lead })}>
      <form
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady && !state.isBusy) void act()
        }}
      >
        {children}
        {state.error !== null && (
          <Refused error={state.error} reason={reasonOf?.(state.error) ?? null}>
            {meant}
          </Refused>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>{w('cancel')}</Button>
          <Button
            type="submit"
            look={isGrave ? 'danger' : 'primary'}
            disabled={!isReady}
            isBusy={state.isBusy}
          >
            {send}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
