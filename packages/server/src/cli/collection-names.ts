import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Client } from './client.ts'
import { pages } from './people-names.ts'

/** The id of the collection of that name, or null. */
export async function collectionNamed(client: Pick<Client, 'call'>, name: string): Promise<string | null> {
  const { method, path, output } = OPERATIONS['collection.list']
  const all = await pages(async (query) => output.parse(await client.call(method, `${path}?${query}`)))
  return all.find((collection) => collection.name === name)?.id ?? null
}
