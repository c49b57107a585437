import { useQuery } from '@tanstack/react-query'
import { defineWords, useWords } from '../../language/words.ts'
import { server } from '../../server.ts'
import { useMay, useSession } from '../../session/session.ts'

const words = defineWords('principal-names', {
  you: { en: 'You', zh: '您' },
  operator: { en: 'The operator', zh: '运维人员' },
  key: { en: 'Key {name}', zh: '密钥 {name}' },
})

export interface Principal {
  readonly id: string
  readonly name: string
}

/** Names of who asks, as far as one may see them, and how an id is said: by its name, or as it is. */
export function usePrincipals(): {
  readonly known: readonly Principal[]
  readonly nameOf: (id: string) => string
} {
  const w = useWords(words)
  const may = useMay()
  const { caller } = useSession()
  const people = useQuery({
    queryKey: ['trust', 'people'],
    queryFn: () => server.users.list({ limit: 200 }),
    enabled: may('people'),
  })
  const keys = useQuery({
    queryKey: ['trust', 'keys'],
    queryFn: () => server.keys.list(),
    enabled: may('keys'),
  })
  const known = [
    ...(people.data?.data ?? []).map(({ id, name }) => ({ id, name })),
    ...(keys.data?.data ?? []).map(({ id, name }) => ({ id, name: w('key', { name: name ?? id }) })),
  ]
  const names = new Map(known.map(({ id, name }) => [id, name]))
  return {
    known,
    nameOf: (id) =>
      id === caller.principal ? w('you') : id === 'local-operator' ? w('operator') : (names.get(id) ?? id),
  }
}
