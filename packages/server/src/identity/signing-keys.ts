import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { jwks } from '@freehold/contract/requests.ts'
import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import * as audit from '../audit/audit.ts'
import type { Store, Tx } from '../store/store.ts'
import type { SigningKeyTable } from '../store/tables.ts'

/** RFC 7517. */
export type Jwks = z.output<typeof jwks>
type PublicJwk = Jwks['keys'][number]

/** Signs with one Ed25519 key, which `kid` names. */
export interface Signer {
  readonly kid: string
  readonly sign: (text: Buffer) => Buffer
}

interface SigningKey extends Signer {
  readonly jwk: PublicJwk
}

/** Any number of ours; of replicas that start at once the first makes the key and the others find it. */
const LOCK = 4_600_300
/** The length of SubjectPublicKeyInfo before the 32 bytes of an Ed25519 key (RFC 8410 section 4). */
const SPKI_HEADER_BYTES = 12

/** The keys of an installation. */
export interface SigningKeys {
  /** Signs with the newest key. */
  readonly signer: Signer
  /** Every key a target may meet a signature of. */
  readonly jwks: Jwks
}

/** Reads the signing keys; makes the first one where there is none. */
export async function openSigningKeys(store: Store): Promise<SigningKeys> {
  const keys = await store.withTenant({ tenant: store.home }, async (tx) => {
    await makeFirst(tx)
    const rows = await tx.db
      .selectFrom('signing_key')
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map((row) => openKey(tx, row))
  })
  const newest = keys.at(-1)
  if (!newest) throw new Error('the first signing key was made and is not there')
  return { signer: newest, jwks: { keys: keys.map(({ jwk }) => jwk) } }
}

async function makeFirst(tx: Tx): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${LOCK}, hashtext(${tx.tenant}))`.execute(tx.db)
  const present = await tx.db.selectFrom('signing_key').select('id').limit(1).executeTakeFirst()
  if (present) return
  const pair = generateKeyPairSync('ed25519')
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEADER_BYTES)
  const privateKey = pair.privateKey.export({ format: 'der', type: 'pkcs8' })
  const id = thumbprint(publicKey)
  const { dek, wrapped } = tx.keys.newDek({ table: 'signing_key', row: id, column: 'dek' })
  await tx.db
    .insertInto('signing_key')
    .values({
      tenant_id: tx.tenant,
      id,
      dek: wrapped,
      private_sealed: dek.seal({ table: 'signing_key', row: id, column: 'private_sealed' }, privateKey),
      public_key: publicKey,
    })
    .execute()
  privateKey.fill(0)
  await audit.append(tx, { action: 'signing_key.created', actor: 'system', subject: id, detail: {} })
}

/** @throws Error when the row's public key is not that of its sealed private one: it would be published in vain. */
function openKey(tx: Tx, row: Selectable<SigningKeyTable>): SigningKey {
  const { id } = row
  const dek = tx.keys.openDek({ table: 'signing_key', row: id, column: 'dek' }, row.dek)
  const der = dek.open({ table: 'signing_key', row: id, column: 'private_sealed' }, row.private_sealed)
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  const own = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEADER_BYTES)
  if (!own.equals(row.public_key) || thumbprint(own) !== id) {
    throw new Error('a signing key of the database does not fit its public half')
  }
  return {
    kid: id,
    sign: (text) => sign(null, text, key),
    jwk: { kty: 'OKP', crv: 'Ed25519', x: own.toString('base64url'), kid: id, use: 'sig', alg: 'EdDSA' },
  }
}

/** RFC 7638 section 3 with the members that RFC 8037 section 2 requires, in lexical order. */
function thumbprint(publicKey: Buffer): string {
  const members = `{"crv":"Ed25519","kty":"OKP","x":"${publicKey.toString('base64url')}"}`
  return createHash('sha256').update(members).digest('base64url')
}
