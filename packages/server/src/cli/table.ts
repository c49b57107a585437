/** Rows under their heads, each column as wide as its widest cell; those named in `right` are aligned to their end. */
export function alignedTable(rows: readonly (readonly string[])[], right: readonly string[] = []): string {
  const heads = rows[0] ?? []
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const pad = (cell: string, column: number): string =>
    right.includes(heads[column] ?? '')
      ? cell.padStart(widths[column] ?? 0)
      : cell.padEnd(widths[column] ?? 0)
  return rows.map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('')
}
