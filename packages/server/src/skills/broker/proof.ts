import { createHash } from 'node:crypto'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { SkillAuth } from '@freehold/contract/skill-permissions.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { Secret } from '../../kernel/secret.ts'
import type { PlatformTokens, SkillSecrets } from './broker-ports.ts'
import { isHostOf } from './reach.ts'

/** What is added to a request so that its host knows who asks. */
export interface Proof {
  readonly headers: Readonly<Record<string, string>>
  readonly query: readonly (readonly [name: string, value: string])[]
  /** Shown when the connection is made. */
  readonly certificate: ClientCertificate | null
  /** What must not come back in an answer. */
  readonly hidden: readonly string[]
}

export interface ClientCertificate {
  readonly cert: string
  readonly key: Secret<string>
  /** Connections that were made with another are not used. */
  readonly mark: string
}

export interface ProofSources {
  readonly secrets: SkillSecrets
  readonly tokens: PlatformTokens
  /** An access token for client credentials. */
  readonly accessToken: (auth: OAuth, credentials: string, signal: AbortSignal) => Promise<string>
}
export type OAuth = Extract<SkillAuth, { type: 'oauth2' }>

interface Asking {
  readonly caller: Caller
  readonly class: DataClass
  readonly hostname: string
  readonly signal: AbortSignal
}

export const NO_PROOF: Proof = { headers: {}, query: [], certificate: null, hidden: [] }

/** A token that the platform got for this host by itself. @throws Fault `skill_denied` */
export function bearerProof(token: string): Proof {
  return inHeader('authorization', `Bearer ${oneLine(token, 'token')}`, [token])
}

/**
 * Everything that a host is shown, from all entries that are for it.
 * @throws Fault `skill_denied` for a secret that nobody stored, or that cannot be written where it belongs
 */
export async function proofFor(
  auth: readonly SkillAuth[],
  sources: ProofSources,
  asking: Asking,
): Promise<Proof> {
  let proof = NO_PROOF
  for (const one of auth) {
    if (one.host !== undefined && !isHostOf(one.host, asking.hostname)) continue
    proof = together(proof, await proofOf(one, sources, asking))
  }
  return proof
}

async function proofOf(auth: SkillAuth, sources: ProofSources, asking: Asking): Promise<Proof> {
  if (auth.type === 'jwt') {
    const token = sources.tokens.tokenFor(asking.caller, auth.audience, asking.class)
    return inHeader('authorization', `Bearer ${token}`, [token])
  }
  const secret = await sources.secrets.read(auth.secret)
  if (secret === null) {
    throw new Fault(
      'skill_denied',
      `The secret ${auth.secret} of this skill is not stored yet: ask whoever looks after it.`,
      {
        param: auth.secret,
      },
    )
  }
  const text = secret.reveal()
  if (auth.type === 'mtls') return { ...NO_PROOF, certificate: certificateIn(text, auth.secret) }
  const value = oneLine(text.trim(), auth.secret)
  switch (auth.type) {
    case 'bearer':
      return inHeader('authorization', `Bearer ${value}`, [value])
    case 'apiKey':
      return auth.in === 'header'
        ? inHeader(auth.name.toLowerCase(), value, [value])
        : { ...NO_PROOF, query: [[auth.name, value]], hidden: [value] }
    case 'basic': {
      const encoded = Buffer.from(value).toString('base64')
      return inHeader('authorization', `Basic ${encoded}`, [
        value,
        value.slice(value.indexOf(':') + 1),
        encoded,
      ])
    }
    default: {
      const token = oneLine(await sources.accessToken(auth, value, asking.signal), auth.secret)
      return inHeader('authorization', `Bearer ${token}`, [token, value, value.slice(value.indexOf(':') + 1)])
    }
  }
}

const inHeader = (name: string, value: string, hidden: readonly string[]): Proof => ({
  ...NO_PROOF,
  headers: { [name]: value },
  hidden,
})

const together = (one: Proof, other: Proof): Proof => ({
  headers: { ...one.headers, ...other.headers },
  query: [...one.query, ...other.query],
  certificate: other.certificate ?? one.certificate,
  hidden: [...one.hidden, ...other.hidden],
})

function oneLine(value: string, name: string): string {
  if (/^[\x20-\x7e]+$/.test(value)) return value
  throw new Fault(
    'skill_denied',
    `The secret ${name} is empty or not one line of ASCII: it cannot be sent.`,
    { param: name },
  )
}

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
const KEY = /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----[^-]+-----END (?:RSA |EC )?PRIVATE KEY-----/

function certificateIn(pem: string, name: string): ClientCertificate {
  const cert = pem.match(CERTIFICATES)?.join('\n')
  const key = KEY.exec(pem)?.[0]
  if (cert === undefined || key === undefined) {
    throw new Fault(
      'skill_denied',
      `The secret ${name} must hold a certificate and its private key as PEM.`,
      { param: name },
    )
  }
  return { cert, key: new Secret(key), mark: createHash('sha256').update(pem).digest('hex').slice(0, 32) }
}
