import { Fault } from '../kernel/fault.ts'
import { isUuid } from '../kernel/ids.ts'
import type { TenantId } from './store.ts'

/** Parses a UUID. Its result can stand in SQL text, so nothing else may make one. @throws Fault when it is none. */
export function tenantId(text: string): TenantId {
  const lower = text.toLowerCase()
  if (!isUuid(lower)) throw new Fault('invalid', 'A tenant is named by its UUID.', { param: 'tenant' })
  // The brand's only source: the check stands in the line above.
  return lower as TenantId
}
