import type { ComponentPropsWithRef, ReactElement, ReactNode, SyntheticEvent } from 'react'
import { cloneElement, useId, useState } from 'react'
import { Later, useLater } from './later.tsx'
import { notifyRefusal } from './toast.tsx'

interface PopoverProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<ComponentPropsWithRef<'button'>>
  readonly label: string
  readonly children: ReactNode
  /** Whether it is open, where somebody else decides; without it, it keeps that itself. */
  readonly isOpen?: boolean
  readonly onOpenChange?: (isOpen: boolean) => void
}

/** What popovers are made of. */
export const popoverSheet = new Later(async () => (await import('./popover-sheet.tsx')).PopoverSheet)

/** More about something, beside it. Until the button is reached for there is nothing but the button. */
export function Popover({ trigger, label, children, isOpen, onOpenChange }: PopoverProps): ReactNode {
  const id = useId()
  const [button, setButton] = useState<HTMLElement | null>(null)
  const [own, setOwn] = useState(false)
  const sheet = useLater(popoverSheet)
  const isShown = isOpen ?? own
  const turn = onOpenChange ?? setOwn
  const reach = (event: SyntheticEvent<HTMLElement>): void => {
    setButton(event.currentTarget)
    sheet.bring().catch(() => {})
  }
  const press = async (event: SyntheticEvent<HTMLElement>): Promise<void> => {
    setButton(event.currentTarget)
    turn(!isShown)
    try {
      await sheet.bring()
    } catch (error) {
      turn(false)
      notifyRefusal(error)
    }
  }
  const Sheet = sheet.part
  return (
    <>
      {cloneElement(trigger, {
        'aria-haspopup': 'dialog',
        'aria-expanded': isShown,
        'aria-controls': isShown ? id : undefined,
        onPointerEnter: reach,
        onFocus: reach,
        onClick: (event) => void press(event),
      })}
      {button !== null && Sheet !== null && (
        <Sheet id={id} button={button} label={label} isOpen={isShown} onOpen={turn}>
          {children}
        </Sheet>
      )}
    </>
  )
}
