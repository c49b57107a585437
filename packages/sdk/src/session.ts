import { fieldsOf } from './error.ts'
import type { Row } from './row.ts'

export type Key = string | (() => string | Promise<string>)

/** Who calls: a key, or the session of a cookie. */
export interface Caller {
  headers(row: Pick<Row, 'method' | 'open'>): Promise<Readonly<Record<string, string>>>
  /** The session that an answer opened or told of. */
  note(response: Response, body: unknown): void
  /** Another tab may have signed in anew. False: there is nothing to learn afresh. */
  forgetToken(): boolean
}

export const keyed = (key: Key): Caller => ({
  headers: async () => ({ authorization: `Bearer ${typeof key === 'function' ? await key() : key}` }),
  note() {},
  forgetToken: () => false,
})

/**
 * Keeps the CSRF token of a session and sends it along. Browsers keep the cookie by themselves and hide it from
 * scripts; elsewhere it is kept here. `ask` reads the session that there is.
 */
export function inSession(ask: (headers: Readonly<Record<string, string>>) => Promise<Response>): Caller {
  const cookies = new Map<string, string>()
  let token: string | null = null
  let learning: Promise<void> | null = null

  const cookieHeader = (): Readonly<Record<string, string>> =>
    cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }

  async function learn(): Promise<void> {
    const response = await ask(cookieHeader())
    // Nobody is signed in: the call itself is refused in the words that fit it.
    caller.note(response, response.ok ? await response.json() : null)
  }

  const caller: Caller = {
    async headers({ method, open }) {
      if (token === null && method !== 'GET' && !open) {
        learning ??= learn().finally(() => (learning = null))
        await learning
      }
      return { ...cookieHeader(), ...(token !== null && method !== 'GET' && { 'x-csrf-token': token }) }
    },
    note(response, body) {
      for (const cookie of response.headers.getSetCookie()) keep(cookies, cookie)
      const csrf = fieldsOf(body)?.['csrf']
      if (typeof csrf === 'string') token = csrf
    },
    forgetToken() {
      const had = token !== null
      token = null
      return had
    },
  }
  return caller
}

function keep(cookies: Map<string, string>, cookie: string): void {
  const [pair = '', ...attributes] = cookie.split(';')
  const at = pair.indexOf('=')
  const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
  if (value === '' || attributes.some((one) => /^\s*max-age\s*=\s*-?0/i.test(one))) cookies.delete(name)
  else cookies.set(name, value)
}
