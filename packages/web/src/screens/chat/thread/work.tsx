import { ChevronRight, CircleAlert, CircleCheck, CircleDashed, LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { duration } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { Chip } from '../../../parts/chip.tsx'
import { cx } from '../../../parts/class-names.ts'
import { Markdown } from '../markdown/markdown.tsx'
import type { Step, ToolUse } from '../run/run-told.ts'
import { laidOut, unhidden } from './json.ts'
import { useToolNames } from './use-tool-names.ts'
import { toolWords } from './tool-words.ts'

interface WorkProps {
  readonly steps: readonly Step[]
  readonly isRunning: boolean
  /** Somebody wants to see it. */
  readonly onOpen?: () => void
}

/** How an answer came about: what was thought, and which tools were called. Nothing where it simply came. */
export function Work({ steps, isRunning, onOpen }: WorkProps): ReactNode {
  const w = useWords(toolWords)
  const [isOpen, setOpen] = useState<boolean | null>(null)
  const tools = steps.flatMap((step) => step.tools)
  const { nameOf } = useToolNames(tools.map(({ name }) => name))
  const isEmpty = tools.length === 0 && steps.every(({ reasoning }) => reasoning === '')
  if (isEmpty) return null
  const last = tools.at(-1)
  const isShown = isOpen ?? (isRunning && tools.length > 0)
  const tookMs = tools.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0)
  return (
    <div className="text-small">
      <button
        type="button"
        aria-expanded={isShown}
        onClick={() => {
          setOpen(!isShown)
          if (!isShown) onOpen?.()
        }}
        className="-ms-1 inline-flex min-h-7 items-center gap-1.5 rounded-medium px-1 text-soft hover:text-ink"
      >
        <ChevronRight aria-hidden className={cx('size-4 transition-transform', isShown && 'rotate-90')} />
        {w('worked', { count: tools.length })}
        {!isShown && last && <span className="text-tiny">{nameOf(last.name)}</span>}
        {tookMs > 0 && <span className="text-tiny tabular-nums">{duration(tookMs)}</span>}
      </button>
      {isShown && (
        <ol className="mt-1 space-y-2 border-s border-line ps-4">
          {steps.map((step, at) => (
            <li key={step.step} className="space-y-2">
              {step.reasoning !== '' && (
                <Unfolding title={w('reasoning')} isOpenAtFirst={isRunning && step.text === ''}>
                  <div className="max-h-72 overflow-y-auto text-soft">
                    <Markdown text={step.reasoning} isOpen={isRunning} citations={[]} />
                  </div>
                </Unfolding>
              )}
              {step.text !== '' && (at < steps.length - 1 || step.tools.length > 0) && (
                <p dir="auto" className="text-soft">
                  {step.text}
                </p>
              )}
              {step.tools.map((tool) => (
                <Tool key={tool.call} tool={tool} name={nameOf(tool.name)} />
              ))}
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}

function stateOf({ asking, outcome }: ToolUse): string {
  if (outcome !== null) return outcome
  return asking !== null && asking.decision === null ? 'asked' : 'running'
}

function StateSign({ state }: { readonly state: string }): ReactNode {
  if (state === 'done') return <CircleCheck aria-hidden className="size-4 shrink-0 text-accent" />
  if (state === 'running')
    return <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-soft" />
  if (state === 'asked' || state === 'unknown')
    return <CircleDashed aria-hidden className="size-4 shrink-0 text-caution" />
  return <CircleAlert aria-hidden className="size-4 shrink-0 text-alarm" />
}

function Tool({ tool, name }: { readonly tool: ToolUse; readonly name: string }): ReactNode {
  const w = useWords(toolWords)
  const state = stateOf(tool)
  const title = (
    <>
      <StateSign state={state} />
      <span className="min-w-0 truncate">{name}</span>
      <span className="shrink-0 text-tiny text-soft">{w('state', { state })}</span>
      {tool.durationMs !== null && (
        <span className="shrink-0 text-tiny text-soft tabular-nums">{duration(tool.durationMs)}</span>
      )}
      {tool.effect !== null && tool.effect !== 'read' && (
        <Chip tone="caution">{w('effect', { effect: tool.effect })}</Chip>
      )}
    </>
  )
  return (
    <Unfolding title={title}>
      <div className="space-y-2">
        {name !== tool.name && <code className="block font-mono text-tiny text-soft">{tool.name}</code>}
        <Written label={w('arguments')} text={unhidden(laidOut(tool.arguments))} />
        {tool.outcome !== null &&
          (tool.parts.length === 0 ? (
            <p className="text-soft">{w('nothing')}</p>
          ) : (
            tool.parts.map((part, at) => (
              <Written
                // oxlint-disable-next-line react/no-array-index-key -- parts of a result never change places
                key={at}
                label={part.integrity === 'untrusted' ? `${w('result')} · ${w('untrusted')}` : w('result')}
                text={unhidden(laidOut(part.text))}
              />
            ))
          ))}
      </div>
    </Unfolding>
  )
}

/** Something exactly as it is. */
export const Written = ({ label, text }: { readonly label: string; readonly text: string }): ReactNode => (
  <div>
    <p className="text-tiny text-soft">{label}</p>
    <pre
      role="region"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by keyboard too
      tabIndex={0}
      dir="ltr"
      className="max-h-64 overflow-auto rounded-medium bg-sunk p-2 font-mono text-tiny whitespace-pre-wrap"
    >
      {text}
    </pre>
  </div>
)

interface UnfoldingProps {
  readonly title: ReactNode
  readonly isOpenAtFirst?: boolean
  readonly children: ReactNode
}

/** A line that unfolds; what is folded is not drawn at all. */
function Unfolding({ title, isOpenAtFirst = false, children }: UnfoldingProps): ReactNode {
  const [isOpen, setOpen] = useState<boolean | null>(null)
  const isShown = isOpen ?? isOpenAtFirst
  return (
    <div>
      <button
        type="button"
        aria-expanded={isShown}
        onClick={() => setOpen(!isShown)}
        className="-ms-1 flex min-h-7 max-w-full items-center gap-1.5 rounded-medium px-1 hover:bg-tint"
      >
        <ChevronRight
          aria-hidden
          className={cx('size-3.5 shrink-0 text-soft transition-transform', isShown && 'rotate-90')}
        />
        {title}
      </button>
      {isShown && <div className="mt-1 ps-5">{children}</div>}
    </div>
  )
}
