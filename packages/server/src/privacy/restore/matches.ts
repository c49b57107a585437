/** What stands at a place is none of what is looked for. */
export const NONE = 0
/** It may still become one. */
export const BEGUN = 1
export const FOUND = 2
export type Match = typeof NONE | typeof BEGUN | typeof FOUND
