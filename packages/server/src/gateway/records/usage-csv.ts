import type { usageView } from '@freehold/contract/requests.ts'
import type { z } from 'zod'
import { csv } from '../../kernel/csv.ts'

/** What requests add up to, one line for each name. */
export function usageCsv({ by, from, to, data }: z.output<typeof usageView>): string {
  return csv(
    [by, 'from', 'to', 'requests', 'failed', 'input', 'output', 'cost'],
    data.map(({ name, requests, failed, input, output, cost }) => [
      name,
      from,
      to,
      requests,
      failed,
      input,
      output,
      cost,
    ]),
  )
}
