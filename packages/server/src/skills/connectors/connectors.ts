import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { NetworkPermission, SkillAuth } from '@freehold/contract/skill-permissions.ts'
import type { Dialler, Line } from '../../kernel/dialler/dialler.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Secret } from '../../kernel/secret.ts'
import { isHostOf, isPathOf } from '../broker/reach.ts'
import type { MailMessage } from './mail-message.ts'
import type { SqlAnswer, SqlQuestion } from './sql.ts'
import { querySql } from './sql.ts'

/**
 * What is no HTTP, spoken by the platform itself under the same permissions: the secret stays here, and nothing but the
 * one question or message goes out. Bound to one call.
 */
export interface Connectors {
  /** Reads from PostgreSQL. @throws Fault `skill_denied`, `invalid`, `upstream_down`, `timed_out` */
  sql(question: SqlQuestion, signal: AbortSignal): Promise<SqlAnswer>
  /** Hands a message to the house's mail server. @throws Fault as `sql` */
  mail(message: MailMessage, signal: AbortSignal): Promise<{ readonly accepted: readonly string[] }>
}

interface Around {
  readonly manifest: Pick<SkillManifest, 'permissions' | 'auth'>
  readonly dialler: Pick<Dialler, 'open'>
  /** Null where nobody stored it yet. */
  readonly secret: (name: string) => Promise<Secret<string> | null>
  /** Resolves when it is on record; nothing leaves before. */
  readonly begin: (leaving: Leaving) => Promise<unknown>
}

/** What is about to leave, without a word of it. */
export interface Leaving {
  readonly method: 'SQL' | 'SMTP'
  readonly host: string
  readonly port: number
  readonly bytesOut: number
}

const CONNECT_MS = 10_000
const DEFAULT_PORTS = { postgres: '5432', smtp: '587' } as const
type Protocol = keyof typeof DEFAULT_PORTS

export function openConnectors({ manifest, dialler, secret, begin }: Around): Connectors {
  const through = async <T>(
    [protocol, method]: readonly [Protocol, Leaving['method']],
    sent: { readonly url: string },
    use: (way: Way) => Promise<T>,
  ): Promise<T> => {
    const { url, permission } = assertConnected(manifest.permissions.network, protocol, sent.url)
    const login = await loginFor(manifest.auth, url.hostname, secret)
    const bytesOut = Buffer.byteLength(JSON.stringify(sent))
    await begin({ method, host: url.hostname, port: Number(url.port), bytesOut })
    // Its TLS begins after words in the clear, and is made by whoever speaks the protocol.
    const line: Line = dialler.open({
      name: 'skill',
      url: new URL(`http://${url.host}`),
      zone: permission.zone,
      connectMs: CONNECT_MS,
      connections: 1,
    })
    try {
      return await use({ url, line, login, tls: permission.tls })
    } finally {
      await line.destroy()
    }
  }
  return {
    sql: (question, signal) =>
      through(['postgres', 'SQL'], question, (way) => querySql(way, question, signal)),
    mail: (message, signal) =>
      through(['smtp', 'SMTP'], message, async (way) => {
        // With the first letter: what composes them takes 20 MiB, and most houses send none.
        const { sendMail } = await import('./mail.ts')
        return sendMail(way, message, signal)
      }),
  }
}

export interface Login {
  readonly user: string
  readonly password: string
}

/** A permitted way to one server. */
export interface Way {
  readonly url: URL
  readonly line: Line
  readonly login: Login | null
  /** Whether the connection has to be encrypted before anybody logs in. */
  readonly tls: boolean
}

/**
 * Only the private zone: neither a query nor a letter could be desensitised and still do its work.
 * @throws Fault `skill_denied`
 */
export function assertConnected(
  network: readonly NetworkPermission[],
  protocol: Protocol,
  address: string,
): { readonly url: URL; readonly permission: NetworkPermission } {
  const url = URL.parse(address)
  if (
    url?.protocol !== `${protocol}:` ||
    url.username ||
    url.password ||
    url.search ||
    url.hash ||
    !url.hostname
  )
    throw new Fault(
      'skill_denied',
      `The skill asked for an address that is not ${protocol}://host:port and no more.`,
      { param: 'url' },
    )
  if (url.port === '') url.port = DEFAULT_PORTS[protocol]
  const path = url.pathname === '' ? '/' : url.pathname
  const permission = network.find(
    (one) =>
      one.protocol === protocol &&
      one.zone === 'private' &&
      one.ports.includes(Number(url.port)) &&
      isHostOf(one.host, url.hostname) &&
      one.paths.some((pattern) => pattern === '/**' || isPathOf(pattern, path)),
  )
  if (permission) return { url, permission }
  throw new Fault(
    'skill_denied',
    `The skill asked for ${protocol}://${url.host}${path}, which permissions.network does not declare.`,
    { param: 'url' },
  )
}

async function loginFor(
  auth: readonly SkillAuth[],
  host: string,
  secret: Around['secret'],
): Promise<Login | null> {
  const found = auth.find(
    (one) => one.type === 'basic' && (one.host === undefined || isHostOf(one.host, host)),
  )
  if (found?.type !== 'basic') return null
  const value = (await secret(found.secret))?.reveal() ?? ''
  const at = value.indexOf(':')
  if (at < 1)
    throw new Fault(
      'skill_denied',
      `The secret ${found.secret} is not stored yet, or is not user:password.`,
      {
        param: `secrets.${found.secret}`,
      },
    )
  return { user: value.slice(0, at), password: value.slice(at + 1) }
}
