import type { PoliciesChecked, PoliciesView, PolicyProblem } from '@freehold/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { TextArea } from '../../../parts/field.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { Page, Section } from '../../../parts/page.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notify } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { useWhoIs } from './lists.ts'
import { PolicyQuestions } from './policy-questions.tsx'
import { PolicyVersions } from './policy-versions.tsx'
import { isOfCedar, policyProblem, refusedPolicy } from './policy-problems.ts'
import { policyWords } from './policy-words.ts'

export function PoliciesScreen(): ReactNode {
  const w = useWords(policyWords)
  const policies = useQuery({ queryKey: ['policies', 'now'], queryFn: () => server.policies.read() })
  return (
    <Page isWide title={w('title')} lead={w('lead')}>
      <Shown query={policies}>{(now) => <Policies key={now.version} now={now} />}</Shown>
    </Page>
  )
}

function Policies({ now }: { readonly now: PoliciesView }): ReactNode {
  const w = useWords(policyWords)
  const queries = useQueryClient()
  const whoIs = useWhoIs(true)
  const [text, setText] = useState(now.text)
  const [isPutting, setPutting] = useState(false)
  const checking = useMutation({ mutationFn: () => server.policies.check({ text }) })
  const isChanged = text !== now.text
  return (
    <>
      <Section
        title={w('editor')}
        lead={w('version', { count: now.version, actor: now.actor === null ? '' : whoIs(now.actor) })}
      >
        <TextArea
          label={w('text')}
          isLabelUnseen
          rows={Math.min(24, Math.max(8, text.split('\n').length + 1))}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            checking.reset()
          }}
          spellCheck={false}
          className="font-mono text-small"
        />
        <div className="flex flex-wrap gap-2">
          <Button isBusy={checking.isPending} onClick={() => checking.mutate()}>
            {w('check')}
          </Button>
          <Button look="primary" disabled={!isChanged} onClick={() => setPutting(true)}>
            {w('put')}
          </Button>
          {isChanged && (
            <Button look="quiet" onClick={() => setText(now.text)}>
              {w('reset')}
            </Button>
          )}
        </div>
        {checking.error !== null && <Refused error={checking.error} />}
        {checking.data !== undefined && <Checked of={checking.data} />}
        {checking.data === undefined && now.warnings.length > 0 && (
          <Problems title={w('warnings')} of={now.warnings} />
        )}
        <Source title={w('before')} text={now.baseline} />
        <Source title={w('schema')} text={now.schema} />
      </Section>
      <PolicyQuestions {...(isChanged && { text })} />
      <PolicyVersions newest={now.version} whoIs={whoIs} />
      {isPutting && (
        <FormDialog
          title={w('putTitle')}
          lead={w('putText')}
          send={w('put')}
          reasonOf={refusedPolicy}
          onClose={() => setPutting(false)}
          onSend={async () => {
            const put = await server.policies.put({ text, version: now.version })
            notify(w('putDone', { version: put.version }))
            await queries.invalidateQueries({ queryKey: ['policies'] })
          }}
        />
      )}
    </>
  )
}

function Source({ title, text }: { readonly title: string; readonly text: string }): ReactNode {
  return (
    <details>
      <summary className="w-fit text-small font-medium text-accent">{title}</summary>
      <pre
        tabIndex={0}
        className="mt-2 max-h-96 overflow-auto rounded-medium border border-line bg-sunk p-3 font-mono text-tiny"
      >
        {text}
      </pre>
    </details>
  )
}

function Problems({
  title,
  of,
}: {
  readonly title: string
  readonly of: readonly PolicyProblem[]
}): ReactNode {
  const w = useWords(policyWords)
  if (of.length === 0) return null
  return (
    <div className="space-y-1 text-small">
      <p className="font-medium">{title}</p>
      <ul className="list-disc space-y-1 ps-5">
        {of.map((problem) => (
          <li key={`${problem.line}:${problem.column}:${problem.message}`}>
            <span className="text-soft">{w('place', { line: problem.line, column: problem.column })}</span>{' '}
            {policyProblem(problem)}
            {isOfCedar(problem) && (
              <span className="block text-tiny text-soft">
                Cedar: <q lang="en">{problem.message}</q>
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Checked({ of }: { readonly of: PoliciesChecked }): ReactNode {
  const w = useWords(policyWords)
  return (
    <div role="status" className="space-y-3 rounded-large border border-line bg-sheet p-4">
      <Chip tone={of.valid ? 'good' : 'alarm'}>{w(of.valid ? 'valid' : 'invalid')}</Chip>
      <Problems title={w('problems')} of={of.problems} />
      <Problems title={w('warnings')} of={of.warnings} />
      {of.valid && (
        <div className="space-y-1 text-small">
          <p className="font-medium">{w('changes')}</p>
          {of.changes.length === 0 ? (
            <p className="text-soft">{w('noChanges')}</p>
          ) : (
            <ul className="space-y-1">
              {of.changes.map(({ principal, loses, gains }) => (
                <li key={principal.id}>
                  <span className="font-medium">{principal.name ?? principal.id}</span>
                  {loses.length > 0 && (
                    <span className="text-alarm"> {w('loses', { actions: loses.join(', ') })}</span>
                  )}
                  {gains.length > 0 && (
                    <span className="text-accent"> {w('gains', { actions: gains.join(', ') })}</span>
                  )}
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </div>
  )
}
