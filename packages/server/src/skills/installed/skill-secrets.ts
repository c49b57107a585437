import { append } from '../../audit/audit.ts'
import { Fault } from '../../kernel/fault.ts'
import { Secret } from '../../kernel/secret.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Place, Store, TenantId, Tx } from '../../store/store.ts'
import type { By } from './acting.ts'

const place = (row: string, column: string): Place => ({ table: 'skill_secret', row, column })

/** What the broker adds to requests. Nobody is shown one again; those in use are kept in memory until something changes. */
export class SkillSecrets {
  readonly #store: Pick<Store, 'withTenant'>
  readonly #known = new Map<string, Promise<ReadonlyMap<string, Secret<string>>>>()

  constructor(store: Pick<Store, 'withTenant'>) {
    this.#store = store
  }

  /** Null where nobody has stored it. */
  async read(tenant: TenantId, skill: string, name: string): Promise<Secret<string> | null> {
    const key = `${tenant} ${skill}`
    const reading = this.#known.get(key) ?? this.#read(tenant, skill)
    this.#known.set(key, reading)
    try {
      return (await reading).get(name) ?? null
    } catch (error) {
      this.#known.delete(key)
      throw error
    }
  }

  /** Something of the tenant's skills was changed. */
  forget(tenant: TenantId): void {
    for (const key of this.#known.keys()) if (key.startsWith(`${tenant} `)) this.#known.delete(key)
  }

  #read(tenant: TenantId, skill: string): Promise<ReadonlyMap<string, Secret<string>>> {
    return this.#store.withTenant({ tenant }, async ({ db, keys }) => {
      const rows = await db.selectFrom('skill_secret').selectAll().where('skill', '=', skill).execute()
      return new Map(
        rows.map(({ id, name, dek, value_sealed: sealed }) => [
          name,
          new Secret(
            keys.openDek(place(id, 'dek'), dek).open(place(id, 'value_sealed'), sealed).toString('utf8'),
          ),
        ]),
      )
    })
  }
}

/** Stores it in place of the one before. */
export async function putSecret(
  tx: Tx,
  { caller, commit }: By,
  secret: SecretName,
  value: string,
): Promise<void> {
  const id = uuidV7()
  const { dek, wrapped } = tx.keys.newDek(place(id, 'dek'))
  await tx.db
    .deleteFrom('skill_secret')
    .where('skill', '=', secret.skill)
    .where('name', '=', secret.name)
    .execute()
  await tx.db
    .insertInto('skill_secret')
    .values({
      tenant_id: tx.tenant,
      id,
      ...secret,
      dek: wrapped,
      value_sealed: dek.seal(place(id, 'value_sealed'), Buffer.from(value, 'utf8')),
      creator: caller.principal.id,
    })
    .execute()
  await append(tx, {
    action: 'skill.secret_set',
    actor: caller.principal.id,
    subject: secret.skill,
    ...commit,
    detail: { secret: secret.name },
  })
}

/** @throws Fault `not_found` */
export async function dropSecret(tx: Tx, { caller, commit }: By, secret: SecretName): Promise<void> {
  const { numDeletedRows } = await tx.db
    .deleteFrom('skill_secret')
    .where('skill', '=', secret.skill)
    .where('name', '=', secret.name)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw new Fault('not_found', 'There is no such secret.', { param: 'secret' })
  await append(tx, {
    action: 'skill.secret_forgotten',
    actor: caller.principal.id,
    subject: secret.skill,
    ...commit,
    detail: { secret: secret.name },
  })
}

interface SecretName {
  readonly skill: string
  readonly name: string
}
