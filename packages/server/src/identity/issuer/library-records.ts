import { z } from 'zod'
import type { Authorisation } from './authorisation-rows.ts'

/** Grants of RFC 6749 by which an application gets tokens about a person. */
export const BY_CODE = 'authorization_code'
export const BY_REFRESH = 'refresh_token'

/** What was granted, in the words that the library passes around and asks for again by itself; it leaves nothing. */
const grantWords = z.strictObject({
  application: z.string(),
  authorisation: z.string(),
  account: z.string(),
  scope: z.string(),
  resource: z.string(),
})
/** What a grant of ours says. */
export const readGrant = (grantId: string): z.output<typeof grantWords> =>
  grantWords.parse(JSON.parse(grantId))

/** What the library asks for by it. */
export const grantOf = (jti: string): object => {
  const { application, account, scope, resource } = readGrant(jti)
  return {
    kind: 'Grant',
    jti,
    clientId: application,
    accountId: account,
    openid: { scope },
    resources: { [resource]: scope },
  }
}

/** What it keeps of both kinds. The person allowed all that it says, so its grant says the same. */
const sourceOf = (jti: string, found: Authorisation, issuer: string): object => {
  const { allowed } = found
  const scope = allowed.scopes.join(' ')
  const resource = allowed.resource ?? issuer
  const { application, account, id: authorisation } = found
  return {
    jti,
    iat: Math.floor(found.createdMs / 1000),
    exp: Math.floor(found.expiresMs / 1000),
    clientId: application,
    accountId: account,
    grantId: JSON.stringify({ application, authorisation, account, scope, resource }),
    scope,
    authTime: allowed.authTimeS,
    ...(allowed.amr.length > 0 && { amr: allowed.amr }),
    resource,
  }
}

/** A code, as the library keeps one. */
export const codeOf = (jti: string, found: Authorisation, issuer: string): object => {
  const { redirectUri, challenge, nonce } = found.allowed
  return {
    ...sourceOf(jti, found, issuer),
    kind: 'AuthorizationCode',
    redirectUri,
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    ...(nonce !== null && { nonce }),
  }
}

/** A refresh token, as the library keeps one. */
export const refreshOf = (jti: string, found: Authorisation, issuer: string): object => ({
  ...sourceOf(jti, found, issuer),
  kind: 'RefreshToken',
  gty: BY_CODE,
})
