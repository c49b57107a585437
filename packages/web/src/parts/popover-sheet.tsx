import { Popover } from 'radix-ui'
import type { ReactNode } from 'react'
import { Stand } from './stand.tsx'

interface SheetProps {
  readonly id: string
  readonly button: HTMLElement
  readonly label: string
  readonly isOpen: boolean
  readonly onOpen: (isOpen: boolean) => void
  readonly children: ReactNode
}

/** What a popover shows once its button was pressed. */
export const PopoverSheet = ({ id, button, label, isOpen, onOpen, children }: SheetProps): ReactNode => (
  <Popover.Root open={isOpen} onOpenChange={onOpen}>
    <Popover.Trigger asChild>
      <Stand on={button} />
    </Popover.Trigger>
    <Popover.Portal>
      <Popover.Content
        id={id}
        aria-label={label}
        sideOffset={6}
        collisionPadding={8}
        className="z-50 max-h-(--radix-popover-content-available-height) w-80 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-medium border border-line bg-sheet p-4 text-small text-ink shadow-raised outline-none"
      >
        {children}
      </Popover.Content>
    </Popover.Portal>
  </Popover.Root>
)
