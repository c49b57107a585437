import type { CollectionView } from '@freehold/sdk'
import type { Keyset } from '../../keyset.ts'
import { useKeyset } from '../../keyset.ts'
import { server } from '../../server.ts'

export const COLLECTIONS = ['knowledge', 'collections'] as const

export const useCollections = (): Keyset<CollectionView> =>
  useKeyset(COLLECTIONS, (after) =>
    server.collections.list({ limit: 200, ...(after !== undefined && { after }) }),
  )
