import type { Citation } from '@freehold/sdk'
import { createContext } from 'react'

/** What the marks `[n]` of a text lead to. */
export type Citations = ReadonlyMap<number, Citation>

export const NO_CITATIONS: Citations = new Map()

export const CitationsContext = createContext<Citations>(NO_CITATIONS)

/** Where the cited words stand, in words. */
export const placeOf = ({ page, heading, cells }: Citation): string =>
  [heading, page === undefined ? undefined : `p. ${page}`, cells].filter(Boolean).join(' · ')
