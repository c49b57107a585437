import type { DataClass } from '@freehold/contract/data-class.ts'
import { classesWithin } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely'
import type { Caller } from '../identity/caller.ts'
import type { Reach } from '../identity/policies/restraint.ts'
import { scopesOfRoles } from '../identity/roles.ts'
import { Fault } from '../kernel/fault.ts'
import type { Tables } from '../store/tables.ts'
import { readsEverything } from './access-lists.ts'
import type { ReadableClasses } from './retrieval.ts'

/** Stands for every collection that no policy names. */
const ANY_OTHER = ''

type Doing = 'knowledge.read' | 'knowledge.write'

/** Whether role, scopes and policies leave the caller documents at all, by whichever operation they would be shown. */
export function readsDocuments({ roles, customScopes, scopes, restraint }: Caller): boolean {
  const isGranted = scopesOfRoles(roles, customScopes).has('knowledge') && scopes?.has('knowledge') !== false
  return isGranted && (restraint?.operation('knowledge.read') ?? null) === null
}

/** Whether policies leave the caller the collection itself. */
export function seesCollection({ restraint }: Caller, collection: string): boolean {
  if (restraint === undefined) return true
  const { named, others } = restraint.reach('knowledge.read')
  return (named.get(collection) ?? others).isSeen
}

/** Ids of collections that a list leaves out, or of the only ones in it; null where it is whole. */
export function listed({
  restraint,
}: Caller): { readonly except?: string[]; readonly only?: string[] } | null {
  if (restraint === undefined) return null
  const { named, others } = restraint.reach('knowledge.read')
  const of = (isSeen: boolean): string[] =>
    [...named].filter(([, one]) => one.isSeen === isSeen).map(([id]) => id)
  return others.isSeen ? { except: of(false) } : { only: of(true) }
}

/** @throws Fault `not_allowed` where a policy forbids changing the collection itself */
export function requireCollectionChangeable({ restraint }: Caller, collection: string): void {
  const { named, others } = restraint?.reach('knowledge.write') ?? FREE
  if ((named.get(collection) ?? others).isSeen) return
  throw new Fault('not_allowed', 'A policy of your organisation does not allow changing this collection.')
}

const FREE: Reach = { named: new Map(), others: { isSeen: true, classes: [] } }

/** The classes of documents that the caller reads there: within its ceiling, and not forbidden. */
export const readableClasses = (caller: Caller, collection: string): readonly DataClass[] =>
  classesIn(caller, collection, 'knowledge.read')

function classesIn(
  { restraint, classCeiling }: Caller,
  collection: string,
  doing: Doing,
): readonly DataClass[] {
  const within = classesWithin(classCeiling)
  if (restraint === undefined) return within
  const { named, others } = restraint.reach(doing)
  const { classes } = named.get(collection) ?? others
  return within.filter((one) => classes.includes(one))
}

/** Whether the caller reads a document, as a condition on its row: by its class, the policies and its access list. */
export function isReadable(caller: Caller) {
  return (row: ExpressionBuilder<Tables, 'document'>): ExpressionWrapper<Tables, 'document', SqlBool> =>
    readsEverything(caller)
      ? isWithinClasses(caller)(row)
      : row.and([isWithinClasses(caller)(row), namesReader(caller)])
}

const namesReader = ({ readsAs = [] }: { readonly readsAs?: readonly string[] }) => sql<SqlBool>`(
  document.acl_set is null
  or document.acl_set in (select acl_set.id from acl_set where acl_set.members && ${[...readsAs]}::text[]))`

function isWithinClasses(caller: Caller) {
  return (row: ExpressionBuilder<Tables, 'document'>): ExpressionWrapper<Tables, 'document', SqlBool> => {
    const reach = caller.restraint?.reach('knowledge.read')
    const named = [...(reach?.named.keys() ?? [])]
    const among = (classes: readonly DataClass[]): ExpressionWrapper<Tables, 'document', SqlBool> =>
      classes.length === 0 ? row.lit(false).$castTo<SqlBool>() : row('document.class', 'in', classes)
    if (named.length === 0) return among(readableClasses(caller, ANY_OTHER))
    return row.or([
      row.and([row('document.collection_id', 'not in', named), among(readableClasses(caller, ANY_OTHER))]),
      ...named.map((id) =>
        row.and([row('document.collection_id', '=', id), among(readableClasses(caller, id))]),
      ),
    ])
  }
}

/** What policies leave of a search; absent where they forbid nothing. */
export function mayFind(caller: Caller): { readonly reach?: ReadableClasses } {
  if (caller.restraint === undefined) return {}
  const { named } = caller.restraint.reach('knowledge.read')
  return {
    reach: {
      named: new Map([...named.keys()].map((id) => [id, readableClasses(caller, id)])),
      others: readableClasses(caller, ANY_OTHER),
    },
  }
}

/** Whether the caller changes such a document there, where it reads it; for what is told only to who may. */
export function isChangeable(caller: Caller, collection: string, dataClass: string): boolean {
  const { restraint } = caller
  if (restraint === undefined) return true
  if (restraint.operation('knowledge.write') !== null) return false
  const classes: readonly string[] = classesIn(caller, collection, 'knowledge.write')
  return classes.includes(dataClass)
}

/** Whether the caller changes the collection itself. */
export function isCollectionChangeable({ restraint }: Caller, collection: string): boolean {
  if (restraint === undefined) return true
  const { named, others } = restraint.reach('knowledge.write')
  return restraint.operation('knowledge.write') === null && (named.get(collection) ?? others).isSeen
}

/** @throws Fault `not_allowed` where a policy forbids adding, changing or deleting such a document there */
export function requireChangeable(
  caller: Caller,
  collection: string,
  { class: dataClass, param }: { readonly class: string; readonly param?: string },
): void {
  const classes: readonly string[] = classesIn(caller, collection, 'knowledge.write')
  if (caller.restraint === undefined || classes.includes(dataClass)) return
  throw new Fault(
    'not_allowed',
    `A policy of your organisation does not allow changing documents of class ${dataClass} in this collection.`,
    param === undefined ? {} : { param },
  )
}
