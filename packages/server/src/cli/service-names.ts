import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { serviceAccountView } from '@freehold/contract/service-accounts.ts'
import type { z } from 'zod'
import type { Client } from './client.ts'
import { isNamed, pages } from './people-names.ts'
import { UsageError } from './terminal.ts'

export type ServiceAccount = z.output<typeof serviceAccountView>

export async function allServiceAccounts(client: Pick<Client, 'call'>): Promise<ServiceAccount[]> {
  const { method, path, output } = OPERATIONS['service_account.list']
  return pages(async (query) => output.parse(await client.call(method, `${path}?${query}`)))
}

/** A service account that is named by id or name. @throws UsageError where there is none */
export async function serviceAccountOf(client: Pick<Client, 'call'>, text: string): Promise<ServiceAccount> {
  const found = (await allServiceAccounts(client)).find((one) => one.id === text || isNamed(one, text))
  if (found === undefined)
    throw new UsageError(`no service account is called "${text}". See: freehold service list`)
  return found
}
