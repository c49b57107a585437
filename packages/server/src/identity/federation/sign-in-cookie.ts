import type { IncomingHttpHeaders } from 'node:http'
import { parseCookie, stringifySetCookie } from 'cookie'

const MAX_COOKIE_HEADER = 16_384

/**
 * The cookie of somebody who is under way to a provider, or came here from an application. `Lax`, because another site
 * sends the browser here, which `Strict` would not let come along.
 */
export function signInCookie(isSecure: boolean, purpose: 'sign_in' | 'authorise' = 'sign_in') {
  const name = `${isSecure ? '__Host-' : ''}freehold_${purpose}`
  const bounds = { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure } as const
  return {
    set: (value: string, maxAgeS: number): string =>
      stringifySetCookie({ name, value, maxAge: maxAgeS, ...bounds }),
    clear: (): string => stringifySetCookie({ name, value: '', maxAge: 0, ...bounds }),
    read(headers: IncomingHttpHeaders): string | null {
      const header = headers.cookie
      if (header === undefined || header.length > MAX_COOKIE_HEADER) return null
      return parseCookie(header)[name] ?? null
    },
  }
}
