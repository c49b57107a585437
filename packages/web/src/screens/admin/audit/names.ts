import { useQuery } from '@tanstack/react-query'
import { server } from '../../../server.ts'
import { useMay } from '../../../session/session.ts'

export interface Names {
  readonly nameOf: (id: string) => string
  /** What was typed may be a name. */
  readonly idOf: (text: string) => string
}

const MOST = 2000

/** Names of people, for readers who may see them; others search and read by id. */
export function useNames(): Names {
  const may = useMay()
  const people = useQuery({
    queryKey: ['admin', 'names'],
    enabled: may('people'),
    staleTime: 60_000,
    async queryFn() {
      const names: [id: string, name: string][] = []
      for await (const { id, name } of server.users.list({ limit: 200 })) {
        names.push([id, name])
        if (names.length >= MOST) break
      }
      return names
    },
  })
  const byId = new Map(people.data)
  const byName = new Map(people.data?.map(([id, name]) => [name.toLocaleLowerCase(), id]))
  return {
    nameOf: (id) => byId.get(id) ?? id,
    idOf: (text) => byName.get(text.trim().toLocaleLowerCase()) ?? text.trim(),
  }
}
