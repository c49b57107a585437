import { sql } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Place, Store, TenantId } from '../../store/store.ts'
import type { SkillStorage } from '../runner.ts'

const LONGEST_KEY = 512
const MOST_ITEMS = 10_000

const place = (row: string, column: string): Place => ({ table: 'skill_item', row, column })

/** What a skill keeps between calls, for one tenant, within the bytes that it declared. */
export function storageOf(
  store: Pick<Store, 'withTenant'>,
  { tenant, skill, bytes }: { readonly tenant: TenantId; readonly skill: string; readonly bytes: number },
): SkillStorage {
  const refused = (): Fault =>
    new Fault('too_large', `The skill "${skill}" may keep ${bytes} bytes, and this would be more.`)
  return {
    get: (key) =>
      store.withTenant({ tenant }, async ({ db, keys }) => {
        const row = await db
          .selectFrom('skill_item')
          .select(['id', 'dek', 'item_sealed'])
          .where('skill', '=', skill)
          .where('key_index', '=', keys.blind('skill.item', `${skill} ${key}`))
          .executeTakeFirst()
        if (row === undefined) return null
        const opened = keys
          .openDek(place(row.id, 'dek'), row.dek)
          .open(place(row.id, 'item_sealed'), row.item_sealed)
        return opened.toString('utf8')
      }),
    async set(key, value) {
      const size = Buffer.byteLength(key) + (value === null ? 0 : Buffer.byteLength(value))
      if (Buffer.byteLength(key) > LONGEST_KEY)
        throw new Fault('too_large', `A key has at most ${LONGEST_KEY} bytes.`)
      if (value !== null && size > bytes) throw refused()
      await store.withTenant({ tenant }, async ({ db, keys }) => {
        // Two calls at once must not both find room for what is left.
        await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`skill_item ${tenant} ${skill}`}, 0))`.execute(
          db,
        )
        const index = keys.blind('skill.item', `${skill} ${key}`)
        await db.deleteFrom('skill_item').where('skill', '=', skill).where('key_index', '=', index).execute()
        if (value === null) return
        const held = await db
          .selectFrom('skill_item')
          .select(({ fn }) => [
            fn.countAll<string>().as('items'),
            fn.sum<string | null>('size_bytes').as('sum'),
          ])
          .where('skill', '=', skill)
          .executeTakeFirstOrThrow()
        if (Number(held.sum ?? 0) + size > bytes || Number(held.items) >= MOST_ITEMS) throw refused()
        const id = uuidV7()
        const { dek, wrapped } = keys.newDek(place(id, 'dek'))
        await db
          .insertInto('skill_item')
          .values({
            tenant_id: tenant,
            id,
            skill,
            key_index: index,
            dek: wrapped,
            item_sealed: dek.seal(place(id, 'item_sealed'), Buffer.from(value, 'utf8')),
            size_bytes: size,
          })
          .execute()
      })
    },
  }
}
