import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { MENU_LOOK, MenuParts } from './menu.tsx'
import { Stand } from './stand.tsx'

interface ListProps {
  /** Of the button. */
  readonly id: string
  readonly button: HTMLElement
  readonly align: 'start' | 'end'
  readonly isOpen: boolean
  readonly onOpen: (isOpen: boolean) => void
  readonly onClosed: (() => void) | undefined
  readonly children: ReactNode
}

/** What a menu shows once its button was pressed. */
export function MenuList({ id, button, align, isOpen, onOpen, onClosed, children }: ListProps): ReactNode {
  return (
    <MenuParts value={DropdownMenu}>
      <DropdownMenu.Root open={isOpen} onOpenChange={onOpen}>
        <DropdownMenu.Trigger asChild>
          <Stand on={button} />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            id={`${id}list`}
            aria-labelledby={id}
            align={align}
            sideOffset={4}
            collisionPadding={8}
            {...(onClosed && { onCloseAutoFocus: () => queueMicrotask(onClosed) })}
            className={MENU_LOOK}
          >
            {children}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </MenuParts>
  )
}
