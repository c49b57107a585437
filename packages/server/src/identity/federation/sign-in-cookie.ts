import type { IncomingHttpHeaders } from 'node:http'
import { parseCookie, stringifySetCookie } from 'cookie'

const MAX_COOKIE_HEADER = 16_384

/**
 * The cookie of somebody who is under way to a provider. `Lax`, because the provider sends the browser back, which
 * `Strict` would not let come along.
 */
export function signInCookie(isSecure: boolean) {
  const name = isSecure ? '__Host-freehold_sign_in' : 'freehold_sign_in'
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
