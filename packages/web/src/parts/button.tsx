import type { ComponentPropsWithRef, ReactNode } from 'react'
import { LoaderCircle } from 'lucide-react'
import { createLink } from '@tanstack/react-router'
import { cx } from './class-names.ts'

type Look = 'primary' | 'plain' | 'quiet' | 'danger'
type Size = 'small' | 'medium'

const LOOKS: Readonly<Record<Look, string>> = {
  primary: 'bg-accent text-on-accent hover:brightness-110',
  plain: 'border border-edge bg-sheet text-ink hover:bg-tint',
  quiet: 'text-ink hover:bg-tint',
  danger: 'border border-alarm text-alarm hover:bg-alarm hover:text-on-alarm',
}
const SIZES: Readonly<Record<Size, string>> = {
  small: 'min-h-7 pointer-coarse:min-h-9 px-2.5 text-small gap-1.5',
  medium: 'min-h-9 pointer-coarse:min-h-11 px-3.5 text-body gap-2',
}

export const buttonClass = (look: Look = 'plain', size: Size = 'medium'): string =>
  cx(
    'inline-flex shrink-0 items-center justify-center rounded-medium font-medium whitespace-nowrap select-none',
    'transition-colors duration-150 ease-calm aria-disabled:opacity-55',
    LOOKS[look],
    SIZES[size],
  )

interface ButtonProps extends ComponentPropsWithRef<'button'> {
  readonly look?: Look
  readonly size?: Size
  /** It works: further presses do nothing, and the focus stays. */
  readonly isBusy?: boolean
  /** Left of the words. */
  readonly icon?: ReactNode
}

/** Disabled by `aria-disabled`, so that it keeps the focus and can be found. */
export function Button({ look, size, isBusy, icon, className, children, ...rest }: ButtonProps): ReactNode {
  const { disabled, onClick, ...others } = rest
  const isOff = disabled === true || isBusy === true
  return (
    <button
      type="button"
      {...others}
      aria-disabled={isOff || undefined}
      aria-busy={isBusy || undefined}
      onClick={isOff ? (event) => event.preventDefault() : onClick}
      className={cx(buttonClass(look, size), className)}
    >
      {isBusy ? <LoaderCircle aria-hidden className="size-4 animate-spin" /> : icon}
      {children}
    </button>
  )
}

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  /** Said by screen readers and shown beside the pointer. */
  readonly label: string
  readonly children: ReactNode
}

/** A button that shows an icon only. */
export function IconButton({
  label,
  look = 'quiet',
  size,
  className,
  children,
  ...rest
}: IconButtonProps): ReactNode {
  const square =
    size === 'small' ? 'size-7 px-0! pointer-coarse:size-9' : 'size-9 px-0! pointer-coarse:size-11'
  return (
    <Button
      {...rest}
      look={look}
      size={size ?? 'medium'}
      aria-label={label}
      data-hint={label}
      className={cx(square, className)}
    >
      {children}
    </Button>
  )
}

/** A link of the app in running text. */
export const TextLink = createLink(({ className, ...props }: ComponentPropsWithRef<'a'>) => (
  <a {...props} className={cx('text-accent underline underline-offset-2', className)} />
))
