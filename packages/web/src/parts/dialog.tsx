import { Dialog as Radix } from 'radix-ui'
import { X } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { Refused } from '../refusal/refused.tsx'
import { Button } from './button.tsx'
import { cx } from './class-names.ts'
import { TextField } from './field.tsx'
import { useWayBack } from './way-back.ts'

const words = defineWords('dialog', {
  close: { en: 'Close', zh: '关闭' },
  cancel: { en: 'Cancel', zh: '取消' },
  type: { en: 'Type {text} to confirm', zh: '请输入 {text} 以确认' },
})

interface DialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: ReactNode
  /** One sentence below the title. */
  readonly lead?: ReactNode
  readonly children?: ReactNode
  /** `drawer` comes from the side and fills the height; it is for reading beside what it belongs to. */
  readonly shape?: 'sheet' | 'drawer'
  readonly className?: string
  /** Where the focus goes when it closes, if what opened it is gone by then. */
  readonly returnTo?: RefObject<HTMLElement | null>
}

const FIELDS = ['input', 'textarea', 'select'].map((one) => `form ${one}:not([hidden])`).join()

const SHAPES = {
  sheet:
    'inset-x-3 top-[max(1rem,8dvh)] mx-auto max-h-[84dvh] max-w-xl rounded-large border border-line wide:inset-x-0',
  drawer: 'inset-y-0 end-0 w-full max-w-2xl border-s border-line',
} as const

/** What must be done or left before anything else. The focus goes in, stays, and comes back. */
export function Dialog({
  isOpen,
  onClose,
  title,
  lead,
  children,
  shape = 'sheet',
  className,
  returnTo,
}: DialogProps): ReactNode {
  const w = useWords(words)
  const wayBack = useWayBack()
  return (
    <Radix.Root open={isOpen} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-veil" />
        <Radix.Content
          {...(lead === undefined && { 'aria-describedby': undefined })}
          onOpenAutoFocus={(event) => {
            wayBack.remember()
            // Where something is to be filled in, that is what one came for; Enter must do nothing unforeseen.
            event.preventDefault()
            const inside = event.target instanceof HTMLElement ? event.target : null
            const first = inside?.querySelector(FIELDS) ?? inside?.querySelector('form button') ?? inside
            if (first instanceof HTMLElement) first.focus()
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            wayBack.go(returnTo?.current)
          }}
          className={cx(
            'fixed z-40 flex flex-col bg-sheet text-ink shadow-raised outline-none',
            SHAPES[shape],
            className,
          )}
        >
          <header className="flex items-start gap-3 border-b border-line px-5 py-3.5">
            <div className="min-w-0 grow">
              <Radix.Title className="font-display text-title">{title}</Radix.Title>
              {lead !== undefined && (
                <Radix.Description className="text-small text-soft">{lead}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              {/* Without a hint: it often has the focus first, and Escape would close only the hint. */}
              <Button look="quiet" size="small" aria-label={w('close')} className="size-7 px-0!">
                <X aria-hidden className="size-4" />
              </Button>
            </Radix.Close>
          </header>
          <div className="min-h-0 grow overflow-y-auto p-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

interface ConfirmProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: ReactNode
  /** What will happen, and whether it can be undone. */
  readonly children: ReactNode
  /** The words of the button: the verb, not "OK". */
  readonly action: string
  /** To be typed first, for what cannot be undone. */
  readonly typed?: string
  readonly onConfirm: () => Promise<unknown>
}

/** Says what a destructive action will do and does it; a refusal is shown where it was asked for. */
export function Confirm({
  isOpen,
  onClose,
  title,
  children,
  action,
  typed,
  onConfirm,
}: ConfirmProps): ReactNode {
  const w = useWords(words)
  const [text, setText] = useState('')
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: unknown }>({
    isBusy: false,
    error: null,
  })
  const isReady = typed === undefined || text.trim() === typed.trim()
  const close = (): void => {
    setText('')
    setState({ isBusy: false, error: null })
    onClose()
  }
  const confirm = async (): Promise<void> => {
    setState({ isBusy: true, error: null })
    try {
      await onConfirm()
      close()
    } catch (error) {
      setState({ isBusy: false, error })
    }
  }
  return (
    <Dialog isOpen={isOpen} onClose={close} title={title}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady && !state.isBusy) void confirm()
        }}
      >
        <div className="space-y-2">{children}</div>
        {typed !== undefined && (
          <TextField
            label={w('type', { text: typed })}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            spellCheck={false}
          />
        )}
        {state.error !== null && <Refused error={state.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>{w('cancel')}</Button>
          <Button type="submit" look="danger" disabled={!isReady} isBusy={state.isBusy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
