import { Checkbox as RadixCheckbox } from 'radix-ui'
import { Check, ChevronDown } from 'lucide-react'
import type { ComponentPropsWithRef, ReactNode } from 'react'
import { useId } from 'react'
import { cx } from './class-names.ts'

const BOX =
  'w-full rounded-medium border border-edge bg-sheet px-3 text-ink aria-invalid:border-alarm disabled:opacity-60'

interface Labelled {
  readonly label: ReactNode
  /** The label is there for screen readers only. */
  readonly isLabelUnseen?: boolean
  readonly help?: ReactNode
  /** What is wrong with it; the field is marked. */
  readonly error?: ReactNode
}

interface FrameProps extends Labelled {
  readonly children: (ids: {
    readonly id: string
    readonly 'aria-describedby': string | undefined
    readonly 'aria-invalid': true | undefined
  }) => ReactNode
  readonly id?: string | undefined
}

/** A label, a control, a line of help and a line for what is wrong. */
export function Field({ label, isLabelUnseen, help, error, id, children }: FrameProps): ReactNode {
  const made = useId()
  const own = id ?? made
  const isWrong = error !== undefined && error !== null && error !== ''
  const about = cx(help !== undefined && `${own}-help`, isWrong && `${own}-error`)
  return (
    <div className="space-y-1">
      <label htmlFor={own} className={isLabelUnseen ? 'unseen' : 'block text-small font-medium'}>
        {label}
      </label>
      {children({
        id: own,
        'aria-describedby': about === '' ? undefined : about,
        'aria-invalid': isWrong || undefined,
      })}
      {help !== undefined && (
        <p id={`${own}-help`} className="text-small text-soft">
          {help}
        </p>
      )}
      {isWrong && (
        <p id={`${own}-error`} className="text-small text-alarm">
          {error}
        </p>
      )}
    </div>
  )
}

export function TextField({
  label,
  isLabelUnseen,
  help,
  error,
  className,
  ...input
}: Labelled & ComponentPropsWithRef<'input'>): ReactNode {
  return (
    <Field {...{ label, help, error, id: input.id }} {...(isLabelUnseen && { isLabelUnseen })}>
      {(ids) => <input autoComplete="off" {...input} {...ids} className={cx(BOX, 'h-9', className)} />}
    </Field>
  )
}

export function TextArea({
  label,
  isLabelUnseen,
  help,
  error,
  className,
  ...input
}: Labelled & ComponentPropsWithRef<'textarea'>): ReactNode {
  return (
    <Field {...{ label, help, error, id: input.id }} {...(isLabelUnseen && { isLabelUnseen })}>
      {(ids) => <textarea rows={4} {...input} {...ids} className={cx(BOX, 'py-2', className)} />}
    </Field>
  )
}

/** The browser's own list: it works everywhere, by touch and by voice. */
export function SelectField({
  label,
  isLabelUnseen,
  help,
  error,
  className,
  children,
  ...select
}: Labelled & ComponentPropsWithRef<'select'>): ReactNode {
  return (
    <Field {...{ label, help, error, id: select.id }} {...(isLabelUnseen && { isLabelUnseen })}>
      {(ids) => (
        <div className="relative">
          <select {...select} {...ids} className={cx(BOX, 'h-9 appearance-none pe-8', className)}>
            {children}
          </select>
          <ChevronDown
            aria-hidden
            className="pointer-events-none absolute end-2.5 top-2.5 size-4 text-soft"
          />
        </div>
      )}
    </Field>
  )
}

interface TickProps {
  readonly label: ReactNode
  readonly help?: ReactNode
  readonly checked: boolean
  readonly onChange: (isChecked: boolean) => void
  readonly disabled?: boolean
}

export function Checkbox({ label, help, checked, onChange, disabled }: TickProps): ReactNode {
  const id = useId()
  return (
    <div className="flex gap-2.5">
      <RadixCheckbox.Root
        id={id}
        checked={checked}
        disabled={disabled ?? false}
        onCheckedChange={(next) => onChange(next === true)}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        className="mt-0.5 size-5 shrink-0 rounded-small border border-edge bg-sheet data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <RadixCheckbox.Indicator className="grid place-items-center text-on-accent">
          <Check aria-hidden className="size-4" />
        </RadixCheckbox.Indicator>
      </RadixCheckbox.Root>
      <div>
        <label htmlFor={id}>{label}</label>
        {help !== undefined && (
          <p id={`${id}-help`} className="text-small text-soft">
            {help}
          </p>
        )}
      </div>
    </div>
  )
}
