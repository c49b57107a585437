import type { GroupView, RoleView } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import { server } from '../../../server.ts'

/** All of a list that has one or two pages. */
async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const read: T[] = []
  for await (const item of items) read.push(item)
  return read
}

const readRoles = async (): Promise<readonly RoleView[]> => (await server.roles.list()).data

export const useRoles = () => useQuery({ queryKey: ['people', 'roles'], queryFn: readRoles })

const readGroups = (): Promise<readonly GroupView[]> => all(server.groups.list({ limit: 200 }))

export const useGroups = () => useQuery({ queryKey: ['people', 'groups'], queryFn: readGroups })

/** Who is behind an id: people and service accounts by their names, which are read only where they may be. */
export const useWhoIs = (isAllowed: boolean): ((id: string) => string) => {
  const { data } = useQuery({
    queryKey: ['people', 'names'],
    queryFn: async () =>
      new Map([
        ...(await all(server.users.list({ limit: 200 }))).map(({ id, name }) => [id, name] as const),
        ...(await all(server.serviceAccounts.list({ limit: 200 }))).map(
          ({ id, name }) => [id, name] as const,
        ),
      ]),
    enabled: isAllowed,
  })
  return (id) => data?.get(id) ?? id
}
