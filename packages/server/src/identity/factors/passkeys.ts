import { hash } from 'node:crypto'
import type { passkeyAssertion, passkeyInput, passkeyView } from '@freehold/contract/factors.ts'
import type { VerifiedRegistrationResponse, WebAuthnCredential } from '@simplewebauthn/server'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import * as audit from '../../audit/audit.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import { isUniqueViolation } from '../../store/database-fault.ts'
import type { Tx } from '../../store/store.ts'
import type { PasskeyTable } from '../../store/identity-tables.ts'
import { sealer, unseal } from '../sealed-columns.ts'
import { useUp } from './challenge.ts'
import type { Challenges } from './challenge.ts'

type PasskeyView = z.output<typeof passkeyView>
type Assertion = z.output<typeof passkeyAssertion>['response']
type Attestation = z.output<typeof passkeyInput>['response']

/** Where the browser must have been. */
export interface Site {
  /** The relying party: a host name. */
  readonly id: string
  readonly origin: string
}

interface Owner {
  readonly id: string
  readonly name: string
}

const MOST = 20
const storedCredential = z.object({
  id: z.string(),
  publicKey: z.string(),
  transports: z.array(z.string()),
})

/** Loaded when it is first asked for: it brings some 60 files. */
const webauthn = () => import('@simplewebauthn/server')

/** What `navigator.credentials.create` is called with. */
export async function creationOptions(
  tx: Tx,
  {
    owner,
    site,
    challenge,
  }: { readonly owner: Owner; readonly site: Site; readonly challenge: Uint8Array<ArrayBuffer> },
): Promise<object> {
  const { generateRegistrationOptions } = await webauthn()
  const known = await tx.db.selectFrom('passkey').selectAll().where('account_id', '=', owner.id).execute()
  return generateRegistrationOptions({
    rpName: 'Freehold',
    rpID: site.id,
    userName: owner.name,
    userID: Buffer.from(owner.id),
    challenge,
    attestationType: 'none',
    excludeCredentials: known.map((row) => ({ id: credentialOf(tx, row).id })),
    // Found by the authenticator itself, and only after it knows who holds it.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

/** What `navigator.credentials.get` is called with. */
export async function requestOptions(site: Site, challenge: Uint8Array<ArrayBuffer>): Promise<object> {
  const { generateAuthenticationOptions } = await webauthn()
  return generateAuthenticationOptions({ rpID: site.id, challenge, userVerification: 'required' })
}

/** Keeps a passkey that the browser made. @throws Fault `invalid`, `conflict` */
export async function addPasskey(
  tx: Tx,
  sent: { readonly name: string; readonly response: Attestation },
  by: Around & { readonly owner: Owner; readonly request: string },
): Promise<PasskeyView> {
  const made = await attested(sent.response, by)
  await useUp(tx, challengeOf(sent.response.response.clientDataJSON), by.nowMs)
  const { count } = await tx.db
    .selectFrom('passkey')
    .select((all) => all.fn.countAll<string>().as('count'))
    .where('account_id', '=', by.owner.id)
    .executeTakeFirstOrThrow()
  if (Number(count) >= MOST)
    throw new Fault('conflict', `Nobody has more than ${MOST} passkeys. Remove one first.`)
  const { id: credential, publicKey, counter, transports = [] } = made.credential
  const id = uuidV7(by.nowMs)
  const { dek, seal } = sealer(tx, { table: 'passkey', row: id })
  const kept = { id: credential, publicKey: Buffer.from(publicKey).toString('base64url'), transports }
  const row = {
    tenant_id: tx.tenant,
    id,
    account_id: by.owner.id,
    credential_hash: hash('sha256', credential, 'buffer'),
    dek,
    name_sealed: seal('name_sealed', sent.name),
    credential_sealed: seal('credential_sealed', JSON.stringify(kept)),
    counter,
    created_at: new Date(by.nowMs),
  }
  try {
    await tx.db.insertInto('passkey').values(row).execute()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Fault('conflict', 'This passkey is kept already.', { param: 'response' })
  }
  await audit.append(tx, {
    action: 'passkey.added',
    actor: by.owner.id,
    subject: id,
    request: by.request,
    detail: { backedUp: made.credentialBackedUp },
  })
  return { id, name: sent.name, createdAt: row.created_at.toISOString(), usedAt: null }
}

/** Oldest first. */
export async function listPasskeys(tx: Tx, account: string): Promise<PasskeyView[]> {
  const rows = await tx.db
    .selectFrom('passkey')
    .selectAll()
    .where('account_id', '=', account)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: unseal(tx, row, { table: 'passkey', column: 'name_sealed' }, row.name_sealed),
    createdAt: row.created_at.toISOString(),
    usedAt: row.used_at?.toISOString() ?? null,
  }))
}

/** @throws Fault `not_found` */
export async function removePasskey(
  tx: Tx,
  id: string,
  by: { readonly account: string; readonly request: string },
): Promise<void> {
  const { numDeletedRows } = await tx.db
    .deleteFrom('passkey')
    .where('id', '=', id)
    .where('account_id', '=', by.account)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw new Fault('not_found', 'You have no such passkey.', { param: 'id' })
  await audit.append(tx, {
    action: 'passkey.removed',
    actor: by.account,
    subject: id,
    request: by.request,
    detail: {},
  })
}

/** What is needed to check an answer of the browser. */
interface Around {
  readonly site: Site
  readonly challenges: Challenges
  readonly nowMs: number
}

/** The account whose passkey answered. @throws Fault `wrong_login`, the same whatever was wrong */
export async function accountOfPasskey(tx: Tx, response: Assertion, around: Around): Promise<string> {
  const row = await tx.db
    .selectFrom('passkey')
    .selectAll()
    .where('credential_hash', '=', hash('sha256', response.id, 'buffer'))
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw unknownPasskey()
  const { id, publicKey } = credentialOf(tx, row)
  const credential: WebAuthnCredential = {
    id,
    publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')),
    counter: Number(row.counter),
  }
  const counter = await asserted(response, credential, around)
  await useUp(tx, challengeOf(response.response.clientDataJSON), around.nowMs)
  await tx.db
    .updateTable('passkey')
    .set({ counter, used_at: new Date(around.nowMs) })
    .where('id', '=', row.id)
    .execute()
  return row.account_id
}

async function attested(
  response: Attestation,
  { site, challenges, nowMs, owner }: Around & { readonly owner: Owner },
): Promise<NonNullable<VerifiedRegistrationResponse['registrationInfo']>> {
  const { verifyRegistrationResponse } = await webauthn()
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: asJson(response),
      expectedChallenge: (challenge) => challenges.isOurs(`passkey-add ${owner.id}`, challenge, nowMs),
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
    })
    if (registrationInfo !== undefined) return registrationInfo
  } catch (error) {
    throw new Fault('invalid', 'The answer of the authenticator does not hold. Try again.', {
      param: 'response',
      cause: error,
    })
  }
  throw new Fault('invalid', 'The answer of the authenticator does not hold. Try again.', {
    param: 'response',
  })
}

/** The new counter. */
async function asserted(
  response: Assertion,
  credential: WebAuthnCredential,
  { site, challenges, nowMs }: Around,
): Promise<number> {
  const { verifyAuthenticationResponse } = await webauthn()
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: asJson(response),
      expectedChallenge: (challenge) => challenges.isOurs('passkey-enter', challenge, nowMs),
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      credential,
      requireUserVerification: true,
    })
    if (verified) return authenticationInfo.newCounter
  } catch {
    // Told as any other wrong one.
  }
  throw unknownPasskey()
}

const unknownPasskey = (): Fault =>
  new Fault('wrong_login', 'This passkey does not open an account here, or its answer does not hold.')

/** The parsed form has `undefined` where the library's types have nothing. */
const asJson = (value: object) => JSON.parse(JSON.stringify(value))

const clientData = z.object({ challenge: z.string() })

/** It was verified before. */
const challengeOf = (clientDataJson: string): string =>
  clientData.parse(JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8'))).challenge

function credentialOf(tx: Tx, row: Selectable<PasskeyTable>): z.output<typeof storedCredential> {
  const text = unseal(tx, row, { table: 'passkey', column: 'credential_sealed' }, row.credential_sealed)
  return storedCredential.parse(JSON.parse(text))
}
