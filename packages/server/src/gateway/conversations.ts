import type { DataClass } from '@freehold/contract/data-class.ts'
import { dataClass, highestClass } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import type { Caller } from '../identity/caller.ts'
import type { Store } from '../store/store.ts'

/** Conversations whose class is kept in memory; the rest is read again. */
const MOST_REMEMBERED = 20_000

/** Of what is stored and what comes: two requests that arrive together must not lower each other's. */
const HIGHER = sql<string>`(array['public', 'internal', 'confidential', 'restricted'])[greatest(
  array_position(array['public', 'internal', 'confidential', 'restricted'], conversation_class.class),
  array_position(array['public', 'internal', 'confidential', 'restricted'], excluded.class))]`

type Who = Pick<Caller, 'tenant' | 'principal'>

/** What class each kept conversation has reached. An id means nothing to anybody but the principal that chose it. */
export interface Conversations {
  /** Null for one that is new. Read from the database once. */
  classOf(caller: Who, id: string): Promise<DataClass | null>
  /** Committed when it resolves: to be called before the answer begins. It never falls. */
  raise(caller: Who, id: string, to: DataClass): Promise<void>
}

export function createConversations(store: Store): Conversations {
  const known = new Map<string, DataClass>()
  const remember = (key: string, found: DataClass): void => {
    known.delete(key)
    if (known.size >= MOST_REMEMBERED) known.delete(known.keys().next().value ?? '')
    known.set(key, found)
  }
  return {
    async classOf(caller, id) {
      const key = keyOf(caller, id)
      const remembered = known.get(key)
      if (remembered !== undefined) return remembered
      const row = await store.withTenant({ tenant: caller.tenant }, (tx) =>
        tx.db
          .selectFrom('conversation_class')
          .select('class')
          .where('conversation_index', '=', tx.keys.blind('conversation', nameOf(caller, id)))
          .executeTakeFirst(),
      )
      if (!row) return null
      const found = dataClass.parse(row.class)
      // Another request may have raised it meanwhile.
      remember(key, highestClass(found, known.get(key) ?? 'public'))
      return known.get(key) ?? found
    },
    async raise(caller, id, to) {
      const key = keyOf(caller, id)
      const before = known.get(key)
      if (before !== undefined && highestClass(before, to) === before) return
      const stored = await store.withTenant({ tenant: caller.tenant }, (tx) =>
        tx.db
          .insertInto('conversation_class')
          .values({
            tenant_id: tx.tenant,
            conversation_index: tx.keys.blind('conversation', nameOf(caller, id)),
            class: to,
          })
          .onConflict((conflict) =>
            conflict
              .columns(['tenant_id', 'conversation_index'])
              .doUpdateSet({ class: HIGHER, updated_at: new Date() }),
          )
          .returning('class')
          .executeTakeFirstOrThrow(),
      )
      remember(key, highestClass(dataClass.parse(stored.class), known.get(key) ?? 'public'))
    },
  }
}

/** Ids of principals hold no space, so that no two pairs give the same name. */
const nameOf = ({ principal }: Who, id: string): string => `${principal.id} ${id}`
const keyOf = (caller: Who, id: string): string => `${caller.tenant} ${nameOf(caller, id)}`
