import { z } from 'zod'
import type { KeyRing } from '../../store/store.ts'

const question = z.object({
  arguments: z.string(),
  hash: z.string(),
  grantScope: z.string().nullable(),
})
/** What of a question is sealed. */
export type SealedQuestion = z.infer<typeof question>

const COLUMN = { approval: 'question_sealed', tool_grant: 'scope_sealed' } as const
type Table = keyof typeof COLUMN

/** The text of a row's sealed column under a fresh key, and the key for the row. */
function sealed(keys: KeyRing, table: Table, row: string, text: string) {
  const { dek, wrapped } = keys.newDek({ table, row, column: 'dek' })
  return { dek: wrapped, sealed: dek.seal({ table, row, column: COLUMN[table] }, Buffer.from(text, 'utf8')) }
}

function opened(
  keys: KeyRing,
  table: Table,
  row: { readonly id: string; readonly dek: Buffer },
  bytes: Buffer,
): string {
  const dek = keys.openDek({ table, row: row.id, column: 'dek' }, row.dek)
  return dek.open({ table, row: row.id, column: COLUMN[table] }, bytes).toString('utf8')
}

export function sealQuestion(keys: KeyRing, row: string, asked: SealedQuestion) {
  const { dek, sealed: question_sealed } = sealed(keys, 'approval', row, JSON.stringify(asked))
  return { dek, question_sealed }
}

export const openQuestion = (
  keys: KeyRing,
  row: { readonly id: string; readonly dek: Buffer; readonly question_sealed: Buffer },
): SealedQuestion => question.parse(JSON.parse(opened(keys, 'approval', row, row.question_sealed)))

export function sealScope(keys: KeyRing, row: string, scope: string) {
  const { dek, sealed: scope_sealed } = sealed(keys, 'tool_grant', row, scope)
  return { dek, scope_sealed, scope_index: scopeIndex(keys, scope) }
}

export const scopeIndex = (keys: KeyRing, scope: string): Buffer => keys.blind('tool_grant.scope', scope)

export const openScope = (
  keys: KeyRing,
  row: { readonly id: string; readonly dek: Buffer; readonly scope_sealed: Buffer },
): string => opened(keys, 'tool_grant', row, row.scope_sealed)
