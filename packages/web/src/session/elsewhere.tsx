import { useQuery } from '@tanstack/react-query'
import { LogIn } from 'lucide-react'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { buttonClass } from '../parts/button.tsx'
import { server } from '../server.ts'

const words = defineWords('elsewhere', {
  with: { en: 'Sign in with {name}', zh: '使用 {name} 登录' },
  away: { en: '{name} does not answer just now', zh: '{name} 目前没有响应' },
})

/** Providers elsewhere that vouch for people here. */
export const useConnections = () =>
  useQuery({ queryKey: ['connections'], queryFn: () => server.connections.list() })

/** A provider that does not answer, said where it would have been a way in. */
export function Away({ name }: { readonly name: string }): ReactNode {
  return <p className="text-small text-soft">{useWords(words)('away', { name })}</p>
}

/** Other places to sign in: a link for each provider, and a line for one that does not answer. */
export function Elsewhere(): ReactNode {
  const w = useWords(words)
  const { data } = useConnections()
  if (data === undefined || data.data.length === 0) return null
  return (
    <ul className="mt-4 space-y-2 border-t border-line pt-4">
      {data.data.map(({ id, name, state }) => (
        <li key={id}>
          {state === 'away' ? (
            <Away name={name} />
          ) : (
            <a href={`/api/oidc/${encodeURIComponent(id)}/start`} className={`${buttonClass()} w-full`}>
              <LogIn aria-hidden className="size-4" />
              {w('with', { name })}
            </a>
          )}
        </li>
      ))}
    </ul>
  )
}
