import type { PolicyAnswer, PolicyQuestion } from '@freehold/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { SelectField } from '../../../parts/field.tsx'
import { Section } from '../../../parts/page.tsx'
import { Row, Rows } from '../../../parts/rows.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { POLICY_ACTIONS } from './policy-actions.ts'
import { refusedPolicy } from './policy-problems.ts'
import { policyWords } from './policy-words.ts'
import { DATA_CLASSES, classWords } from '../../../data-classes.ts'

interface Somebody {
  readonly id: string
  readonly name: string
}

/** Whom one can ask about: people, service accounts and keys that are open. */
async function readEverybody(): Promise<readonly Somebody[]> {
  const all: Somebody[] = []
  for await (const { id, name } of server.users.list({ limit: 200 })) all.push({ id, name })
  for await (const { id, name } of server.serviceAccounts.list({ limit: 200 })) all.push({ id, name })
  for await (const { id, name, revokedAt } of server.keys.list({ limit: 200 }))
    if (revokedAt === null) all.push({ id, name: name ?? id })
  return all
}

/** "May somebody do something, and why not?" `text`: policies that are not in force. */
export function PolicyQuestions({ text }: { readonly text?: string }): ReactNode {
  const w = useWords(policyWords)
  const c = useWords(classWords)
  const { data: everybody = [] } = useQuery({ queryKey: ['policies', 'who'], queryFn: readEverybody })
  const { data: targets } = useQuery({
    queryKey: ['policies', 'targets'],
    queryFn: () => server.targets.list(),
  })
  const [action, setAction] = useState<PolicyQuestion['action']>('model.use')
  const [who, setWho] = useState('')
  const [target, setTarget] = useState('')
  const [level, setLevel] = useState('')
  const chosen = DATA_CLASSES.find((one) => one === level)
  const hasTarget = action === 'model.use'
  const asking = useMutation({
    mutationFn: () =>
      server.policies.explain({
        action,
        ...(who !== '' && { principal: who }),
        ...(text !== undefined && { text }),
        ...(hasTarget &&
          target !== '' && {
            resource: { target, ...(chosen !== undefined && { class: chosen }) },
          }),
      }),
  })
  return (
    <Section title={w('explain')} lead={w('explainLead')}>
      <form
        className="grid items-end gap-3 wide:grid-cols-[1fr_1fr_1fr_auto_auto]"
        onSubmit={(event) => {
          event.preventDefault()
          if (!asking.isPending) asking.mutate()
        }}
      >
        <SelectField
          label={w('action')}
          value={action}
          onChange={(event) => {
            const next = POLICY_ACTIONS.find((one) => one === event.currentTarget.value)
            if (next !== undefined) setAction(next)
          }}
        >
          {POLICY_ACTIONS.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </SelectField>
        <SelectField label={w('who')} value={who} onChange={(event) => setWho(event.currentTarget.value)}>
          <option value="">{w('everybody')}</option>
          {everybody.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={w('target')}
          value={hasTarget ? target : ''}
          disabled={!hasTarget}
          onChange={(event) => setTarget(event.currentTarget.value)}
        >
          <option value="">{w('anyTarget')}</option>
          <option>local</option>
          {targets?.data
            .filter(({ name }) => name !== 'local')
            .map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
        </SelectField>
        <SelectField
          label={w('class')}
          value={hasTarget && target !== '' ? level : ''}
          disabled={!hasTarget || target === ''}
          onChange={(event) => setLevel(event.currentTarget.value)}
        >
          <option value="">{w('anyClass')}</option>
          {DATA_CLASSES.map((one) => (
            <option key={one} value={one}>
              {c(one)}
            </option>
          ))}
        </SelectField>
        <Button type="submit" isBusy={asking.isPending}>
          {w('ask')}
        </Button>
      </form>
      {asking.error !== null && <Refused error={asking.error} reason={refusedPolicy(asking.error)} />}
      {asking.data !== undefined && <Answers of={asking.data} />}
    </Section>
  )
}

function Answers({ of: { decisions, more } }: { readonly of: PolicyAnswer }): ReactNode {
  const w = useWords(policyWords)
  return (
    <div role="status" className="space-y-2">
      <Rows label={w('answers')} none={w('nobody')}>
        {decisions.map(({ principal, allowed, missing, policies }) => (
          <Row
            key={principal.id}
            title={principal.name ?? principal.id}
            note={<Chip tone={allowed ? 'good' : 'alarm'}>{w(allowed ? 'may' : 'mayNot')}</Chip>}
            facts={[
              ...(missing === null ? [] : [w('missing', { what: missing })]),
              ...policies.map(({ name, line }) => w('forbidden', { name, line })),
            ]}
          />
        ))}
      </Rows>
      {more > 0 && <p className="text-small text-soft">{w('more', { count: more })}</p>}
    </div>
  )
}
