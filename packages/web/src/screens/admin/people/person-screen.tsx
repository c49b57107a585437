import type { UserView } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { day } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { Chip } from '../../../parts/chip.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Page } from '../../../parts/page.tsx'
import { Shown } from '../../../parts/state.tsx'
import { server } from '../../../server.ts'
import { useNames } from '../../../session/power-words.ts'
import { AccountPanel } from './person-account.tsx'
import { DataPanel } from './person-data.tsx'
import { GroupsPanel, RolePanel } from './person-rights.tsx'
import { SessionsPanel, SignInPanel } from './person-sessions.tsx'
import { personWords } from './person-words.ts'

/** One person, and what the reader may do about their account. */
export function PersonScreen(): ReactNode {
  const w = useWords(personWords)
  const { id = '' } = useParams({ strict: false })
  const person = useQuery({ queryKey: ['people', 'user', id], queryFn: () => server.users.read(id) })
  return (
    <Page
      isWide
      title={person.data?.name ?? w('loading')}
      back={{ to: '/admin/people', title: w('back') }}
      {...(person.data !== undefined && { lead: <Standing of={person.data} /> })}
    >
      <Shown query={person}>{(user) => <Panels of={user} />}</Shown>
    </Page>
  )
}

function Standing({ of }: { readonly of: UserView }): ReactNode {
  const w = useWords(personWords)
  const names = useNames()
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-small">
      {of.disabledAt === null ? <Chip tone="good">{w('open')}</Chip> : <Chip tone="alarm">{w('shut')}</Chip>}
      <span>{names.role(of.role)}</span>
      {of.groups.length > 0 && <span>{of.groups.join(' · ')}</span>}
      <span>{w('since', { day: day(of.createdAt) })}</span>
      {of.lastSeenAt === null ? (
        <span>{w('away')}</span>
      ) : (
        <span>
          {w('seen')} <Moment at={of.lastSeenAt} />
        </span>
      )}
    </p>
  )
}

function Panels({ of }: { readonly of: UserView }): ReactNode {
  const w = useWords(personWords)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const changed = (): Promise<void> => queries.invalidateQueries({ queryKey: ['people'] })
  const gone = async (): Promise<void> => {
    await navigate({ to: '/admin/people' })
    queries.removeQueries({ queryKey: ['people', 'user', of.id] })
    await changed()
  }
  if (of.barred !== null) return <p className="max-w-prose text-soft">{w(of.barred)}</p>
  return (
    <div>
      <RolePanel key={of.role} user={of} onChanged={changed} />
      <GroupsPanel key={of.groups.join('\n')} user={of} onChanged={changed} />
      {of.disabledAt === null && <SessionsPanel user={of} onChanged={changed} />}
      <SignInPanel user={of} onChanged={changed} />
      <DataPanel user={of} onGone={gone} />
      <AccountPanel user={of} onChanged={changed} onGone={gone} />
    </div>
  )
}
