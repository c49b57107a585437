import { Check, ChevronRight } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactNode
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
  /** When it has closed and the focus is back at the button. */
  readonly onClosed?: () => void
}

const LIST =
  'z-50 min-w-44 overflow-y-auto rounded-medium border border-line bg-sheet p-1 text-small text-ink shadow-raised'
const ITEM =
  'flex min-h-8 pointer-coarse:min-h-11 w-full items-center gap-2 rounded-small px-2 outline-none select-none data-disabled:opacity-50 data-highlighted:bg-tint data-[state=open]:bg-tint'

/** A list of actions behind a button. */
export function Menu({ trigger, children, align = 'end', onClosed }: MenuProps): ReactNode {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          {...(onClosed && { onCloseAutoFocus: () => queueMicrotask(onClosed) })}
          className={cx(LIST, 'max-h-(--radix-dropdown-menu-content-available-height)')}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

interface ItemProps {
  readonly onSelect: () => void
  readonly icon?: ReactNode
  readonly isDanger?: boolean
  readonly isChecked?: boolean
  readonly disabled?: boolean
  readonly children: ReactNode
}

export function MenuItem({ onSelect, icon, isDanger, isChecked, disabled, children }: ItemProps): ReactNode {
  const className = cx(ITEM, isDanger && 'text-alarm')
  if (isChecked !== undefined)
    return (
      <DropdownMenu.CheckboxItem
        checked={isChecked}
        onSelect={onSelect}
        disabled={disabled ?? false}
        className={className}
      >
        {icon}
        <span className="grow">{children}</span>
        <DropdownMenu.ItemIndicator>
          <Check aria-hidden className="size-4 text-accent" />
        </DropdownMenu.ItemIndicator>
      </DropdownMenu.CheckboxItem>
    )
  return (
    <DropdownMenu.Item onSelect={onSelect} disabled={disabled ?? false} className={className}>
      {icon}
      {children}
    </DropdownMenu.Item>
  )
}

interface SubMenuProps {
  readonly title: ReactNode
  readonly icon?: ReactNode
  readonly children: ReactNode
}

/** A list within the list, beside its item. */
export const SubMenu = ({ title, icon, children }: SubMenuProps): ReactNode => (
  <DropdownMenu.Sub>
    <DropdownMenu.SubTrigger className={ITEM}>
      {icon}
      <span className="grow">{title}</span>
      <ChevronRight aria-hidden className="size-4 text-soft" />
    </DropdownMenu.SubTrigger>
    <DropdownMenu.Portal>
      <DropdownMenu.SubContent
        collisionPadding={8}
        className={cx(LIST, 'max-h-(--radix-dropdown-menu-content-available-height) max-w-64')}
      >
        {children}
      </DropdownMenu.SubContent>
    </DropdownMenu.Portal>
  </DropdownMenu.Sub>
)

export const MenuLine = (): ReactNode => <DropdownMenu.Separator className="my-1 h-px bg-line" />

export const MenuLabel = ({ children }: { readonly children: ReactNode }): ReactNode => (
  <DropdownMenu.Label className="px-2 py-1 text-tiny text-soft">{children}</DropdownMenu.Label>
)
