/** Hands the browser a file to keep. */
export function save(name: string, content: string | Blob, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: `${type};charset=utf-8` }) : content
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name.replaceAll(/[/\\:*?"<>|]+/g, '-')
  link.click()
  // The browser has taken it once the press is dealt with.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** Has the browser fetch a file that the server hands out as one, and keep it. */
export function fetchFile(address: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = ''
  link.click()
}

/**
 * Rows as RFC 4180 says, with a mark that makes spreadsheets read it as UTF-8. What a spreadsheet would take for a
 * formula is led by an apostrophe (OWASP, CSV injection); a number with its sign stays one.
 */
export function csvOf(rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => {
    const isFormula = /^[=+\-@\t\r]/.test(text) && !/^[+-][\d.,]+ ?%?$/.test(text)
    const safe = isFormula ? `'${text}` : text
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  return `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

/** Things as lines of JSON, whole, as the server told them. */
export const linesOf = (items: readonly unknown[]): string =>
  items.map((item) => `${JSON.stringify(item)}\n`).join('')
