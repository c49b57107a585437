interface Answer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  readonly isCut: boolean
}
interface Host {
  sql(question: { url: string; text: string; values: readonly unknown[]; mostRows?: number }): Promise<Answer>
  readonly settings: Readonly<Record<string, string | number>>
}

const MOST_ROWS = 200
const TABLES = `select table_schema || '.' || table_name as "table",
  string_agg(column_name || ' ' || data_type, ', ' order by ordinal_position) as columns
from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')
group by 1 order by 1`

export async function list_tables(_: object, host: Host): Promise<object> {
  return await asked(host, TABLES)
}

export async function run_query({ sql }: { sql: string }, host: Host): Promise<object> {
  return await asked(host, sql)
}

async function asked(host: Host, text: string): Promise<object> {
  const { host: name, port, database } = host.settings
  const { columns, rows, isCut } = await host.sql({
    url: `postgres://${name}:${port}/${database}`,
    text,
    values: [],
    mostRows: MOST_ROWS,
  })
  return {
    rows: rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]]))),
    isCut,
  }
}
