import { Check, Copy } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { announce } from '../../../parts/announce.tsx'
import { IconButton } from '../../../parts/button.tsx'
import { notifyRefusal } from '../../../parts/toast.tsx'

interface CopyProps {
  readonly label: string
  /** What is said once it is done. */
  readonly said: string
  readonly text: () => string
  readonly className?: string
}

const SHOWN_MS = 1600

/** Puts a text where it can be pasted from; a tick in the place of the sign says that it is there. */
export function CopyButton({ label, said, text, className }: CopyProps): ReactNode {
  const [isDone, setDone] = useState(false)
  useEffect(() => {
    if (!isDone) return undefined
    const timer = setTimeout(() => setDone(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [isDone])
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text())
      setDone(true)
      announce(said)
    } catch (error) {
      notifyRefusal(error)
    }
  }
  const Icon = isDone ? Check : Copy
  return (
    <IconButton size="small" label={label} onClick={() => void copy()} className={className}>
      <Icon aria-hidden className={isDone ? 'size-3.5 text-accent' : 'size-3.5'} />
    </IconButton>
  )
}
