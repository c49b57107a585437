import { useMutation, useQuery } from '@tanstack/react-query'
import { Hand } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect, useId, useRef } from 'react'
import { moment } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { announce } from '../../../parts/announce.tsx'
import { Button } from '../../../parts/button.tsx'
import { Chip, ClassChip } from '../../../parts/chip.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import type { Asking, ToolUse } from '../run/run-told.ts'
import { laidOut, unhidden } from './json.ts'
import { toolWords } from './tool-words.ts'
import { Written } from './work.tsx'

interface ApprovalProps {
  readonly run: string
  readonly tool: ToolUse & { readonly asking: Asking }
}

/** A call that waits for a person: exactly what would be done, why it is asked, and the three answers. */
export function ApprovalCard({ run, tool }: ApprovalProps): ReactNode {
  const w = useWords(toolWords)
  const { asking } = tool
  const title = useId()
  const card = useRef<HTMLElement>(null)
  const waiting = useQuery({
    queryKey: ['approvals', 'of-run', run, asking.id],
    queryFn: async () =>
      (await server.approvals.list({ run })).data.find(({ id }) => id === asking.id) ?? null,
  })
  const decide = useMutation({
    mutationFn: (decision: 'once' | 'always' | 'deny') => server.approvals.decide(asking.id, { decision }),
  })
  const question = w('askTitle', { tool: tool.name })
  useEffect(() => announce(question), [question])
  const scope = waiting.data?.scope ?? ''
  return (
    <section
      ref={card}
      aria-labelledby={title}
      tabIndex={-1}
      className="space-y-3 rounded-large border border-caution bg-caution-tint/50 p-4"
    >
      <header className="flex flex-wrap items-center gap-2">
        <Hand aria-hidden className="size-5 text-caution" />
        <h3 id={title} className="grow font-medium">
          {question}
        </h3>
        {tool.effect !== null && <Chip tone="caution">{w('effect', { effect: tool.effect })}</Chip>}
        {waiting.data && <ClassChip of={waiting.data.class} />}
      </header>
      <p className="text-small">{w('because', { because: asking.because })}</p>
      {tool.arguments === '{}' ? (
        <p className="text-small text-soft">{w('noArguments')}</p>
      ) : (
        <Written label={w('arguments')} text={unhidden(laidOut(tool.arguments))} />
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button
          size="small"
          look="primary"
          isBusy={decide.isPending && decide.variables === 'once'}
          disabled={decide.isPending}
          onClick={() => decide.mutate('once')}
        >
          {w('once')}
        </Button>
        {asking.mayRemember && (
          <Button
            size="small"
            isBusy={decide.isPending && decide.variables === 'always'}
            disabled={decide.isPending}
            onClick={() => decide.mutate('always')}
          >
            {scope === '' ? w('always') : w('alwaysIn', { scope })}
          </Button>
        )}
        <Button
          size="small"
          look="danger"
          isBusy={decide.isPending && decide.variables === 'deny'}
          disabled={decide.isPending}
          onClick={() => decide.mutate('deny')}
        >
          {w('deny')}
        </Button>
        <p className="text-tiny text-soft">{w('expires', { at: moment(asking.expiresAt) })}</p>
      </div>
      {decide.error && <Refused error={decide.error} />}
    </section>
  )
}
