import { sql } from 'kysely'
import type { CounterName } from './bank.ts'

/** Counters as the rows of a table in a statement: budget, period, unit. */
export function named(names: readonly CounterName[]) {
  return sql`unnest(
    ${names.map(({ budget }) => budget)}::text[], ${names.map(({ period }) => period)}::text[],
    ${names.map(({ unit }) => unit)}::text[])`
}
