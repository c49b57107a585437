import type { Gateway } from '../../gateway/gateway.ts'
import { usageCsv } from '../../gateway/records/usage-csv.ts'
import { TextAnswer } from '../text-answer.ts'
import type { Handlers } from './handlers.ts'

/** Records of requests, what they add up to, and what may be spent. */
export function requestHandlers({
  requests,
  budgets,
}: Pick<Gateway, 'requests' | 'budgets'>): Pick<
  Handlers,
  'request.list' | 'request.read' | 'usage.read' | 'usage.home' | 'budget.list'
> {
  return {
    async 'request.list'({ caller, query }) {
      const { data, next } = await requests.list(caller, query)
      return { data: [...data], next }
    },
    'request.read': ({ caller, params }) => requests.read(caller, params.id),
    async 'usage.read'({ caller, query, asking }) {
      const { format, ...asked } = query
      const usage = await requests.usage(caller, asked)
      const isCsv = format === undefined ? wantsCsv(asking.headers.accept) : format === 'csv'
      return isCsv ? new TextAnswer('text/csv; charset=utf-8; header=present', usageCsv(usage)) : usage
    },
    'usage.home': ({ caller, query }) => requests.home(caller, query),
    'budget.list': ({ caller, query }) => budgets(caller, query),
  }
}

/** Named before JSON and everything else. */
const wantsCsv = (accept: string | undefined): boolean => /^\s*text\/csv\b/i.test(accept ?? '')
