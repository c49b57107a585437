import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { jwks } from '@freehold/contract/requests.ts'
import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import * as audit from '../audit/audit.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Store, Tx } from '../store/store.ts'
import type { SigningKeyTable } from '../store/tables.ts'

/** RFC 7517. */
export type Jwks = z.output<typeof jwks>
type PublicJwk = Jwks['keys'][number]

const DAY_MS = 24 * 60 * 60_000
export const ROTATE_EVERY_MS = 30 * DAY_MS
/** A key is shown for a day before it signs: whoever keeps our keys may keep them that long. */
export const AHEAD_MS = DAY_MS
/** And for a day after it last signed, though what it signed lives for minutes. */
export const BEHIND_MS = DAY_MS

/** Signs with one Ed25519 key, which `kid` names. */
export interface Signer {
  readonly kid: string
  readonly sign: (text: Buffer) => Buffer
}

/** One key of ours: it signs, and tells what it has signed. */
export interface SigningKey extends Signer {
  readonly jwk: PublicJwk
  readonly verify: (text: Buffer, signature: Buffer) => boolean
}

interface Dated extends SigningKey {
  readonly createdMs: number
}

/** Any number of ours; of replicas that start or rotate at once the first makes the key and the others find it. */
const LOCK = 4_600_300
/** The length of SubjectPublicKeyInfo before the 32 bytes of an Ed25519 key (RFC 8410 section 4). */
const SPKI_HEADER_BYTES = 12

/** The keys of an installation. A new one is made every thirty days, shown before it signs and after it did. */
export class SigningKeys {
  readonly #store: Store
  readonly #clock: Clock
  #keys: readonly Dated[] = []
  #jwks: Jwks = { keys: [] }

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Reads them, makes the one that is due and deletes what nobody needs any more. */
  async refresh(): Promise<void> {
    const now = this.#clock.now()
    const keys = await this.#store.withTenant({ tenant: this.#store.home }, (tx) => turn(tx, now))
    if (keys.length === 0) throw new Error('the first signing key was made and is not there')
    if (keys.map(({ kid }) => kid).join() === this.#keys.map(({ kid }) => kid).join()) return
    this.#keys = keys
    this.#jwks = { keys: keys.map(({ jwk }) => jwk) }
  }

  /** The newest that has been shown for long enough. */
  get signer(): SigningKey {
    const now = this.#clock.now()
    const [first] = this.#keys
    const key = this.#keys.findLast((_, at) => signsFromMs(this.#keys, at) <= now) ?? first
    if (!key) throw new Error('the signing keys were not read')
    return key
  }

  /** Every key a target may meet a signature of; the same object until they change. */
  get jwks(): Jwks {
    return this.#jwks
  }

  /** Undefined where none of ours has this name. */
  find(kid: string): SigningKey | undefined {
    return this.#keys.find((key) => key.kid === kid)
  }
}

/** Reads the signing keys; makes the first one where there is none. */
export async function openSigningKeys(store: Store, clock: Clock): Promise<SigningKeys> {
  const keys = new SigningKeys(store, clock)
  await keys.refresh()
  return keys
}

/** The first of an installation signs at once: nobody knows another. */
const signsFromMs = (keys: readonly { readonly createdMs: number }[], at: number): number =>
  (keys[at]?.createdMs ?? 0) + (at === 0 ? 0 : AHEAD_MS)

async function turn(tx: Tx, nowMs: number): Promise<readonly Dated[]> {
  await sql`SELECT pg_advisory_xact_lock(${LOCK}, hashtext(${tx.tenant}))`.execute(tx.db)
  let keys = await readKeys(tx)
  const newest = keys.at(-1)
  if (!newest || newest.createdMs + ROTATE_EVERY_MS <= nowMs) {
    await makeKey(tx, nowMs)
    keys = await readKeys(tx)
  }
  const over = keys.filter((_, at) => at + 1 < keys.length && signsFromMs(keys, at + 1) + BEHIND_MS <= nowMs)
  for (const { kid } of over) {
    await tx.db.deleteFrom('signing_key').where('id', '=', kid).execute()
    await audit.append(tx, { action: 'signing_key.retired', actor: 'system', subject: kid, detail: {} })
  }
  return keys.filter((key) => !over.includes(key))
}

async function readKeys(tx: Tx): Promise<readonly Dated[]> {
  const rows = await tx.db.selectFrom('signing_key').selectAll().orderBy('created_at').orderBy('id').execute()
  return rows.map((row) => openKey(tx, row))
}

async function makeKey(tx: Tx, nowMs: number): Promise<void> {
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
      created_at: new Date(nowMs),
    })
    .execute()
  privateKey.fill(0)
  await audit.append(tx, { action: 'signing_key.created', actor: 'system', subject: id, detail: {} })
}

/** @throws Error when the row's public key is not that of its sealed private one: it would be published in vain. */
function openKey(tx: Tx, row: Selectable<SigningKeyTable>): Dated {
  const { id } = row
  const dek = tx.keys.openDek({ table: 'signing_key', row: id, column: 'dek' }, row.dek)
  const der = dek.open({ table: 'signing_key', row: id, column: 'private_sealed' }, row.private_sealed)
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  const publicKey = createPublicKey(key)
  const own = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEADER_BYTES)
  if (!own.equals(row.public_key) || thumbprint(own) !== id) {
    throw new Error('a signing key of the database does not fit its public half')
  }
  return {
    kid: id,
    createdMs: row.created_at.getTime(),
    sign: (text) => sign(null, text, key),
    verify: (text, signature) => verify(null, text, publicKey, signature),
    jwk: { kty: 'OKP', crv: 'Ed25519', x: own.toString('base64url'), kid: id, use: 'sig', alg: 'EdDSA' },
  }
}

/** RFC 7638 section 3 with the members that RFC 8037 section 2 requires, in lexical order. */
function thumbprint(publicKey: Buffer): string {
  const members = `{"crv":"Ed25519","kty":"OKP","x":"${publicKey.toString('base64url')}"}`
  return createHash('sha256').update(members).digest('base64url')
}
