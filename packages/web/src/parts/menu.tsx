import { Check, ChevronRight } from 'lucide-react'
import type { DropdownMenu } from 'radix-ui'
import type { ComponentPropsWithRef, ReactElement, ReactNode, SyntheticEvent } from 'react'
import { cloneElement, createContext, use, useId, useState } from 'react'
import { cx } from './class-names.ts'
import { Later, useLater } from './later.tsx'
import { notifyRefusal } from './toast.tsx'

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<ComponentPropsWithRef<'button'>>
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
  /** When it has closed and the focus is back at the button. */
  readonly onClosed?: () => void
}

/** What menus are made of. */
export const menuList = new Later(async () => (await import('./menu-list.tsx')).MenuList)
/** The same for what stands in a menu, which is drawn by its list. */
export const MenuParts = createContext<typeof DropdownMenu | null>(null)

function useParts(): typeof DropdownMenu {
  const parts = use(MenuParts)
  if (parts === null) throw new Error('This stands in no menu.')
  return parts
}

export const MENU_LOOK =
  'z-50 min-w-44 overflow-y-auto rounded-medium border border-line bg-sheet p-1 text-small text-ink shadow-raised max-h-(--radix-dropdown-menu-content-available-height)'
const ITEM =
  'flex min-h-8 pointer-coarse:min-h-11 w-full items-center gap-2 rounded-small px-2 outline-none select-none data-disabled:opacity-50 data-highlighted:bg-tint data-[state=open]:bg-tint'
const OPENERS: ReadonlySet<string> = new Set(['Enter', ' ', 'ArrowDown'])

/**
 * A list of actions behind a button. Until the button is reached for there is nothing but the button: there may be one in
 * each of thousands of rows.
 */
export function Menu({ trigger, children, align = 'end', onClosed }: MenuProps): ReactNode {
  const id = useId()
  const [button, setButton] = useState<HTMLElement | null>(null)
  const [isOpen, setOpen] = useState(false)
  const list = useLater(menuList)
  const reach = (event: SyntheticEvent<HTMLElement>): void => {
    setButton(event.currentTarget)
    list.bring().catch(() => {})
  }
  const open = async (event: SyntheticEvent<HTMLElement>): Promise<void> => {
    setButton(event.currentTarget)
    event.preventDefault()
    setOpen(true)
    try {
      await list.bring()
    } catch (error) {
      setOpen(false)
      notifyRefusal(error)
    }
  }
  const List = list.part
  return (
    <>
      {cloneElement(trigger, {
        id,
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
        'aria-controls': isOpen ? `${id}list` : undefined,
        onPointerEnter: reach,
        onFocus: reach,
        onPointerDown(event) {
          if (event.button === 0 && !event.ctrlKey) void open(event)
        },
        onKeyDown(event) {
          if (OPENERS.has(event.key)) void open(event)
        },
      })}
      {button !== null && List !== null && (
        <List id={id} button={button} align={align} isOpen={isOpen} onOpen={setOpen} onClosed={onClosed}>
          {children}
        </List>
      )}
    </>
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
  const { CheckboxItem, Item, ItemIndicator } = useParts()
  const className = cx(ITEM, isDanger && 'text-alarm')
  if (isChecked !== undefined)
    return (
      <CheckboxItem
        checked={isChecked}
        onSelect={onSelect}
        disabled={disabled ?? false}
        className={className}
      >
        {icon}
        <span className="grow">{children}</span>
        <ItemIndicator>
          <Check aria-hidden className="size-4 text-accent" />
        </ItemIndicator>
      </CheckboxItem>
    )
  return (
    <Item onSelect={onSelect} disabled={disabled ?? false} className={className}>
      {icon}
      {children}
    </Item>
  )
}

interface SubMenuProps {
  readonly title: ReactNode
  readonly icon?: ReactNode
  readonly children: ReactNode
}

/** A list within the list, beside its item. */
export function SubMenu({ title, icon, children }: SubMenuProps): ReactNode {
  const { Portal, Sub, SubContent, SubTrigger } = useParts()
  return (
    <Sub>
      <SubTrigger className={ITEM}>
        {icon}
        <span className="grow">{title}</span>
        <ChevronRight aria-hidden className="size-4 text-soft" />
      </SubTrigger>
      <Portal>
        <SubContent collisionPadding={8} className={cx(MENU_LOOK, 'max-w-64')}>
          {children}
        </SubContent>
      </Portal>
    </Sub>
  )
}

export function MenuLine(): ReactNode {
  const { Separator } = useParts()
  return <Separator className="my-1 h-px bg-line forced-colors:bg-[CanvasText]" />
}

export function MenuLabel({ children }: { readonly children: ReactNode }): ReactNode {
  const { Label } = useParts()
  return <Label className="px-2 py-1 text-tiny text-soft">{children}</Label>
}
