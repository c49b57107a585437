import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCaller } from '../identity/local-operator.ts'
import { Fault } from '../kernel/fault.ts'
import type { Store } from '../store/store.ts'
import type { Knowledge } from './knowledge.ts'
import { contentMark, openMeta } from './sealed-rows.ts'

/** Ids of the guide's documents begin with this. */
const OWN = 'freehold-guide/'

interface GuideRooms {
  readonly store: Store
  readonly knowledge: Knowledge
  /** Where the program keeps the guide's Markdown files. */
  readonly folder: string
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
  const caller = systemCaller(store.home)
  const collection = await knowledge.guideCollection(caller)
  const stored = await storedMarks(store, collection)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).toSorted()
  const keys = await store.withTenant({ tenant: store.home }, async (tx) => tx.keys)
  for (const name of names) {
    const bytes = await readFile(join(folder, name))
    const id = OWN + name
    if (stored.get(id) === (await contentMark(keys, bytes))) continue
    await knowledge.addFile(caller, collection, { fileName: name, bytes, class: 'public', id }, {})
  }
  const shipped = new Set(names.map((name) => OWN + name))
  for (const id of stored.keys()) {
    if (!id.startsWith(OWN) || shipped.has(id)) continue
    await knowledge.deleteDocument(caller, { id, collection }, {}).catch((error: unknown) => {
      // Another replica that starts at the same time was faster.
      if (!(error instanceof Fault && error.code === 'not_found')) throw error
    })
  }
  return collection
}
