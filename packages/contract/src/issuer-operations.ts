import { z } from 'zod'
import { faultBody } from './fault-body.ts'
import type { Operation } from './operation.ts'
import { KIB, NO_BODY } from './operation-parts.ts'

const text = z.string()
/** OpenID Connect Discovery 1.0 section 3, RFC 8414; there is more in it. */
const metadata = z.looseObject({
  issuer: text,
  jwks_uri: text,
  token_endpoint: text,
  authorization_endpoint: text.optional(),
  userinfo_endpoint: text.optional(),
  grant_types_supported: z.array(text),
})
/** RFC 6749 section 4.1.1, RFC 7636, RFC 8707 and OpenID Connect Core section 3.1.2.1, as far as it is looked at. */
const authoriseQuery = z.object({
  client_id: text,
  redirect_uri: text.max(512),
  response_type: z.literal('code'),
  response_mode: z.literal('query').optional(),
  scope: text,
  state: text.max(1024).optional(),
  nonce: text.max(256).optional(),
  code_challenge: text.length(43),
  code_challenge_method: z.literal('S256'),
  prompt: text.optional(),
  max_age: text.optional(),
  resource: text.max(256).optional(),
})
/** RFC 6749 sections 4.1.3, 4.4.2 and 6, RFC 7523 section 2.2. */
const tokenForm = z.object({
  grant_type: z.enum(['client_credentials', 'authorization_code', 'refresh_token']),
  client_id: text.optional(),
  client_assertion_type: text.optional(),
  client_assertion: text.optional(),
  scope: text.optional(),
  resource: text.optional(),
  code: text.optional(),
  code_verifier: text.optional(),
  redirect_uri: text.optional(),
  refresh_token: text.optional(),
})
const tokenAnswer = z.object({
  access_token: text,
  token_type: text,
  expires_in: z.number(),
  scope: text.optional(),
  id_token: text.optional(),
  refresh_token: text.optional(),
})
const userInfo = z.object({
  sub: text,
  name: text.optional(),
  preferred_username: text.optional(),
  email: text.optional(),
  groups: z.array(text).optional(),
})

/** RFC 6749 section 5.2; what the door refuses has the body of all refusals. */
export const oauthError = z.union([z.object({ error: text, error_description: text.optional() }), faultBody])

/** Freehold as an OpenID provider. What there is no client or no application for does not answer. */
export const ISSUER_OPERATIONS = {
  'issuer.metadata': {
    method: 'GET',
    path: '/.well-known/openid-configuration',
    surface: 'issuer',
    summary: 'What the issuer offers, and where (OpenID Connect Discovery)',
    input: {},
    output: metadata,
    dialect: 'oauth',
    action: 'platform.read',
    fields: {},
    limits: NO_BODY,
  },
  'issuer.server_metadata': {
    method: 'GET',
    path: '/.well-known/oauth-authorization-server',
    surface: 'issuer',
    summary: 'The same, for OAuth clients (RFC 8414)',
    input: {},
    output: metadata,
    dialect: 'oauth',
    action: 'platform.read',
    fields: {},
    limits: NO_BODY,
  },
  'issuer.authorise': {
    method: 'GET',
    path: '/oidc/authorize',
    surface: 'issuer',
    summary: 'Come from an application to be signed in to it',
    input: { query: authoriseQuery },
    output: null,
    status: 303,
    dialect: 'oauth',
    action: 'session.open',
    fields: {},
    limits: NO_BODY,
  },
  'issuer.authorise_form': {
    method: 'POST',
    path: '/oidc/authorize',
    surface: 'issuer',
    summary: 'The same, as a form',
    readOnly: 'it begins what the person then allows or refuses, as the query does',
    input: { form: authoriseQuery },
    output: null,
    status: 303,
    dialect: 'oauth',
    action: 'session.open',
    fields: {},
    limits: { bodyBytes: 16 * KIB },
  },
  'issuer.token': {
    method: 'POST',
    path: '/oidc/token',
    surface: 'issuer',
    summary: 'Get an access token, and for a code what says who was signed in',
    input: { form: tokenForm },
    output: tokenAnswer,
    dialect: 'oauth',
    action: 'session.open',
    audit: 'token.issued',
    fields: {},
    limits: { bodyBytes: 16 * KIB },
  },
  'issuer.user_info': {
    method: 'GET',
    path: '/oidc/userinfo',
    surface: 'issuer',
    summary: 'Who the person is that an access token is about; the token is an application’s',
    input: {},
    output: userInfo,
    dialect: 'oauth',
    action: 'session.open',
    fields: {},
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
