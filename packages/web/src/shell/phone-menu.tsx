import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { useWayBack } from '../parts/way-back.ts'

const words = defineWords('phone-menu', {
  title: { en: 'Menu', zh: '菜单' },
})

interface PhoneMenuProps {
  readonly onClose: () => void
  readonly children: ReactNode
}

/** What stands beside the screen where there is room, over the screen where there is none. */
export function PhoneMenu({ onClose, children }: PhoneMenuProps): ReactNode {
  const w = useWords(words)
  const wayBack = useWayBack()
  return (
    <Dialog.Root open onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-veil" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            wayBack.remember()
            // The first of it, which is a link: left to itself, Radix takes the first button somewhere below.
            event.preventDefault()
            const inside = event.target instanceof HTMLElement ? event.target : null
            inside?.querySelector('a')?.focus()
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            wayBack.go()
          }}
          className="fixed inset-y-0 start-0 z-40 flex w-[min(20rem,88vw)] flex-col bg-paper shadow-raised outline-none"
        >
          <Dialog.Title className="unseen">{w('title')}</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
