import type { CollectionView } from '@freehold/sdk'
import { useEffect } from 'react'
import type { Keyset } from '../../keyset.ts'
import { useKeyset } from '../../keyset.ts'
import { server } from '../../server.ts'

const PAGE = 100
export const COLLECTIONS = ['knowledge', 'collections'] as const

export const useCollections = (): Keyset<CollectionView> =>
  useKeyset(COLLECTIONS, (after) =>
    server.collections.list({ limit: PAGE, ...(after !== undefined && { after }) }),
  )

/** One of them, wherever in the list it stands; undefined until it is reached, or where there is none. */
export function useCollection(id: string): {
  readonly collection: CollectionView | undefined
  readonly isPending: boolean
  readonly query: Keyset<CollectionView>['query']
} {
  const { items, query } = useCollections()
  const collection = items.find((one) => one.id === id)
  const { hasNextPage, isFetchingNextPage, error, fetchNextPage } = query
  const isBehind = collection === undefined && hasNextPage && error === null
  useEffect(() => {
    if (isBehind && !isFetchingNextPage) void fetchNextPage()
  }, [isBehind, isFetchingNextPage, fetchNextPage])
  return { collection, isPending: query.isPending || isBehind, query }
}
