import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { sql } from 'kysely'
import type { Place, Store, Tx } from '../../store/store.ts'
import { logKey } from './note.ts'
import type { NoteSigner } from './note.ts'

/** Any number of ours: of replicas that start at once the first makes the key and the others find it. */
const LOCK = 4_600_400
/** The length of SubjectPublicKeyInfo before the 32 bytes of an Ed25519 key (RFC 8410 section 4). */
const SPKI_HEADER_BYTES = 12

/** There are checkpoints, but not the key that signed them. */
export class LogKeyMissing extends Error {}

/**
 * The key that signs the checkpoints of this installation. Who reads the database cannot use it: it is sealed under
 * the home tenant's keys, and those under the root key.
 * @throws LogKeyMissing
 */
export function openLogKey(store: Store): Promise<NoteSigner> {
  return store.withTenant({ tenant: store.home }, async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(tx.db)
    const origin = `freehold/${store.home}`
    const read = () =>
      tx.db.selectFrom('audit_key').selectAll().orderBy('created_at').limit(1).executeTakeFirst()
    let row = await read()
    if (!row) {
      await makeKey(tx)
      row = await read()
    }
    if (!row) throw new Error('the key of the audit log was made and is not there')
    const dek = tx.keys.openDek(placeOf(row.id, 'dek'), row.dek)
    const der = dek.open(placeOf(row.id, 'private_sealed'), row.private_sealed)
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    der.fill(0)
    const own = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEADER_BYTES)
    if (!own.equals(row.public_key)) throw new Error('the key of the audit log does not fit its public half')
    return { key: logKey(origin, own), sign: (text) => sign(null, text, key) }
  })
}

const placeOf = (id: string, column: string): Place => ({ table: 'audit_key', row: id, column })

async function makeKey(tx: Tx): Promise<void> {
  const signed = await tx.db.selectFrom('audit_checkpoint').select('size').limit(1).executeTakeFirst()
  if (signed) throw new LogKeyMissing('the key of the audit log is gone, but its checkpoints are there')
  const pair = generateKeyPairSync('ed25519')
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEADER_BYTES)
  const privateKey = pair.privateKey.export({ format: 'der', type: 'pkcs8' })
  const id = publicKey.toString('base64url')
  const { dek, wrapped } = tx.keys.newDek(placeOf(id, 'dek'))
  await tx.db
    .insertInto('audit_key')
    .values({
      tenant_id: tx.tenant,
      id,
      dek: wrapped,
      private_sealed: dek.seal(placeOf(id, 'private_sealed'), privateKey),
      public_key: publicKey,
    })
    .execute()
  privateKey.fill(0)
}
