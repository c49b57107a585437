import { sql } from 'kysely'
import type { Subject, SubjectPart } from '../../store/subject.ts'
import { countOf, SUBJECT_SLICE, subjectPage } from '../../store/subject.ts'
import { openKept } from './stored-vault.ts'

/** Of the person's own, and of those on whose behalf the person's keys asked. */
const own = ({ principals }: Subject) =>
  sql<boolean>`split_part(principal, '/', 1) = ANY (${[...principals]}::text[])`

/** What stands for what in the person's conversations. */
export const ownVault: SubjectPart = {
  kind: 'vault',
  covers: ['privacy_vault.principal', 'privacy_vault.minted_sealed'],
  count: (tx, subject) => countOf(tx, sql`privacy_vault WHERE ${own(subject)}`),
  async read(tx, subject, after) {
    const rows = await tx.db
      .selectFrom('privacy_vault')
      .selectAll()
      .where(own(subject))
      .$if(after !== null, (query) => query.where('conversation_index', '>', Buffer.from(after ?? '', 'hex')))
      .orderBy('conversation_index')
      .limit(SUBJECT_SLICE)
      .execute()
    return subjectPage(
      rows,
      (row) => row.conversation_index.toString('hex'),
      (row) => ({
        createdAt: row.created_at.toISOString(),
        usedAt: row.used_at.toISOString(),
        masked: openKept(tx.keys, row).minted.map(({ placeholder, value }) => ({ placeholder, value })),
      }),
    )
  },
  async erase({ db }, subject) {
    const { numDeletedRows } = await db
      .deleteFrom('privacy_vault')
      .where(own(subject))
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },
}
