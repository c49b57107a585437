import { useQuery } from '@tanstack/react-query'
import { defineWords, useWords } from '../language/words.ts'
import { server } from '../server.ts'
import { useMay, useSession } from './session.ts'

const words = defineWords('principals', {
  you: { en: 'You', zh: '您' },
  operator: { en: 'The operator', zh: '运维人员' },
  key: { en: 'Key {name}', zh: '密钥 {name}' },
})

export interface Principal {
  readonly id: string
  readonly name: string
}

export interface Principals {
  /** As far as one may see them. */
  readonly known: readonly Principal[]
  /** Its name, or the id as it is where that is not known: for files, which others read. */
  readonly nameOf: (id: string) => string
  /** The same as it is said to the reader, who is “you”. */
  readonly said: (id: string) => string
  /** What was typed may be a name. */
  readonly idOf: (text: string) => string
}

const MOST = 2000

/** Names of who acts and asks: people and keys. */
export function usePrincipals(): Principals {
  const w = useWords(words)
  const may = useMay()
  const { caller } = useSession()
  const people = useQuery({
    queryKey: ['principals', 'people'],
    enabled: may('people'),
    staleTime: 10_000,
    async queryFn() {
      const found: Principal[] = []
      for await (const { id, name } of server.users.list({ limit: 200 })) {
        found.push({ id, name })
        if (found.length >= MOST) break
      }
      return found
    },
  })
  const keys = useQuery({
    queryKey: ['principals', 'keys'],
    queryFn: () => server.keys.list(),
    enabled: may('keys'),
    staleTime: 10_000,
  })
  const known = [
    ...(people.data ?? []),
    ...(keys.data?.data ?? []).map(({ id, name }) => ({ id, name: w('key', { name: name ?? id }) })),
  ]
  const byId = new Map(known.map(({ id, name }) => [id, name]))
  const byName = new Map(known.map(({ id, name }) => [name.toLocaleLowerCase(), id]))
  const nameOf = (id: string): string => byId.get(id) ?? (id === 'local-operator' ? w('operator') : id)
  return {
    known,
    nameOf,
    said: (id) => (id === caller.principal ? w('you') : nameOf(id)),
    idOf: (text) => byName.get(text.trim().toLocaleLowerCase()) ?? text.trim(),
  }
}
