import type { PersonScope } from '@freehold/contract/authorisations.ts'
import { PERSON_SCOPES } from '@freehold/contract/authorisations.ts'
import { Fault } from '../../kernel/fault.ts'
import type { ServiceAccount } from '../roster.ts'
import { isRegistered } from './redirect-uris.ts'

/** What an application asks for (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1). */
export interface Asked {
  readonly scopes: readonly PersonScope[]
  readonly nonce: string | null
  /** SHA-256 of a secret of the application's, base64url (RFC 7636). */
  readonly challenge: string
  /** A service besides, of which it wants a token. */
  readonly resource: string | null
  /** How old the sign-in may be; null for any. */
  readonly maxAgeS: number | null
  /** Nobody is to be asked anything. */
  readonly silent: boolean
}

/** Where the answer goes. */
export interface ReplyTo {
  readonly application: ServiceAccount
  readonly redirectUri: string
  readonly state: string | null
}

/** A refusal that the application is told of, in the words of RFC 6749 section 4.1.2.1. */
export class SentBack extends Error {
  readonly error: string

  constructor(error: string, why: string) {
    super(why)
    this.name = 'SentBack'
    this.error = error
  }
}

type Params = Readonly<Record<string, string | undefined>>

/** VSCHAR of RFC 6749 appendix A. */
const VISIBLE = /^[\x20-\x7e]*$/
const MOST_STATE = 1024
const MOST_NONCE = 256
const PROMPTS = new Set(['none', 'login', 'consent', 'select_account'])

const fits = (text: string | undefined, most: number): boolean =>
  text === undefined || (text.length <= most && VISIBLE.test(text))
const wordsOf = (text: string | undefined): readonly string[] => text?.split(' ') ?? []

/** What is looked at, in this order, once it is known where to say so. */
const RULES: readonly (readonly [error: string, why: string, isBroken: (asked: Params) => boolean])[] = [
  ['request_not_supported', 'request objects are not taken', (p) => p['request'] !== undefined],
  ['request_uri_not_supported', 'nothing is fetched', (p) => p['request_uri'] !== undefined],
  ['registration_not_supported', 'nobody registers by asking', (p) => p['registration'] !== undefined],
  ['invalid_request', 'response_type is missing', (p) => p['response_type'] === undefined],
  ['unsupported_response_type', 'response_type must be code', (p) => p['response_type'] !== 'code'],
  [
    'invalid_request',
    'response_mode must be query',
    (p) => p['response_mode'] !== undefined && p['response_mode'] !== 'query',
  ],
  ['invalid_scope', 'scope must hold openid', (p) => !wordsOf(p['scope']).includes('openid')],
  ['invalid_request', 'code_challenge is missing', (p) => p['code_challenge'] === undefined],
  ['invalid_request', 'code_challenge_method must be S256', (p) => p['code_challenge_method'] !== 'S256'],
  [
    'invalid_request',
    'code_challenge must be 43 characters of base64url',
    (p) => !/^[\w-]{43}$/.test(p['code_challenge'] ?? ''),
  ],
  ['invalid_request', 'nonce is too long, or not ASCII', (p) => !fits(p['nonce'], MOST_NONCE)],
  ['invalid_request', 'max_age must be seconds', (p) => !/^\d{1,9}$/.test(p['max_age'] ?? '0')],
  [
    'invalid_request',
    'prompt is not one that is known',
    (p) => wordsOf(p['prompt']).some((word) => !PROMPTS.has(word)),
  ],
  [
    'invalid_request',
    'prompt none stands alone',
    (p) => wordsOf(p['prompt']).includes('none') && p['prompt'] !== 'none',
  ],
]

/**
 * Which application asks, and where the answer goes. Until both are known to belong together nobody is sent anywhere.
 * @throws Fault `unknown_application`
 */
export function readReplyTo(
  params: URLSearchParams,
  applicationOf: (id: string) => ServiceAccount | undefined,
): ReplyTo {
  const [id, ...otherIds] = params.getAll('client_id')
  const application = id === undefined || otherIds.length > 0 ? undefined : applicationOf(id)
  if (application === undefined) throw unknown('client_id names no application that signs people in here')
  const [redirectUri, ...others] = params.getAll('redirect_uri')
  if (redirectUri === undefined || others.length > 0 || !isRegistered(redirectUri, application.redirectUris))
    throw unknown('redirect_uri is none that the application has registered', 'redirect_uri')
  const states = params.getAll('state')
  // What cannot be told apart, or kept, is not sent back.
  const [state] = states.length === 1 && fits(states[0], MOST_STATE) ? states : [null]
  return { application, redirectUri, state: state ?? null }
}

/** @throws SentBack */
export function readAsked(params: URLSearchParams, { application, state }: ReplyTo): Asked {
  const names = [...params.keys()]
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new SentBack('invalid_request', 'a parameter stands there twice')
  if (params.has('state') && state === null)
    throw new SentBack('invalid_request', 'state is too long, or not ASCII')
  const asked: Params = Object.fromEntries(params)
  const broken = RULES.find(([, , isBroken]) => isBroken(asked))
  if (broken) throw new SentBack(broken[0], broken[1])
  const resource = asked['resource'] ?? null
  if (resource !== null && !application.resources.includes(resource))
    throw new SentBack('invalid_target', 'this application may not get tokens for that resource')
  const prompts = wordsOf(asked['prompt'])
  const wanted = wordsOf(asked['scope'])
  return {
    scopes: PERSON_SCOPES.filter((scope) => wanted.includes(scope)),
    nonce: asked['nonce'] ?? null,
    challenge: asked['code_challenge'] ?? '',
    resource,
    maxAgeS: prompts.includes('login') ? 0 : asked['max_age'] === undefined ? null : Number(asked['max_age']),
    silent: prompts.includes('none'),
  }
}

const unknown = (why: string, param = 'client_id'): Fault =>
  new Fault('unknown_application', `This request to sign somebody in cannot be answered: ${why}.`, { param })
