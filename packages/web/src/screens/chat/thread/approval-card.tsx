import { useMutation, useQuery } from '@tanstack/react-query'
import { Hand } from 'lucide-react'
import type { ApprovalDecision, ApprovalView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useEffect, useId } from 'react'
import { moment } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { announce } from '../../../parts/announce.tsx'
import { Button } from '../../../parts/button.tsx'
import { Chip, ClassChip } from '../../../parts/chip.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import type { Asking, ToolUse } from '../run/run-told.ts'
import { laidOut, unhidden } from './json.ts'
import { useToolNames } from './use-tool-names.ts'
import { toolWords } from './tool-words.ts'
import { Written } from './work.tsx'

interface RunApprovalProps {
  readonly run: string
  readonly tool: ToolUse & { readonly asking: Asking }
}

/** A call of this run that waits for a person. */
export function RunApproval({ run, tool }: RunApprovalProps): ReactNode {
  const { asking } = tool
  const waiting = useQuery({
    queryKey: ['approvals', 'of-run', run, asking.id],
    queryFn: async () =>
      (await server.approvals.list({ run })).data.find(({ id }) => id === asking.id) ?? null,
  })
  return (
    <ApprovalCard
      approval={{
        ...asking,
        tool: tool.name,
        arguments: tool.arguments,
        effect: tool.effect,
        class: waiting.data?.class ?? null,
        scope: waiting.data?.scope ?? null,
      }}
      heading="h3"
      isAnnounced
    />
  )
}

interface Asked extends Pick<
  ApprovalView,
  'id' | 'tool' | 'arguments' | 'because' | 'mayRemember' | 'expiresAt' | 'scope'
> {
  /** Null until it is known. */
  readonly effect: ApprovalView['effect'] | null
  readonly class: ApprovalView['class'] | null
}

interface ApprovalProps {
  readonly approval: Asked
  readonly heading: 'h2' | 'h3'
  /** It comes while somebody does something else. */
  readonly isAnnounced?: boolean
  readonly onDecided?: () => Promise<unknown>
  /** Beside the three answers. */
  readonly children?: ReactNode
}

/** A call that waits for a person: exactly what would be done, why it is asked, and the three answers. */
export function ApprovalCard({
  approval,
  heading: Heading,
  isAnnounced = false,
  onDecided,
  children,
}: ApprovalProps): ReactNode {
  const w = useWords(toolWords)
  const title = useId()
  const { nameOf, aboutOf } = useToolNames([approval.tool])
  const decide = useMutation({
    mutationFn: (decision: ApprovalDecision) => server.approvals.decide(approval.id, { decision }),
    ...(onDecided && { onSuccess: onDecided }),
  })
  const question = w('askTitle', { tool: nameOf(approval.tool) })
  useEffect(() => {
    if (isAnnounced) announce(question)
  }, [isAnnounced, question])
  const about = aboutOf(approval.tool)
  const answer = (decision: ApprovalDecision, look: 'primary' | 'plain' | 'danger', words: string) => (
    <Button
      size="small"
      look={look}
      isBusy={decide.isPending && decide.variables === decision}
      disabled={decide.isPending}
      onClick={() => decide.mutate(decision)}
    >
      {words}
    </Button>
  )
  return (
    <section
      aria-labelledby={title}
      tabIndex={-1}
      className="space-y-3 rounded-large border border-caution bg-caution-tint/50 p-4"
    >
      <header className="flex flex-wrap items-center gap-2">
        <Hand aria-hidden className="size-5 shrink-0 text-caution" />
        <Heading id={title} className="min-w-0 grow basis-48 font-sans font-medium">
          {question}
        </Heading>
        {approval.effect !== null && <Chip tone="caution">{w('effect', { effect: approval.effect })}</Chip>}
        {approval.class !== null && <ClassChip of={approval.class} />}
      </header>
      <p className="text-small">
        {about !== null && `${about}. `}
        {w('because', { because: approval.because })}
      </p>
      {approval.arguments === '{}' ? (
        <p className="text-small text-soft">{w('noArguments')}</p>
      ) : (
        <Written label={w('arguments')} text={unhidden(laidOut(approval.arguments))} />
      )}
      <div className="flex flex-wrap items-center gap-2">
        {answer('once', 'primary', w('once'))}
        {approval.mayRemember &&
          answer('always', 'plain', approval.scope ? w('alwaysIn', { scope: approval.scope }) : w('always'))}
        {answer('deny', 'danger', w('deny'))}
        {children}
      </div>
      <p className="text-tiny text-soft">
        <code className="font-mono">{approval.tool}</code> ·{' '}
        {w('expires', { at: moment(approval.expiresAt) })}
      </p>
      {decide.error && <Refused error={decide.error} />}
    </section>
  )
}
