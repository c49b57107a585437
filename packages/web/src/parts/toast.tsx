import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect, useSyncExternalStore } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { refusalLine } from '../refusal/refusal-words.ts'
import { isSessionEnded } from '../server.ts'
import { announce } from './announce.tsx'
import { Button, IconButton } from './button.tsx'

const words = defineWords('toast', {
  undo: { en: 'Undo', zh: '撤销' },
  close: { en: 'Close', zh: '关闭' },
  notices: { en: 'Notices', zh: '通知' },
})

interface Toast {
  readonly id: number
  readonly text: string
  readonly isAlarm: boolean
  /** Takes back what was done. */
  readonly undo?: (() => void) | undefined
}

const SHOWN_MS = 8000

let toasts: readonly Toast[] = []
let last = 0
const watching = new Set<() => void>()

function set(next: readonly Toast[]): void {
  toasts = next
  for (const tell of watching) tell()
}

const dismiss = (id: number): void => set(toasts.filter((toast) => toast.id !== id))

function add(toast: Omit<Toast, 'id'>): void {
  last += 1
  set([...toasts.slice(-2), { ...toast, id: last }])
  announce(toast.text)
}

/** Says in passing what was done, with a way to take it back where there is one. */
export const notify = (text: string, options: { readonly undo?: () => void } = {}): void =>
  add({ text, isAlarm: false, undo: options.undo })

/** Says in passing what was refused. Where there is a place for it, `Refused` says more. */
export function notifyRefusal(error: unknown): void {
  // Whose session has ended is told so at the door.
  if (!isSessionEnded(error)) add({ text: refusalLine(error), isAlarm: true })
}

const subscribe = (changed: () => void): (() => void) => {
  watching.add(changed)
  return () => watching.delete(changed)
}

/** Stands once in the page. */
export function Toasts(): ReactNode {
  const w = useWords(words)
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <section
      aria-label={w('notices')}
      className="pointer-events-none fixed inset-x-3 bottom-4 z-50 flex flex-col items-center gap-2"
    >
      {shown.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </section>
  )
}

function ToastView({ toast }: { readonly toast: Toast }): ReactNode {
  const w = useWords(words)
  useEffect(() => {
    const timer = setTimeout(() => dismiss(toast.id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [toast.id])
  return (
    <div
      className={`pointer-events-auto flex max-w-full items-center gap-2 rounded-medium border bg-sheet py-1 ps-4 pe-1 text-small shadow-raised ${toast.isAlarm ? 'border-alarm' : 'border-line'}`}
    >
      <p className="py-1">{toast.text}</p>
      {toast.undo && (
        <Button
          size="small"
          look="quiet"
          onClick={() => {
            dismiss(toast.id)
            toast.undo?.()
          }}
        >
          {w('undo')}
        </Button>
      )}
      <IconButton size="small" label={w('close')} onClick={() => dismiss(toast.id)}>
        <X aria-hidden className="size-4" />
      </IconButton>
    </div>
  )
}
