import type { Answer } from './answer.ts'
import { answerOf } from './answer.ts'

/** A page of a longer list; `next` continues it. */
export interface Page<T> {
  data: T[]
  next: string | null
}

/** Awaited, the first page; in a `for await` loop, every item of all pages. */
export interface Pages<P, T> extends Answer<P>, AsyncIterable<T> {}

interface Paging<P> {
  readonly first: Promise<{ readonly data: P; readonly response: Response }>
  readonly items: 'data' | 'entries'
  readonly next: (cursor: string | number) => Promise<{ readonly data: P }>
}

export function pagesOf<P, T>({ first, items, next }: Paging<P>): Pages<P, T> {
  async function* every(): AsyncGenerator<T> {
    let page = (await first).data
    for (;;) {
      // The table says which field holds the list, and that `next` continues it.
      const held = page as Readonly<Record<string, unknown>>
      yield* held[items] as readonly T[]
      const cursor = held['next'] as string | number | null
      if (cursor === null || cursor === undefined) return
      page = (await next(cursor)).data
    }
  }
  const answer = answerOf(first)
  return Object.assign(answer, {
    [Symbol.asyncIterator]() {
      // Its failure is thrown in the loop.
      answer.catch(() => {})
      return every()
    },
  })
}
