import { Tooltip } from 'radix-ui'
import type { ReactNode } from 'react'

/** A few words that appear beside what the pointer or the focus is on. Never the only place where they stand. */
export function Hint({
  text,
  children,
}: {
  readonly text: ReactNode
  readonly children: ReactNode
}): ReactNode {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 rounded-small bg-ink px-2 py-1 text-tiny text-paper shadow-raised"
        >
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
