import type { DictionaryEntry, DictionaryView } from '@freehold/contract/dictionaries.ts'
import {
  MOST_DICTIONARIES,
  MOST_PATTERNS,
  MOST_TERM_CHARACTERS,
  MOST_TERMS,
} from '@freehold/contract/dictionaries.ts'
import { sql } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { CheckedEntries } from '../../privacy/dictionary/entries.ts'
import { entryOfLine } from '../../privacy/dictionary/entries.ts'
import type { Place, Tx } from '../../store/store.ts'

const TABLE = 'dictionary'
const LINE_END = 10
/** The driver decodes a value in one piece, so a large one is asked for in slices: about a millisecond each. */
const SLICE_BYTES = 512 * 1024
const SHOWN = ['name', 'version', 'term_values', 'term_patterns', 'changed_at'] as const

const SEALED_BYTES = sql<number>`octet_length(terms_sealed)`.as('sealed_bytes')

const place = (name: string, column: string): Place => ({ table: TABLE, row: name, column })

interface ShownRow {
  readonly name: string
  readonly version: number
  readonly term_values: number
  readonly term_patterns: number
  readonly changed_at: Date
}

const viewOf = (row: ShownRow): DictionaryView => ({
  name: row.name,
  version: row.version,
  values: row.term_values,
  patterns: row.term_patterns,
  changedAt: row.changed_at.toISOString(),
})

/** In the order of their names. */
export async function listDictionaries({ db }: Tx): Promise<DictionaryView[]> {
  return (await db.selectFrom(TABLE).select(SHOWN).orderBy('name').execute()).map(viewOf)
}

/** How often the tenant's dictionaries changed. */
export async function readChanges({ db }: Tx): Promise<bigint> {
  const row = await db.selectFrom('dictionary_change').select('changes').executeTakeFirst()
  return BigInt(row?.changes ?? 0)
}

/** All changes of a tenant follow one another from here to the end of the transaction. */
async function countChange({ db, tenant }: Tx): Promise<void> {
  await db
    .insertInto('dictionary_change')
    .values({ tenant_id: tenant, changes: '1' })
    .onConflict((conflict) =>
      conflict
        .column('tenant_id')
        .doUpdateSet({ changes: sql`dictionary_change.changes + 1`, at: sql`clock_timestamp()` }),
    )
    .execute()
}

/** @throws Fault `invalid` where the tenant would have more than is taken */
export async function writeDictionary(
  tx: Tx,
  name: string,
  checked: CheckedEntries,
): Promise<DictionaryView> {
  await countChange(tx)
  await requireFitting(tx, name, checked)
  const { dek, wrapped } = tx.keys.newDek(place(name, 'dek'))
  const row = {
    term_values: checked.values,
    term_patterns: checked.patterns,
    characters: checked.characters,
    dek: wrapped,
    terms_sealed: await dek.sealLarge(place(name, 'terms_sealed'), checked.lines),
  }
  const written = await tx.db
    .insertInto(TABLE)
    .values({ tenant_id: tx.tenant, name, version: 1, ...row })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'name'])
        .doUpdateSet({ ...row, version: sql`dictionary.version + 1`, changed_at: sql`clock_timestamp()` }),
    )
    .returning(SHOWN)
    .executeTakeFirstOrThrow()
  return viewOf(written)
}

async function requireFitting({ db }: Tx, name: string, checked: CheckedEntries): Promise<void> {
  const { others, values, patterns, characters } = await db
    .selectFrom(TABLE)
    .select(({ fn }) => [
      fn.countAll<string>().as('others'),
      fn.sum<string | null>('term_values').as('values'),
      fn.sum<string | null>('term_patterns').as('patterns'),
      fn.sum<string | null>('characters').as('characters'),
    ])
    .where('name', '<>', name)
    .executeTakeFirstOrThrow()
  const sums = [
    ['dictionaries', Number(others) + 1, MOST_DICTIONARIES],
    ['values', Number(values) + checked.values, MOST_TERMS],
    ['patterns', Number(patterns) + checked.patterns, MOST_PATTERNS],
    ['characters', Number(characters) + checked.characters, MOST_TERM_CHARACTERS],
  ] as const
  for (const [what, sum, most] of sums) {
    if (sum <= most) continue
    throw new Fault(
      'invalid',
      `entries: all dictionaries together may have ${most} ${what}, and with this one they would have ${sum}.`,
      { param: 'entries' },
    )
  }
}

/** @throws Fault `not_found` */
export async function deleteDictionary(tx: Tx, name: string): Promise<void> {
  const { numDeletedRows } = await tx.db.deleteFrom(TABLE).where('name', '=', name).executeTakeFirst()
  if (numDeletedRows === 0n) throw noDictionary()
  await countChange(tx)
}

const noDictionary = (): Fault =>
  new Fault('not_found', 'There is no dictionary of this name.', { param: 'name' })

interface Page {
  readonly after?: string | undefined
  readonly limit: number
}

/** A dictionary with a page of its terms. @throws Fault `not_found`, and `invalid` for an `after` that is none */
export async function readDictionary(
  tx: Tx,
  name: string,
  { after, limit }: Page,
): Promise<DictionaryView & { readonly entries: DictionaryEntry[]; readonly next: string | null }> {
  const row = await tx.db
    .selectFrom(TABLE)
    .select([...SHOWN, 'dek', SEALED_BYTES])
    .where('name', '=', name)
    .forShare()
    .executeTakeFirst()
  if (row === undefined) throw noDictionary()
  const lines = await opened(tx, row)
  let at = placeAfter(after, row.version, lines)
  const entries: DictionaryEntry[] = []
  while (at < lines.length && entries.length < limit) {
    const end = lines.indexOf(LINE_END, at)
    entries.push(entryOfLine(lines.toString('utf8', at, end)))
    at = end + 1
  }
  const next = at < lines.length ? `${row.version}.${at}` : null
  lines.fill(0)
  return { ...viewOf(row), entries, next }
}

/** A page continues the version in which it began. */
function placeAfter(after: string | undefined, version: number, lines: Buffer): number {
  if (after === undefined) return 0
  const [, said, place] = /^(\d{1,10})\.(\d{1,10})$/.exec(after) ?? []
  const at = Number(place)
  if (Number(said) === version && at < lines.length && lines[at - 1] === LINE_END) return at
  throw new Fault(
    'invalid',
    'after: is not the `next` of an earlier page, or the dictionary was changed since. Begin anew.',
    { param: 'after' },
  )
}

/** The lines of all dictionaries of the tenant, and how often these had changed before they were read. */
export async function readAll(tx: Tx): Promise<{
  readonly changes: bigint
  readonly lists: Buffer[]
  readonly values: number
  readonly patterns: number
}> {
  // First: what is changed in between is read again then, and never missed.
  const changes = await readChanges(tx)
  const rows = await tx.db
    .selectFrom(TABLE)
    .select(['name', 'term_values', 'term_patterns', 'dek', SEALED_BYTES])
    .orderBy('name')
    .forShare()
    .execute()
  const lists: Buffer[] = []
  for (const row of rows) lists.push(await opened(tx, row))
  return {
    changes,
    lists,
    values: rows.reduce((sum, row) => sum + row.term_values, 0),
    patterns: rows.reduce((sum, row) => sum + row.term_patterns, 0),
  }
}

interface SealedRow {
  readonly name: string
  readonly dek: Buffer
  readonly sealed_bytes: number
}

/** Of a row that is locked, so that all slices are of one writing. */
async function opened(tx: Tx, { name, dek, sealed_bytes: bytes }: SealedRow): Promise<Buffer> {
  const slices: Buffer[] = []
  for (let from = 1; from <= bytes; from += SLICE_BYTES) {
    const { slice } = await tx.db
      .selectFrom(TABLE)
      .select(sql<Buffer>`substring(terms_sealed from ${from}::int for ${SLICE_BYTES}::int)`.as('slice'))
      .where('name', '=', name)
      .executeTakeFirstOrThrow()
    slices.push(slice)
  }
  const sealed = Buffer.concat(slices, bytes)
  return tx.keys.openDek(place(name, 'dek'), dek).openLarge(place(name, 'terms_sealed'), sealed)
}
