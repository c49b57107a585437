import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Page } from '@freehold/sdk'

export interface Keyset<T> {
  readonly items: readonly T[]
  /** What follows the pages that are here, at most so many: for a file, it is not shown. */
  readonly rest: (most: number) => Promise<readonly T[]>
  readonly query: Pick<
    UseInfiniteQueryResult,
    'isPending' | 'error' | 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage' | 'refetch'
  >
}

/** A long list, page by page; `fetchPage` gets what continues it, and nothing for the first page. */
export function useKeyset<T>(
  key: readonly unknown[],
  fetchPage: (after: string | undefined) => Promise<Page<T>>,
  isEnabled = true,
): Keyset<T> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    enabled: isEnabled,
  })
  return {
    items: query.data?.pages.flatMap((page) => page.data) ?? [],
    query,
    async rest(most) {
      const found: T[] = []
      let after = query.data?.pages.at(-1)?.next ?? null
      while (after !== null && found.length < most) {
        const page = await fetchPage(after)
        found.push(...page.data)
        after = page.next ?? null
      }
      return found
    },
  }
}
