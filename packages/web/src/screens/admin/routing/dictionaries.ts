import type { DictionaryRead } from '@freehold/sdk'
import { server } from '../../../server.ts'

export const DICTIONARIES = ['routing', 'dictionaries'] as const

/** As many as can be edited by hand. */
export const MOST_EDITED = 2000

/** All terms of a dictionary that is small enough to be edited. */
export async function termsOf(name: string): Promise<DictionaryRead['entries']> {
  const terms: DictionaryRead['entries'] = []
  for await (const term of server.dictionaries.read(name, { limit: 1000 })) terms.push(term)
  return terms
}
