import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Caller } from '../identity/caller.ts'
import type { Store } from '../store/store.ts'
import type { Knowledge } from './knowledge.ts'
import { contentMark, openMeta } from './sealed-rows.ts'

const GUIDE_COLLECTION = 'Freehold guide'

interface GuideRooms {
  readonly store: Store
  readonly knowledge: Knowledge
  /** Where the program keeps the guide's Markdown files. */
  readonly folder: string
}

/** The program itself, as the one that adds the guide. */
function system(store: Store): Caller {
  return {
    tenant: store.home,
    principal: { kind: 'operator', id: 'system', name: null },
    groups: [],
    roles: [],
    scopes: null,
    baseClass: 'public',
    classCeiling: 'restricted',
    limits: { requestsPerMinute: null, concurrent: null, tokensPerDay: null, moneyPerDay: null },
  }
}

/** Marks of the guide's files as they were added, by their name. */
async function storedMarks(store: Store, collection: string): Promise<ReadonlyMap<string, string | null>> {
  return store.withTenant({ tenant: store.home }, async (tx) => {
    const rows = await tx.db
      .selectFrom('document')
      .select(['id', 'dek', 'meta_sealed'])
      .where('collection_id', '=', collection)
      .execute()
    return new Map(
      rows.map((row) => {
        const meta = openMeta(tx.keys, row)
        return [meta.externalId ?? row.id, meta.contentMark]
      }),
    )
  })
}

/**
 * Adds the product's own guide to the home tenant, class public, and brings it up to date when the shipped text
 * changed. Does nothing when it is all there. Returns the guide's collection.
 */
export async function addGuide({ store, knowledge, folder }: GuideRooms): Promise<string> {
  const caller = system(store)
  const collection =
    (await knowledge.findCollection(caller, GUIDE_COLLECTION)) ??
    (await knowledge.createCollection(caller, GUIDE_COLLECTION, {})).id
  const stored = await storedMarks(store, collection)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).toSorted()
  const keys = await store.withTenant({ tenant: store.home }, async (tx) => tx.keys)
  for (const name of names) {
    const bytes = await readFile(join(folder, name))
    const id = `freehold-guide/${name}`
    if (stored.get(id) === (await contentMark(keys, bytes))) continue
    await knowledge.addFile(caller, collection, { fileName: name, bytes, class: 'public', id }, {})
  }
  const shipped = new Set(names.map((name) => `freehold-guide/${name}`))
  for (const id of stored.keys())
    if (!shipped.has(id)) await knowledge.deleteDocument(caller, { id, collection }, {})
  return collection
}
