import type { Caller } from '../../identity/caller.ts'

/** Who acts, and the request that it is recorded under. */
export interface By {
  readonly caller: Caller
  readonly commit: { readonly request: string }
}
