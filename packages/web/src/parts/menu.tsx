import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactNode
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
}

/** A list of actions behind a button. */
export function Menu({ trigger, children, align = 'end' }: MenuProps): ReactNode {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-medium border border-line bg-sheet p-1 text-small text-ink shadow-raised"
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
  const className = cx(
    'flex min-h-8 w-full items-center gap-2 rounded-small px-2 outline-none select-none data-disabled:opacity-50 data-highlighted:bg-tint',
    isDanger && 'text-alarm',
  )
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
        <DropdownMenu.ItemIndicator>✓</DropdownMenu.ItemIndicator>
      </DropdownMenu.CheckboxItem>
    )
  return (
    <DropdownMenu.Item onSelect={onSelect} disabled={disabled ?? false} className={className}>
      {icon}
      {children}
    </DropdownMenu.Item>
  )
}

export const MenuLine = (): ReactNode => <DropdownMenu.Separator className="my-1 h-px bg-line" />

export const MenuLabel = ({ children }: { readonly children: ReactNode }): ReactNode => (
  <DropdownMenu.Label className="px-2 py-1 text-tiny text-soft">{children}</DropdownMenu.Label>
)
