/** The rows of what a calculation answered; what has another form is shown as it is. */
export function resultRows(value: unknown): readonly { readonly formula: string; readonly value: string }[] {
  if (!Array.isArray(value)) return [{ formula: '', value: JSON.stringify(value) }]
  return value.map((row: unknown) => {
    const fields = typeof row === 'object' && row !== null ? new Map(Object.entries(row)) : new Map()
    const shown: unknown = fields.get('value') ?? fields.get('error')
    return {
      formula: String(fields.get('formula') ?? ''),
      value: typeof shown === 'string' ? shown : JSON.stringify(shown ?? row),
    }
  })
}
