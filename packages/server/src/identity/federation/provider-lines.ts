import type { ConnectionSetting } from '../../kernel/config/connection-keys.ts'
import type { Dialler, Line } from '../../kernel/dialler/dialler.ts'
import { callOnce } from '../../kernel/dialler/whole-answer.ts'
import { Untrusted } from './untrusted.ts'

const CONNECT_MS = 5000
const BOUNDS = { answerMs: 10_000, idleMs: 5000, totalMs: 15_000, mostBytes: 256 * 1024 }
const CONNECTIONS = 4
/** Of which the Response of the platform allows no body at all (Fetch, "null body status"). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304])

/** What of a request `openid-client` hands on. */
interface FetchOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/**
 * The way to one provider: to the issuer's origin and those that the configuration names beside it, never to another,
 * whatever its documents say. Redirects come back as answers, which nobody follows.
 */
export class ProviderLines {
  readonly #setting: ConnectionSetting
  readonly #dialler: Pick<Dialler, 'open'>
  readonly #origins: ReadonlySet<string>
  readonly #lines = new Map<string, Line>()

  constructor(setting: ConnectionSetting, dialler: Pick<Dialler, 'open'>) {
    this.#setting = setting
    this.#dialler = dialler
    this.#origins = new Set([setting.issuer, ...setting.origins].map((text) => new URL(text).origin))
  }

  /** Whether this is an address of the provider as the configuration knows it. */
  isOfProvider(address: string): boolean {
    const url = URL.parse(address)
    return url !== null && this.#origins.has(url.origin) && url.username + url.password + url.hash === ''
  }

  /** As `fetch`, for `openid-client`. @throws Untrusted for another place, and what the network says */
  async fetch(address: string, options: FetchOptions): Promise<Response> {
    if (!this.isOfProvider(address)) throw new Untrusted('elsewhere')
    const url = new URL(address)
    const { method = 'GET', headers = {}, body } = options
    const bytes = body === undefined || body === null ? null : Buffer.from(bodyText(body))
    const answer = await callOnce(
      this.#lineTo(url),
      {
        path: url.pathname + url.search,
        method,
        headers: [
          ...Object.entries(headers).flat(),
          'accept-encoding',
          'identity',
          ...(bytes === null ? [] : ['content-length', String(bytes.length)]),
        ],
        body: bytes,
      },
      BOUNDS,
    )
    if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity') throw new Untrusted('packed')
    return new Response(WITHOUT_BODY.has(answer.status) ? null : new Uint8Array(answer.body), {
      status: answer.status,
      headers: {
        'content-type': answer.headers['content-type'] ?? '',
        // The clock of the provider, for the self-test.
        date: answer.headers.date ?? '',
      },
    })
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line.close()))
  }

  #lineTo(url: URL): Line {
    const known = this.#lines.get(url.origin)
    if (known !== undefined) return known
    const { id, zone, ca } = this.#setting
    const line = this.#dialler.open({
      name: `identity ${id}`,
      url: new URL(url.origin),
      zone,
      ...(ca !== null && url.protocol === 'https:' && { tls: { ca } }),
      connectMs: CONNECT_MS,
      connections: CONNECTIONS,
    })
    this.#lines.set(url.origin, line)
    return line
  }
}

function bodyText(body: unknown): string {
  if (typeof body === 'string' || body instanceof URLSearchParams) return body.toString()
  throw new Error('a request to a provider with a body of another kind')
}
