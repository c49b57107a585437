import type { upgradeException, upgradeExceptionView } from '@freehold/contract/skills.ts'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Place, Store } from '../../store/store.ts'
import type { By } from '../installed/acting.ts'

type View = z.output<typeof upgradeExceptionView>

const MOST_LISTED = 500
const place = (row: string, column: string): Place => ({ table: 'skill_exception', row, column })

/** What upgrades may break all the same: decisions of administrators, with their reasons. */
export class UpgradeExceptions {
  readonly #store: Pick<Store, 'withTenant'>

  constructor(store: Pick<Store, 'withTenant'>) {
    this.#store = store
  }

  /** Newest first. */
  list({ caller }: Pick<By, 'caller'>): Promise<View[]> {
    return this.#store.withTenant(caller, async ({ db, keys }) => {
      const rows = await db
        .selectFrom('skill_exception')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(MOST_LISTED)
        .execute()
      return rows.map((row) => ({
        finding: row.finding.toString('hex'),
        skill: row.skill,
        reason: keys
          .openDek(place(row.id, 'dek'), row.dek)
          .open(place(row.id, 'reason_sealed'), row.reason_sealed)
          .toString('utf8'),
        by: row.creator,
        at: row.created_at.toISOString(),
      }))
    })
  }

  /** In the place of an earlier decision about the same. */
  add({ caller, commit }: By, asked: z.output<typeof upgradeException>): Promise<View> {
    return this.#store.withTenant(caller, async ({ db, keys, tenant }) => {
      const id = uuidV7()
      const finding = Buffer.from(asked.finding, 'hex')
      const { dek, wrapped } = keys.newDek(place(id, 'dek'))
      await db.deleteFrom('skill_exception').where('finding', '=', finding).execute()
      const row = await db
        .insertInto('skill_exception')
        .values({
          tenant_id: tenant,
          id,
          finding,
          skill: asked.skill,
          dek: wrapped,
          reason_sealed: dek.seal(place(id, 'reason_sealed'), Buffer.from(asked.reason, 'utf8')),
          creator: caller.principal.id,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      await append(
        { db, keys, tenant },
        {
          action: 'upgrade.excepted',
          actor: caller.principal.id,
          subject: asked.skill,
          ...commit,
          detail: { finding: asked.finding },
        },
      )
      return { ...asked, by: row.creator, at: row.created_at.toISOString() }
    })
  }
}
