import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { neighbourOf } from '../screens/chat/list/neighbour.ts'
import { findHere } from './find-here.ts'
import { onFind, openFinder } from './finder.ts'
import type { ShortcutId } from './shortcuts.ts'
import { isMac, isWritingIn, shortcutOf } from './shortcuts.ts'

const Finder = lazy(async () => ({ default: (await import('../screens/finder/finder.tsx')).Finder }))
const KeyboardHelp = lazy(async () => ({
  default: (await import('../screens/finder/keyboard-help.tsx')).KeyboardHelp,
}))

/** Hears the keys that work everywhere, and holds what they open; what is never opened is never loaded. */
export function FinderPlace(): ReactNode {
  const [open, setOpen] = useState<'finder' | 'help' | null>(null)
  const navigate = useNavigate()
  const router = useRouter()
  const queries = useQueryClient()
  useEffect(() => onFind(() => setOpen('finder')), [])
  useEffect(() => {
    const does: Readonly<Record<ShortcutId, () => unknown>> = {
      find: openFinder,
      findHere,
      help: () => setOpen('help'),
      newChat: () => void navigate({ to: '/chat' }),
      previous: () => step(-1),
      next: () => step(1),
    }
    const step = (by: 1 | -1): void => {
      const to = neighbourOf(queries, router.state.location.pathname, by)
      if (to !== null) void navigate({ to })
    }
    const press = (event: KeyboardEvent): void => {
      const asked = shortcutOf(event, { isMac: isMac(), isWriting: isWritingIn(event.target) })
      if (asked === null) return
      if (does[asked]() !== false) event.preventDefault()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [navigate, queries, router])
  const close = (): void => setOpen(null)
  return (
    <Suspense>
      {open === 'finder' && <Finder onClose={close} onHelp={() => setOpen('help')} />}
      {open === 'help' && <KeyboardHelp onClose={close} />}
    </Suspense>
  )
}
