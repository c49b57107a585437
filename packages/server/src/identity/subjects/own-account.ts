import { sql } from 'kysely'
import type { Said, SubjectPart, SubjectRoom } from '../../store/subject.ts'
import { authored, countOf, SUBJECT_SLICE, subjectPage } from '../../store/subject.ts'
import { keyName } from '../census.ts'
import { scopesIn } from '../issuer/authorisation-rows.ts'
import { listIdentities } from '../federation/identities.ts'
import { openResource } from '../scim/rows.ts'
import { unseal } from '../sealed-columns.ts'
import { agentOf } from '../sessions.ts'
import { readStandings } from '../standings.ts'

const iso = (at: Date | null): string | null => at?.toISOString() ?? null
const whole = (items: readonly { readonly [name: string]: Said }[]) => ({ items, next: null })
const gone = (result: { readonly numDeletedRows: bigint }): number => Number(result.numDeletedRows)

const sessions: SubjectPart = {
  kind: 'session',
  covers: ['session.account_id', 'session.agent_sealed'],
  count: (tx, { account }) => countOf(tx, sql`session WHERE account_id = ${account}::uuid`),
  async read(tx, { account }) {
    const rows = await tx.db
      .selectFrom('session')
      .selectAll()
      .where('account_id', '=', account)
      .orderBy('id')
      .execute()
    return whole(
      rows.map((row) => ({
        id: row.id,
        method: row.method,
        agent: agentOf(tx, row),
        createdAt: iso(row.created_at),
        seenAt: iso(row.seen_at),
        expiresAt: iso(row.expires_at),
      })),
    )
  },
  erase: async ({ db }, { account }) =>
    gone(await db.deleteFrom('session').where('account_id', '=', account).executeTakeFirstOrThrow()),
}

/** To which applications the person was signed in a moment ago; what of it stays is in the record. */
const authorisations: SubjectPart = {
  kind: 'authorisation',
  covers: ['authorisation.account_id', 'authorisation.request_sealed'],
  count: (tx, { account }) => countOf(tx, sql`authorisation WHERE account_id = ${account}::uuid`),
  async read(tx, { account }) {
    const rows = await tx.db
      .selectFrom('authorisation')
      .selectAll()
      .where('account_id', '=', account)
      .orderBy('id')
      .execute()
    return whole(
      rows.map((row) => ({
        id: row.id,
        application: row.application_id,
        scopes: scopesIn(tx, row),
        createdAt: iso(row.created_at),
        expiresAt: iso(row.expires_at),
      })),
    )
  },
  erase: async ({ db }, { account }) =>
    gone(await db.deleteFrom('authorisation').where('account_id', '=', account).executeTakeFirstOrThrow()),
}

const keys: SubjectPart = {
  kind: 'key',
  covers: ['api_key.creator', 'api_key.name_sealed'],
  count: (tx, { principals }) => countOf(tx, sql`api_key WHERE id = ANY (${[...principals]}::text[])`),
  async read(tx, { principals }, after) {
    const rows = await tx.db
      .selectFrom('api_key')
      .selectAll()
      .where('id', 'in', [...principals])
      .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(SUBJECT_SLICE)
      .execute()
    return subjectPage(
      rows,
      ({ id }) => id,
      (row) => ({
        id: row.id,
        name: keyName(tx, row),
        scopes: row.scopes,
        class: row.class,
        ceiling: row.ceiling,
        createdAt: iso(row.created_at),
        expiresAt: iso(row.expires_at),
        lastUsedAt: iso(row.last_used_at),
        revokedAt: iso(row.revoked_at),
      }),
    )
  },
  erase: async ({ db }, { principals }) =>
    gone(
      await db
        .deleteFrom('api_key')
        .where('id', 'in', [...principals])
        .executeTakeFirstOrThrow(),
    ),
}

const factors: SubjectPart = {
  kind: 'factor',
  covers: [
    'totp.account_id',
    'totp.secret_sealed',
    'recovery_code.account_id',
    'passkey.account_id',
    'passkey.name_sealed',
    'passkey.credential_sealed',
  ],
  count: async (tx, { account }) =>
    (await countOf(tx, sql`totp WHERE account_id = ${account}::uuid`)) +
    (await countOf(tx, sql`recovery_code WHERE account_id = ${account}::uuid`)) +
    (await countOf(tx, sql`passkey WHERE account_id = ${account}::uuid`)),
  async read(tx, { account }) {
    const apps = await tx.db
      .selectFrom('totp')
      .select('created_at')
      .where('account_id', '=', account)
      .execute()
    const passkeys = await tx.db
      .selectFrom('passkey')
      .selectAll()
      .where('account_id', '=', account)
      .orderBy('id')
      .execute()
    return whole([
      ...apps.map((row) => ({ factor: 'authenticator_app', createdAt: iso(row.created_at) })),
      ...passkeys.map((row) => ({
        factor: 'passkey',
        name: unseal(tx, row, { table: 'passkey', column: 'name_sealed' }, row.name_sealed),
        createdAt: iso(row.created_at),
        usedAt: iso(row.used_at),
      })),
    ])
  },
  async erase({ db }, { account }) {
    let erased = 0
    for (const table of ['totp', 'recovery_code', 'passkey'] as const)
      erased += gone(await db.deleteFrom(table).where('account_id', '=', account).executeTakeFirstOrThrow())
    return erased
  },
}

const identities: SubjectPart = {
  kind: 'identity_elsewhere',
  covers: ['federated_identity.account_id', 'federated_identity.identity_sealed'],
  count: (tx, { account }) => countOf(tx, sql`federated_identity WHERE account_id = ${account}::uuid`),
  async read(tx, { account }) {
    return whole(await listIdentities(tx, account))
  },
  erase: async ({ db }, { account }) =>
    gone(
      await db.deleteFrom('federated_identity').where('account_id', '=', account).executeTakeFirstOrThrow(),
    ),
}

/** What a directory elsewhere said of the person. */
const directory: SubjectPart = {
  kind: 'directory',
  covers: ['provisioned_user.account_id', 'provisioned_user.resource_sealed'],
  count: (tx, { account }) => countOf(tx, sql`provisioned_user WHERE account_id = ${account}::uuid`),
  async read(tx, { account }) {
    const rows = await tx.db
      .selectFrom('provisioned_user')
      .select(['account_id as id', 'dek', 'resource_sealed', 'created_at'])
      .where('account_id', '=', account)
      .execute()
    return whole(
      rows.map((row) => ({
        told: openResource(tx, 'provisioned_user', row),
        createdAt: iso(row.created_at),
      })),
    )
  },
  erase: async ({ db }, { account }) =>
    gone(await db.deleteFrom('provisioned_user').where('account_id', '=', account).executeTakeFirstOrThrow()),
}

/** Open links that the person made, or that are for the person. Whom they name besides is not the person's to export. */
const invitations: SubjectPart = {
  kind: 'invitation',
  covers: ['invitation.creator', 'invitation.account_id', 'invitation.name_sealed'],
  count: (tx, { account, principals }) =>
    countOf(
      tx,
      sql`invitation WHERE account_id = ${account}::uuid OR creator = ANY (${[...principals]}::text[])`,
    ),
  async read({ db }, { account, principals }) {
    const rows = await db
      .selectFrom('invitation')
      .select(['id', 'role', 'created_at', 'expires_at'])
      .where((where) =>
        where.or([where('account_id', '=', account), where('creator', 'in', [...principals])]),
      )
      .orderBy('id')
      .execute()
    return whole(
      rows.map(({ id, role, created_at, expires_at }) => ({
        id,
        role,
        createdAt: iso(created_at),
        expiresAt: iso(expires_at),
      })),
    )
  },
  erase: async ({ db }, { account, principals }) =>
    gone(
      await db
        .deleteFrom('invitation')
        .where((where) =>
          where.or([where('account_id', '=', account), where('creator', 'in', [...principals])]),
        )
        .executeTakeFirstOrThrow(),
    ),
}

const account: SubjectPart = {
  kind: 'account',
  covers: [
    'account.id',
    'account.name_sealed',
    'account.password_sealed',
    'group_member.account_id',
    'people_group.name_sealed',
  ],
  count: (tx, subject) => countOf(tx, sql`account WHERE id = ${subject.account}::uuid`),
  async read(tx, subject) {
    const rows = await tx.db.selectFrom('account').selectAll().where('id', '=', subject.account).execute()
    const standings = await readStandings(tx)
    return whole(
      rows.map((row) => ({
        id: row.id,
        name: unseal(tx, row, { table: 'account', column: 'name_sealed' }, row.name_sealed),
        role: row.role,
        groups: standings(row).groups,
        createdAt: iso(row.created_at),
        disabledAt: iso(row.disabled_at),
      })),
    )
  },
  // What hangs on it goes along: places in groups, and whatever was made since its own piece.
  erase: async ({ db }, subject) =>
    gone(await db.deleteFrom('account').where('id', '=', subject.account).executeTakeFirstOrThrow()),
}

/** What the identity centre holds of people. The account goes last: it is how a person is found. */
export const identitySubjects: SubjectRoom = {
  room: 'identity',
  parts: [
    authorisations,
    sessions,
    keys,
    factors,
    identities,
    directory,
    authored('policies', 'policy_version'),
    invitations,
    account,
  ],
}
