import { useNavigate, useSearch } from '@tanstack/react-router'
import type { AuditEventView } from '@freehold/sdk'
import type { FormEvent, ReactNode } from 'react'
import { useState } from 'react'
import { useKeyset } from '../../../keyset.ts'
import { moment } from '../../../language/format.ts'
import { defineWords, useLanguage, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { SelectField, TextField } from '../../../parts/field.tsx'
import { Page, Section } from '../../../parts/page.tsx'
import { Empty } from '../../../parts/state.tsx'
import { Table } from '../../../parts/table.tsx'
import { server } from '../../../server.ts'
import { EventDrawer } from './event-drawer.tsx'
import type { AuditFilter } from './filter.ts'
import { queryOf } from './filter.ts'
import { LogState } from './log-state.tsx'
import { usePrincipals } from '../../../session/principals.ts'

const words = defineWords('audit', {
  title: { en: 'Audit', zh: '审计' },
  lead: {
    en: 'What was done here, by whom and when, in a log in which a change shows. Your own browser checks it.',
    zh: '谁在何时做了什么。记录保存在任何改动都会显现的日志中，由您自己的浏览器检验。',
  },
  log: { en: 'State of the log', zh: '日志状态' },
  events: { en: 'Events', zh: '事件' },
  action: { en: 'Action', zh: '操作' },
  actionHelp: { en: 'key.created, or key.* for all that begin so', zh: '例如 key.created，或 key.*' },
  actor: { en: 'Done by', zh: '操作者' },
  subject: { en: 'Done to', zh: '对象' },
  request: { en: 'Request', zh: '请求' },
  since: { en: 'From', zh: '从' },
  until: { en: 'Before', zh: '早于' },
  outcome: { en: 'Outcome', zh: '结果' },
  any: { en: 'Any', zh: '不限' },
  done: { en: 'Done', zh: '已执行' },
  refused: { en: 'Refused', zh: '已拒绝' },
  find: { en: 'Search', zh: '搜索' },
  at: { en: 'When', zh: '时间' },
  open: { en: 'Open the event {action}', zh: '打开事件 {action}' },
  none: { en: 'Nothing was found', zh: '没有找到' },
})

/** The record of what was done: to be searched, exported and verified. */
export function AuditScreen(): ReactNode {
  const w = useWords(words)
  useLanguage()
  const names = usePrincipals()
  const navigate = useNavigate()
  const filter: AuditFilter = useSearch({ from: '/admin/audit' })
  const [opened, setOpened] = useState<AuditEventView | null>(null)
  const query = queryOf(filter, names.idOf)
  const list = useKeyset(['admin', 'audit', 'events', query], (after) =>
    server.audit.list({ ...query, limit: 100, ...(after !== undefined && { after }) }),
  )
  const search = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = [...form].flatMap(([name, value]) =>
      typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()] as const] : [],
    )
    void navigate({ to: '/admin/audit', search: Object.fromEntries(said) })
  }
  return (
    <Page title={w('title')} lead={w('lead')} isWide>
      <Section title={w('log')}>
        <LogState />
      </Section>
      <Section title={w('events')}>
        <form
          key={JSON.stringify(filter)}
          role="search"
          onSubmit={search}
          className="grid items-end gap-3 wide:grid-cols-4"
        >
          <TextField name="action" label={w('action')} help={w('actionHelp')} defaultValue={filter.action} />
          <TextField name="actor" label={w('actor')} defaultValue={filter.actor} />
          <TextField name="subject" label={w('subject')} defaultValue={filter.subject} />
          <TextField name="request" label={w('request')} placeholder="req_…" defaultValue={filter.request} />
          <SelectField name="outcome" label={w('outcome')} defaultValue={filter.outcome ?? ''}>
            <option value="">{w('any')}</option>
            <option value="done">{w('done')}</option>
            <option value="refused">{w('refused')}</option>
          </SelectField>
          <TextField name="since" label={w('since')} type="datetime-local" defaultValue={filter.since} />
          <TextField name="until" label={w('until')} type="datetime-local" defaultValue={filter.until} />
          <div>
            <Button type="submit" look="primary" isBusy={list.query.isPending}>
              {w('find')}
            </Button>
          </div>
        </form>
        <Table
          label={w('events')}
          list={list}
          keyOf={({ id }) => id}
          onOpen={setOpened}
          empty={<Empty title={w('none')} />}
          columns={[
            {
              id: 'at',
              title: w('at'),
              cell: ({ at }) => <span className="whitespace-nowrap">{moment(at)}</span>,
              text: ({ at }) => at,
            },
            {
              id: 'action',
              title: w('action'),
              cell: (event) => (
                <button
                  type="button"
                  aria-label={w('open', { action: event.action })}
                  className="font-mono text-accent hover:underline"
                  onClick={() => setOpened(event)}
                >
                  {event.action}
                </button>
              ),
              text: ({ action }) => action,
            },
            {
              id: 'outcome',
              title: w('outcome'),
              cell: ({ outcome }) => (
                <Chip tone={outcome === 'refused' ? 'alarm' : 'plain'}>{w(outcome)}</Chip>
              ),
              text: ({ outcome }) => outcome,
              isMinor: true,
            },
            {
              id: 'actor',
              title: w('actor'),
              cell: ({ actor }) => names.said(actor),
              text: ({ actor }) => names.nameOf(actor),
            },
            {
              id: 'subject',
              title: w('subject'),
              cell: ({ subject }) => (subject === null ? '' : names.said(subject)),
              text: ({ subject }) => (subject === null ? '' : names.nameOf(subject)),
              isMinor: true,
            },
          ]}
        />
      </Section>
      <EventDrawer event={opened} names={names} onClose={() => setOpened(null)} />
    </Page>
  )
}
