import { sql } from 'kysely'
import { append } from '../../audit/audit.ts'
import type { KeyValue } from '../../store/keys/sealed-tables.ts'
import { unpacked } from '../../store/keys/packing.ts'
import { rowName } from '../../store/keys/sealed-tables.ts'
import { PLAIN_COLUMNS } from '../../store/plain-columns.ts'
import type { Dek, KeyRing, Store, TenantId, Tx } from '../../store/store.ts'
import type { Tables } from '../../store/tables.ts'
import { HANDED_OUT } from './own-tables.ts'

const ROWS = 500
/** Of rows that hold whole documents. */
const SEALED_ROWS = 10

type Row = Readonly<Record<string, unknown>>
type Table = (typeof HANDED_OUT)[number] & Pick<Exporting, 'openText' | 'sealedAway'>

export interface Exporting {
  readonly tenant: TenantId
  readonly slug: string | null
  readonly actor: string
  readonly request: string
  /** What is stored of a document's text is for its own room to put together. */
  readonly openText: (keys: KeyRing, row: StoredText) => string
  /** What is sealed in a row of the table `under` which this one belongs to, where it does not lie in its own. */
  readonly sealedAway: (tx: Tx, above: string, row: string) => Promise<Buffer>
  /** Of whoever asks: what another tenant's operator takes stands in that record too. */
  readonly by: TenantId
}

/** Records that it is handed out, then hands it out. Without the record nothing leaves. */
export async function exportTenant(store: Store, exporting: Exporting): Promise<AsyncIterable<string>> {
  const { tenant, actor, request, by } = exporting
  for (const where of new Set([by, tenant])) {
    await store.withTenant({ tenant: where }, (tx) =>
      append(tx, { action: 'tenant.exported', actor, request, subject: tenant, detail: {} }),
    )
  }
  return linesOf(store, exporting)
}

/** JSON lines: what it is, rows and files, and how many there were, by which a whole archive is known. */
async function* linesOf(
  store: Store,
  { tenant, slug, openText, sealedAway }: Exporting,
): AsyncGenerator<string> {
  yield line({ freehold: 'tenant', format: 1, tenant, slug, at: new Date().toISOString() })
  let rows = 0
  for (const table of HANDED_OUT) {
    let after: readonly unknown[] | null = null
    do {
      const page: Page = await store.withTenant({ tenant }, (tx) =>
        pageOf(tx, { ...table, openText, sealedAway }, after),
      )
      for (const said of page.said) yield line({ table: table.table, row: said })
      for (const file of page.files) yield line(await fileOf(store, tenant, file))
      rows += page.said.length
      after = page.last
    } while (after !== null)
  }
  yield line({ end: true, rows })
}

const line = (said: object): string => `${JSON.stringify(said)}\n`

interface StoredText {
  readonly id: string
  readonly dek: Buffer
  readonly meta_sealed: Buffer
  readonly text_sealed: Buffer
}

interface OriginalFile {
  readonly table: keyof Tables
  readonly id: string
  readonly blob: string
  readonly dek: Dek
}

interface Page {
  readonly said: readonly Row[]
  readonly files: readonly OriginalFile[]
  /** The key of its last row; null where there are no more. */
  readonly last: readonly unknown[] | null
}

async function pageOf(
  tx: Tx,
  { table, key, sealed = [], isPacked, under, isAway, openText, sealedAway }: Table,
  after: readonly unknown[] | null,
): Promise<Page> {
  const plain = (PLAIN_COLUMNS[table] ?? []).filter((column) => column !== 'tenant_id')
  const columns = new Set([...plain, ...key, ...sealed, ...(sealed.length > 0 && !under ? ['dek'] : [])])
  const most = sealed.length > 0 ? SEALED_ROWS : ROWS
  const named = (names: Iterable<string>) => sql.join([...names].map((name) => sql.ref(name)))
  const dekOf = under
    ? sql`, (SELECT dek FROM ${sql.table(under.table)} above WHERE above.id = ${sql.table(table)}.${sql.ref(under.column)}) AS dek`
    : sql``
  const { rows } = await sql<Row>`SELECT ${named(columns)} ${dekOf} FROM ${sql.table(table)}
    ${after === null ? sql`` : sql`WHERE (${named(key)}) > (${sql.join(after)})`}
    ORDER BY ${named(key)} LIMIT ${most}`.execute(tx.db)
  const said: Row[] = []
  const files: OriginalFile[] = []
  for (const row of rows) {
    // One key column names the row in the places of its ciphertexts.
    const name = rowName(row[key[0] ?? ''] as KeyValue)
    const { dek } = row
    const keyed = under
      ? { table: under.table, row: String(row[under.column]), column: 'dek' }
      : { table, row: name, column: 'dek' }
    const opener = Buffer.isBuffer(dek) ? tx.keys.openDek(keyed, dek) : null
    const shown: Record<string, unknown> = Object.fromEntries(plain.map((column) => [column, row[column]]))
    const isDocument = isText(row)
    for (const column of sealed) {
      const bytes = isAway && row[column] === null ? await sealedAway(tx, keyed.row, name) : row[column]
      // The text of a document lies in pieces.
      if (!Buffer.isBuffer(bytes) || opener === null || (isDocument && column === 'text_sealed')) continue
      const opened = await opener.openLarge({ table, row: name, column }, bytes)
      shown[column.replace(/_sealed$/, '')] = textOf(isPacked ? await unpacked(opened) : opened)
    }
    if (isDocument) shown['text'] = openText(tx.keys, row)
    said.push(shown)
    const blob = row['blob_key']
    if (typeof blob === 'string' && opener !== null) files.push({ table, id: name, blob, dek: opener })
  }
  const last = rows.length < most ? undefined : rows.at(-1)
  return { said, files, last: last === undefined ? null : key.map((column) => last[column]) }
}

const isText = (row: Row): row is Row & StoredText =>
  typeof row['id'] === 'string' &&
  ['dek', 'meta_sealed', 'text_sealed'].every((column) => Buffer.isBuffer(row[column]))

async function fileOf(
  store: Store,
  tenant: TenantId,
  { table, id, blob, dek }: OriginalFile,
): Promise<object> {
  const sealed = await store.blobs.get(tenant, blob)
  const bytes = await dek.openLarge({ table, row: id, column: 'blob' }, sealed)
  return { file: { [table]: id, base64: bytes.toString('base64') } }
}

/** What is no text is told apart from it. */
function textOf(bytes: Buffer): unknown {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : { base64: bytes.toString('base64') }
}
