import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useWords } from '../../language/words.ts'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { outcomeWords } from '../trust/outcome-words.ts'
import { outcomeOf } from '../trust/record-story.ts'
import { requestIn } from '../trust/request-id.ts'
import { finderWords } from './finder-words.ts'
import type { Result } from './use-results.ts'

/** What stands on record of the request whose id, or whose address, was typed. */
export function useRequest(typed: string): readonly Result[] {
  const w = useWords(finderWords)
  const o = useWords(outcomeWords)
  const may = useMay()
  const navigate = useNavigate()
  const id = requestIn(typed)
  const record = useQuery({
    queryKey: ['trust', 'request', id],
    queryFn: () => server.requests.read(id ?? ''),
    enabled: id !== null && may('requests'),
    retry: false,
  })
  if (id === null) return []
  const found: Result[] = []
  if (record.data !== undefined)
    found.push({
      id: `request-${id}`,
      kind: 'request',
      title: [w('record'), o(outcomeOf(record.data)), record.data.modelAsked].filter(Boolean).join(' · '),
      line: id,
      at: record.data.at,
      go: () => void navigate({ to: `/trust/requests/${id}` }),
    })
  if (may('audit'))
    found.push({
      id: `audit-${id}`,
      kind: 'request',
      title: w('audited'),
      line: id,
      go: () => void navigate({ to: '/admin/audit', search: { request: id } }),
    })
  return found
}
